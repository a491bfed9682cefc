package diag

import (
	"bytes"
	"go/token"
	"strings"
	"testing"
	"unicode/utf8"
)

// A sourceSet is a file set with the texts of its files.
type sourceSet struct {
	fset  *token.FileSet
	files map[string]File
}

func newSourceSet() *sourceSet {
	return &sourceSet{token.NewFileSet(), make(map[string]File)}
}

// add adds a file and returns the position of its first character.
func (s *sourceSet) add(name, text string, from token.Pos, upstream string) token.Pos {
	f := s.fset.AddFile(name, -1, len(text))
	f.SetLinesForContent([]byte(text))
	s.files[name] = File{Text: text, IncludedFrom: from, Upstream: upstream}
	return f.Pos(0)
}

func (s *sourceSet) print(t *testing.T, l *List, format Format) string {
	t.Helper()
	var out bytes.Buffer
	p := Printer{Fset: s.fset, Lookup: func(name string) File { return s.files[name] }, Format: format}
	if err := p.Print(&out, l); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestPrintText(t *testing.T) {
	s := newSourceSet()
	root := s.add("root.json", "one\n\ttwo é three\n", token.NoPos, "")
	sub := s.add("sub.json", "four", root+4, "")
	tests := []struct {
		name string
		make func(l *List)
		want string
	}{
		{"nothing", func(l *List) {}, ""},
		{"no place", func(l *List) { l.Errorf(StageParse, token.NoPos, token.NoPos, "read-file", "no %s", "file") },
			"error: no file [read-file]\n"},
		{"span", func(l *List) { l.Errorf(StageParse, root, root+3, "x", "bad") },
			"root.json:1:1: error: bad [x]\n 1 | one\n   | ^^^\n"},
		{"tab, characters and bytes", func(l *List) { l.Errorf(StageParse, root+12, root+17, "x", "bad") },
			"root.json:2:8: error: bad [x]\n 2 | \ttwo é three\n   | \t      ^^^^^\n"},
		{"point at the end of a line", func(l *List) { l.Errorf(StageParse, root+3, root+3, "x", "bad") },
			"root.json:1:4: error: bad [x]\n 1 | one\n   |    ^\n"},
		{"over several lines", func(l *List) { l.Errorf(StageParse, root+1, root+9, "x", "bad") },
			"root.json:1:2: error: bad [x]\n 1 | one\n   |  ^^\n"},
		{"in a definition, with notes", func(l *List) {
			l.Errorf(StageExpr, root, root+3, "x", "bad").Within("struct 'Foo'", root).
				Note(root+5, root+8, "see here").Note(root, token.NoPos, "and here").Hint("try harder").Hint("")
		}, "root.json:1:1: error: in struct 'Foo': bad [x]\n 1 | one\n   | ^^^\n" +
			"  root.json:2:2: note: see here\n 2 | \ttwo é three\n   | \t^^^\n" +
			"  root.json:1:1: note: and here\n  note: try harder\n"},
		{"warning", func(l *List) { l.Add(&Diagnostic{Severity: Warning, Code: "x", Msg: "hm"}) }, "warning: hm [x]\n"},
		{"included file", func(l *List) { l.Errorf(StageParse, sub, sub+4, "x", "bad") },
			"sub.json:1:1: error: bad [x]\n 1 | four\n   | ^^^^\n  root.json:2:1: note: included from here\n"},
		{"in the order of the source, once", func(l *List) {
			l.Errorf(StageParse, sub, sub+4, "x", "c")
			l.Errorf(StageSchema, root+1, token.NoPos, "x", "b")
			l.Errorf(StageExpr, root, token.NoPos, "x", "a")
			l.Errorf(StageSchema, root+1, token.NoPos, "x", "b")
		}, "root.json:1:1: error: a [x]\n 1 | one\n   | ^\n" +
			"root.json:1:2: error: b [x]\n 1 | one\n   |  ^\n" +
			"sub.json:1:1: error: c [x]\n 1 | four\n   | ^^^^\n  root.json:2:1: note: included from here\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var l List
			test.make(&l)
			if got := s.print(t, &l, Text); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestPrintTextLongLine(t *testing.T) {
	s := newSourceSet()
	long := strings.Repeat("é", 300)
	pos := s.add("a.json", long+"X\x1b[2J"+long, token.NoPos, "")
	var l List
	l.Errorf(StageParse, pos+600, pos+601, "x", "bad")
	got := s.print(t, &l, Text)
	lines := strings.Split(got, "\n")
	if !strings.HasPrefix(got, "a.json:1:301: error: bad [x]\n") || len(lines) != 4 {
		t.Fatalf("got\n%s", got)
	}
	mark := []rune(lines[2])
	source := []rune(lines[1])
	if len(source) > 200 || source[len(mark)-1] != 'X' || mark[len(mark)-1] != '^' {
		t.Errorf("the mark is not under the X:\n%s", got)
	}
	if strings.Contains(got, "\x1b") {
		t.Error("a control character got through")
	}
}

// TestPrintTextCut checks that a long line is cut between characters.
func TestPrintTextCut(t *testing.T) {
	s := newSourceSet()
	const text = "a" // shifts the characters, so that a cut at any fixed byte would split some
	pos := s.add("a.json", text+strings.Repeat("한", 200), token.NoPos, "")
	for i := range 200 {
		var l List
		at := pos + token.Pos(len(text)+len("한")*i)
		l.Errorf(StageParse, at, at+token.Pos(len("한")), "x", "bad")
		if got := s.print(t, &l, Text); strings.ContainsRune(got, utf8.RuneError) {
			t.Fatalf("character %d is split:\n%s", i, got)
		}
	}
}

// TestPrintTextCutStart checks from which column on a long line is cut at its start.
func TestPrintTextCutStart(t *testing.T) {
	s := newSourceSet()
	pos := s.add("a.json", strings.Repeat("a", 2*maxSnippet), token.NoPos, "")
	for offset, want := range map[int]bool{0: false, snippetLead: false, snippetLead + 1: true} {
		var l List
		l.Errorf(StageParse, pos+token.Pos(offset), token.NoPos, "x", "bad")
		if got := s.print(t, &l, Text); strings.Contains(got, " 1 | …") != want {
			t.Errorf("offset %d: cut at the start: %t, want %t\n%s", offset, !want, want, got)
		}
	}
}

func TestWrap(t *testing.T) {
	var b strings.Builder
	wrap(&b, "é "+strings.Repeat("a ", 59))
	if want := "é" + strings.Repeat(" a", 39) + "\n" + strings.TrimSpace(strings.Repeat("a ", 20)) + "\n"; b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	b.Reset()
	wrap(&b, strings.Repeat("a", 40)+" "+strings.Repeat("b", 39)+" c")
	if want := strings.Repeat("a", 40) + " " + strings.Repeat("b", 39) + "\nc\n"; b.String() != want {
		t.Errorf("a line of 80 columns: got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestPrintTextBadEncoding(t *testing.T) {
	s := newSourceSet()
	pos := s.add("a.json", "a"+strings.Repeat("\x8c", 500), token.NoPos, "")
	for offset := range token.Pos(501) {
		var l List
		l.Errorf(StageParse, pos+offset, pos+offset+1, "x", "bad")
		if got := s.print(t, &l, Text); !strings.Contains(got, "^") {
			t.Fatalf("no mark at offset %d:\n%s", offset, got)
		}
	}
}

func TestPrintQEMU(t *testing.T) {
	s := newSourceSet()
	root := s.add("root.json", "one\ntwo\n", token.NoPos, "")
	sub := s.add("dir/sub.json", "\n\tthree\té four\n", root+4, "")
	deep := s.add("deep.json", "five", sub+1, "dir/../deep.json")
	tests := []struct {
		name string
		make func(l *List)
		want string
	}{
		{"nothing", func(l *List) {}, ""},
		{"warnings do not count", func(l *List) { l.Add(&Diagnostic{Severity: Warning, Msg: "hm"}) }, ""},
		{"no place", func(l *List) { l.Errorf(StageParse, token.NoPos, token.NoPos, "x", "bad") }, "bad\n"},
		{"line", func(l *List) { l.Errorf(StageParse, root+5, root+6, "x", "bad") }, "root.json:2: bad\n"},
		{"line of the definition", func(l *List) {
			l.Errorf(StageExpr, root+5, root+6, "x", "bad").Within("enum 'E'", root)
		}, "root.json: In enum 'E':\nroot.json:1: bad\n"},
		{"column", func(l *List) {
			l.Errorf(StageParse, root+5, root+6, "x", "bad").Upstream = &Upstream{Column: true}
		}, "root.json:2:2: bad\n"},
		{"column behind tabs and characters", func(l *List) {
			l.Errorf(StageParse, sub+11, sub+12, "x", "bad").Upstream = &Upstream{Column: true}
		}, "In file included from root.json:2:\ndir/sub.json:2:8: bad\n"},
		{"all of upstream", func(l *List) {
			l.Errorf(StageExpr, deep+1, deep+2, "x", "bad").Within("enum 'E'", deep).Upstream =
				&Upstream{Msg: "worse", Pos: root, After: []string{"and more", "and more"}}
		}, "root.json: In enum 'E':\nroot.json:1: worse\nand more\nand more\n"},
		{"included twice over", func(l *List) { l.Errorf(StageParse, deep, deep, "x", "bad") },
			"In file included from root.json:2:\nIn file included from dir/sub.json:2:\ndir/../deep.json:1: bad\n"},
		{"the first of the earliest stage", func(l *List) {
			l.Errorf(StageSchema, root, root, "x", "c")
			l.Errorf(StageExpr, root+4, root+4, "x", "a")
			l.Errorf(StageExpr, root, root, "x", "b")
		}, "root.json:2: a\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var l List
			test.make(&l)
			if got := s.print(t, &l, QEMU); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestPrintWithoutText prints diagnostics for files whose text is unknown.
func TestPrintWithoutText(t *testing.T) {
	s := newSourceSet()
	pos := s.add("a.json", "one\ntwo", token.NoPos, "")
	var l List
	l.Errorf(StageParse, pos+5, pos+6, "x", "bad")
	for format, want := range map[Format]string{Text: "a.json:2:2: error: bad [x]\n", QEMU: "a.json:2: bad\n"} {
		var out bytes.Buffer
		p := Printer{Fset: s.fset, Format: format}
		if err := p.Print(&out, &l); err != nil || out.String() != want {
			t.Errorf("got %q, %v; want %q", out.String(), err, want)
		}
	}
}

func TestNearest(t *testing.T) {
	words := []string{"data", "base", "features", "if", "returns", "query-stats", "query-status", "query-states"}
	for name, want := range map[string]string{
		"dat": "data", "xdata": "data", "adta": "data", "Base": "base", "feature": "features", "fi": "if", "daat": "data", "return": "returns", "x": "", "data": "", "zzzzzz": "",
		"query-statu": "query-status", "query-stat": "query-stats", "query-statz": "query-stats", "query_state": "query-states",
	} {
		if got := Nearest(name, words); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}
