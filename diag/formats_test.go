package diag

import (
	"bytes"
	"encoding/json"
	"go/token"
	"reflect"
	"strings"
	"testing"
)

// TestPrintJSON decodes the printed records and checks their field names.
func TestPrintJSON(t *testing.T) {
	s := newSourceSet()
	root := s.add("root.json", "one\n\ttwo é three\n", token.NoPos, "")
	sub := s.add("sub.json", "fo<ur", root+4, "")
	var l List
	l.Errorf(StageParse, token.NoPos, token.NoPos, "read-file", "no %s", "file")
	l.Errorf(StageSchema, root+12, root+17, "x", "bad").Within("struct 'Foo'", root).
		Note(root, root+3, "see here").Hint("try harder")
	l.Errorf(StageSchema, sub, token.NoPos, "y", "worse <&>\n")
	l.Add(&Diagnostic{Severity: Warning, Code: "z", Msg: "over lines", Pos: root + 1, End: root + 6})
	got := s.print(t, &l, JSON)
	want := []string{
		`{"severity":"error","code":"read-file","message":"no file","notes":[],"includedFrom":[]}`,
		`{"severity":"warning","code":"z","file":"root.json","line":1,"column":2,"endLine":2,"endColumn":3,` +
			`"message":"over lines","notes":[],"includedFrom":[]}`,
		`{"severity":"error","code":"x","file":"root.json","line":2,"column":8,"endLine":2,"endColumn":13,` +
			`"message":"bad","in":"struct 'Foo'","notes":[` +
			`{"file":"root.json","line":1,"column":1,"endLine":1,"endColumn":4,"message":"see here"},` +
			`{"message":"try harder"}],"includedFrom":[]}`,
		`{"severity":"error","code":"y","file":"sub.json","line":1,"column":1,"endLine":1,"endColumn":1,` +
			`"message":"worse <&>\n","notes":[],` +
			`"includedFrom":[{"file":"root.json","line":2,"column":1,"endLine":2,"endColumn":1}]}`,
	}
	if got != strings.Join(want, "\n")+"\n" {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	for line := range strings.Lines(got) {
		var rec, again any
		if err := json.Unmarshal([]byte(line), &rec); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		var typed Record
		if err := json.Unmarshal([]byte(line), &typed); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		data, err := json.Marshal(typed)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &again); err != nil || !reflect.DeepEqual(rec, again) {
			t.Errorf("a Record does not hold all of %s", line)
		}
	}
}

func TestPrintGitHub(t *testing.T) {
	s := newSourceSet()
	root := s.add("a,b:c%.json", "one\ntwo\n", token.NoPos, "")
	sub := s.add("sub.json", "four", root+4, "")
	for _, test := range []struct {
		name string
		make func(l *List)
		want string
	}{
		{"nothing", func(l *List) {}, ""},
		{"no place", func(l *List) { l.Errorf(StageParse, token.NoPos, token.NoPos, "x", "bad") },
			"::error title=x::bad [x]\n"},
		{"escapes", func(l *List) { l.Errorf(StageParse, root, root+3, "x", "100%%\r\nof: a,b") },
			"::error file=a%2Cb%3Ac%25.json,line=1,endLine=1,col=1,endColumn=4,title=x::100%25%0D%0Aof: a,b [x]\n"},
		{"several lines have no columns", func(l *List) { l.Errorf(StageParse, root, root+6, "x", "bad") },
			"::error file=a%2Cb%3Ac%25.json,line=1,endLine=2,title=x::bad [x]\n"},
		{"warning", func(l *List) { l.Add(&Diagnostic{Severity: Warning, Code: "x", Msg: "hm"}) }, "::warning title=x::hm [x]\n"},
		{"notes", func(l *List) {
			l.Errorf(StageParse, sub, sub+4, "x", "bad").Within("struct 'Foo'", sub).Note(root, root+3, "see").Hint("try")
		}, "::error file=sub.json,line=1,endLine=1,col=1,endColumn=5,title=x::in struct 'Foo': bad [x]" +
			"%0Aa,b:c%25.json:1:1: note: see%0Anote: try%0Aa,b:c%25.json:2:1: note: included from here\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var l List
			test.make(&l)
			if got := s.print(t, &l, GitHub); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestPrintTextWidth checks the position of the mark for characters of various widths.
func TestPrintTextWidth(t *testing.T) {
	for _, test := range []struct {
		name, before, wrong, after string
		wantLine, wantMark         string
	}{
		{"wide", "日本 ", "語x", " y", "日本 語x y", "     ^^^"},
		{"combining", "e\u0301 ", "wro\u0308ng", "", "e\u0301 wro\u0308ng", "  ^^^^^"},
		{"tab in the mark", "\t", "a\tb", "", "\ta\tb", "\t^\t^"},
		{"only a tab", "a", "\t", "b", "a\tb", " ^"},
		{"control characters", "\x1b[2J", "\x07x\x7f", "", "␛[2J␇x␡", "    ^^^"},
		{"direction and invisible", "\u202e", "a\u200bb", "\u2066", "\ufffda\ufffdb\ufffd", " ^^^"},
		{"pictograph", "\U0001f600", "x", "", "\U0001f600x", "  ^"},
		{"nothing", "abc", "", "", "abc", "   ^"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSourceSet()
			pos := s.add("a.json", test.before+test.wrong+test.after, token.NoPos, "")
			from := pos + token.Pos(len(test.before))
			var l List
			l.Errorf(StageParse, from, from+token.Pos(len(test.wrong)), "x", "bad")
			lines := strings.Split(s.print(t, &l, Text), "\n")
			if want := " 1 | " + test.wantLine; lines[1] != want {
				t.Errorf("line %q, want %q", lines[1], want)
			}
			if want := "   | " + test.wantMark; lines[2] != want {
				t.Errorf("mark %q, want %q", lines[2], want)
			}
		})
	}
}

// TestPrintTextVeryLongLine checks the mark, the cut and the column, in characters, on a line
// of a megabyte.
func TestPrintTextVeryLongLine(t *testing.T) {
	s := newSourceSet()
	half := strings.Repeat("é日", 100_000)
	pos := s.add("a.json", half+"wrong"+half, token.NoPos, "")
	var l List
	for _, offset := range []int{0, 5_000, len(half) - 1_000, len(half)} { // each starts a character
		l.Errorf(StageParse, pos+token.Pos(offset), pos+token.Pos(offset)+5, "x", "bad")
	}
	got := s.print(t, &l, Text)
	lines := strings.Split(got, "\n")
	if len(got) > 4*500 || len(lines) != 13 {
		t.Fatalf("got\n%s", got)
	}
	for i, want := range []string{"a.json:1:1: ", "a.json:1:2001: ", "a.json:1:199601: ", "a.json:1:200001: "} {
		if !strings.HasPrefix(lines[3*i], want) {
			t.Errorf("%s, want %s", lines[3*i], want)
		}
	}
	line, mark := lines[10], lines[11]
	if !strings.Contains(line, "日wrongé") || strings.Count(line, "…") != 2 {
		t.Errorf("line %s", line)
	}
	columns := 0
	for _, r := range line[:strings.Index(line, "wrong")] {
		columns += width(r)
	}
	if mark != "   | "+strings.Repeat(" ", columns-len("   | "))+"^^^^^" {
		t.Errorf("the mark is not under the word:\n%s\n%s", line, mark)
	}
}

// TestMessagesAreVisible checks that control characters in a schema do not reach the terminal.
func TestMessagesAreVisible(t *testing.T) {
	s := newSourceSet()
	pos := s.add("a\x1b.json", "x", token.NoPos, "")
	var l List
	l.Errorf(StageParse, pos, pos+1, "x", "stray '\x1b]0;\x07'").Within("struct '\x1b'", pos).Hint("\x1b").Note(pos, pos, "\x1b\n")
	if got := s.print(t, &l, Text); strings.ContainsAny(got, "\x1b\x07") || strings.Count(got, "\n") != 7 {
		t.Errorf("%q", got)
	}
}

func TestListIsBounded(t *testing.T) {
	var l List
	for range MaxErrors + 5 {
		l.Errorf(StageParse, 1, 2, "x", "bad").Hint("not lost")
	}
	l.Add(&Diagnostic{Severity: Warning, Code: "w", Msg: "still room"})
	if l.Len() != MaxErrors+2 || l.Errors() != MaxErrors+5 || l.First().Code != "x" {
		t.Errorf("%d diagnostics, %d errors, first %v", l.Len(), l.Errors(), l.First())
	}
	if d := l.All()[MaxErrors]; d.Code != codeTooManyErrors || d.Pos.IsValid() {
		t.Errorf("%+v", d)
	}
}

// TestPrintSARIF checks a log of several lists against the rules of the standard.
func TestPrintSARIF(t *testing.T) {
	s := newSourceSet()
	root := s.add("/tmp/röot file.json", "one\ntwo\n", token.NoPos, "")
	sub := s.add("../a b/sub%.json", "日本語 four", root+4, "")
	p := &Printer{Fset: s.fset, Lookup: func(name string) File { return s.files[name] }}
	log := Log{Version: "v1.2.3"}
	var first, second, empty List
	first.Errorf(StageParse, token.NoPos, token.NoPos, "read-file", "no file")
	first.Errorf(StageParse, sub+10, sub+14, "unknown-type", "bad").Within("struct 'Foo'", sub).
		Note(root, root+3, "see here").Note(root, root+3, "see here").Hint("did you mean 'X'?")
	second.Errorf(StageParse, root+1, root+6, "unknown-type", "over two lines")
	second.Add(&Diagnostic{Severity: Warning, Code: "no-such-code", Msg: "hm", Pos: root, End: root})
	for _, l := range []*List{&first, &empty, &second} {
		log.Add(p, l)
	}
	var out bytes.Buffer
	if err := log.Print(&out); err != nil {
		t.Fatal(err)
	}
	run := checkSARIF(t, out.Bytes())
	if got := run.Tool.Driver; got.Name != "qapi-go" || got.Version != "v1.2.3" || len(got.Rules) != 3 {
		t.Errorf("driver %+v", got)
	}
	if help := run.Tool.Driver.Rules[1].Help; help == nil || !strings.Contains(help.Text, "Why: ") || !strings.Contains(help.Markdown, "```\n{ 'struct'") {
		t.Errorf("help of unknown-type: %+v", help)
	}
	if len(run.Results) != 4 {
		t.Fatalf("%d results", len(run.Results))
	}
	if r := run.Results[0]; r.RuleID != "read-file" || len(r.Locations) != 0 {
		t.Errorf("result without a place: %+v", r)
	}
	r := run.Results[1]
	if r.Message.Text != "bad; did you mean 'X'?" || r.Level != "error" || len(r.RelatedLocations) != 2 {
		t.Errorf("result: %+v", r)
	}
	at := r.Locations[0]
	if want := (sarifRegion{1, 5, 1, 9}); at.PhysicalLocation.Region != want {
		t.Errorf("region %+v, want %+v", at.PhysicalLocation.Region, want)
	}
	if uri := at.PhysicalLocation.ArtifactLocation.URI; uri != "../a%20b/sub%25.json" {
		t.Errorf("uri %s", uri)
	}
	if got := at.LogicalLocations[0].FullyQualifiedName; got != "struct 'Foo'" {
		t.Errorf("logical location %s", got)
	}
	for i, want := range []string{"see here", "included from here"} {
		loc := r.RelatedLocations[i]
		if loc.Message.Text != want || loc.PhysicalLocation.ArtifactLocation.URI != "file:///tmp/r%C3%B6ot%20file.json" {
			t.Errorf("related location %+v", loc)
		}
	}
	if r := run.Results[2]; r.Level != "warning" || r.RuleIndex != 2 || r.Locations[0].PhysicalLocation.Region != (sarifRegion{1, 1, 1, 1}) {
		t.Errorf("warning: %+v", r)
	}
	if r := run.Results[3]; r.RuleIndex != 1 || r.Locations[0].PhysicalLocation.Region != (sarifRegion{1, 2, 2, 3}) {
		t.Errorf("over two lines: %+v", r)
	}
}

// TestPrintEmptySARIF checks that a log without findings has an empty array of results.
func TestPrintEmptySARIF(t *testing.T) {
	var out bytes.Buffer
	if err := (&Printer{Fset: token.NewFileSet(), Format: SARIF}).Print(&out, new(List)); err != nil {
		t.Fatal(err)
	}
	if run := checkSARIF(t, out.Bytes()); run.Results == nil || len(run.Results) != 0 {
		t.Errorf("results %v, want an empty array", run.Results)
	}
}
