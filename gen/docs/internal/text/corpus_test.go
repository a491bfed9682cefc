package text_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/gen/docs/internal/text"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir"
)

// maxSize is the size that a file for a release of QEMU may have.
const maxSize = 5 << 20

// TestCorpus checks that what QEMU's own compiler finds in its schemas is in
// the documentation, and the form of it.
func TestCorpus(t *testing.T) {
	dir := corpus.Dir(t)
	for _, release := range live.Sample(t, []string{"1.1.0", "1.7.0", "2.3.50", "2.8.0", "2.12.0", "4.2.0", "6.1.0", "7.2.0", "9.2.0", "10.0.0", "10.2.0"}, 3) {
		for _, s := range corpus.Schemas(t, dir, release) {
			t.Run(release+"-"+s.Name, func(t *testing.T) {
				schema := schematest.Load(t, filepath.Join(dir, "corpus", release), s.Root)
				files := text.Pages(model.New(schema, model.Options{}))
				facts := readOracle(t, s.Oracle)
				commands, events := string(files[0].Data), string(files[1].Data)
				checkHeadings(t, commands, facts.names("command"))
				checkHeadings(t, events, facts.names("event"))
				checkArguments(t, entries(commands), facts, "command")
				checkArguments(t, entries(events), facts, "event")
				checkWire(t, entries(commands), entries(events), schema)
				if n := checkExamples(t, entries(commands), entries(events), schema); s.Name == "qemu" && !schema.Release.Before(7, 2) && n < 1000 {
					t.Errorf("only %d lines of examples", n)
				}
				checkForm(t, commands, schema)
				checkForm(t, events, schema)
			})
		}
	}
}

// An oracle is what QEMU's own compiler says of a schema.
type oracle struct {
	Definitions []*definition `json:"definitions"`
	byName      map[string]*definition
}

type definition struct {
	Name       string   `json:"name"`
	Kind       string   `json:"kind"`
	ArgType    string   `json:"arg_type"`
	Args       []named  `json:"args"`
	AllMembers []named  `json:"all_members"`
	Branches   []branch `json:"branches"`
}

type named struct {
	Name string `json:"name"`
}

type branch struct {
	Type json.RawMessage `json:"type"` // a string for those of unions
}

func readOracle(t *testing.T, path string) *oracle {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	o := &oracle{byName: make(map[string]*definition)}
	if err := json.Unmarshal(data, o); err != nil {
		t.Fatal(err)
	}
	for _, d := range o.Definitions {
		o.byName[d.Name] = d
	}
	return o
}

// names returns the names of a kind of definition in alphabetical order.
func (o *oracle) names(kind string) []string {
	var out []string
	for _, d := range o.Definitions {
		if d.Kind == kind {
			out = append(out, d.Name)
		}
	}
	slices.Sort(out)
	return out
}

// members returns the names of the members of a struct or union, with those of
// its branches.
func (o *oracle) members(name string) []string {
	d := o.byName[name]
	if d == nil {
		return nil
	}
	var out []string
	for _, m := range d.AllMembers {
		out = append(out, m.Name)
	}
	for _, b := range d.Branches {
		out = append(out, o.members(strings.Trim(string(b.Type), `"`))...)
	}
	return out
}

// headings returns the lines that are underlined with dashes of their length.
func headings(text string) []string {
	var out []string
	lines := strings.Split(text, "\n")
	for i := 1; i < len(lines); i++ {
		if l := lines[i]; l != "" && strings.Trim(l, "-") == "" && lines[i-1] != "" {
			out = append(out, lines[i-1])
			if len(lines[i-1]) != len(l) {
				out = append(out, "bad underline "+l)
			}
		}
	}
	return out
}

func checkHeadings(t *testing.T, text string, want []string) {
	t.Helper()
	if got := headings(text); !slices.Equal(got, want) {
		t.Errorf("headings: %q\nwant: %q", got, want)
	}
}

// entries returns the text of each entry.
func entries(text string) map[string]string {
	out := make(map[string]string)
	for _, name := range headings(text) {
		_, rest, _ := strings.Cut(text, "\n\n\n"+name+"\n")
		rest, _, _ = strings.Cut(rest, "\n\n\n")
		out[name] = rest + "\n"
	}
	return out
}

// checkArguments looks for each argument of each command or event.
func checkArguments(t *testing.T, text map[string]string, o *oracle, kind string) {
	t.Helper()
	for _, name := range o.names(kind) {
		d := o.byName[name]
		arguments := o.members(d.ArgType)
		for _, a := range d.Args {
			arguments = append(arguments, a.Name)
		}
		for _, a := range arguments {
			if !strings.Contains(text[name], `- "`+a+`":`) {
				t.Errorf("%s: argument %s is missing", name, a)
			}
		}
	}
}

// checkWire looks for each member and value that the schema has below a command
// or event, by walking the schema.
func checkWire(t *testing.T, commands, events map[string]string, s *ir.Schema) {
	t.Helper()
	for _, c := range s.Commands {
		w := wire{t, c.Name, commands[c.Name], make(map[ir.Type]bool)}
		w.visit(c.Arg)
		w.visit(c.Returns)
		for _, s := range ir.StraySections(c) {
			w.want(s.Name, "description")
		}
	}
	for _, e := range s.Events {
		w := wire{t, e.Name, events[e.Name], make(map[ir.Type]bool)}
		w.visit(e.Arg)
	}
}

type wire struct {
	t    *testing.T
	name string
	text string
	seen map[ir.Type]bool
}

func (w *wire) visit(t ir.Type) {
	if t == nil || w.seen[t] {
		return
	}
	w.seen[t] = true
	switch t := t.(type) {
	case *ir.Array:
		w.visit(t.Elem)
	case *ir.Enum:
		for _, v := range t.Values {
			w.want(`"`+v.Name+`"`, "value")
		}
	case *ir.Struct:
		for _, m := range t.AllMembers() {
			w.want(`- "`+m.Name+`":`, "member")
			w.visit(m.Type)
		}
	case *ir.Union:
		w.visit(t.Base)
		for _, b := range t.Branches {
			w.want(`"`+b.Name+`"`, "branch")
			w.visit(b.Type)
		}
	case *ir.Alternate:
		for _, b := range t.Branches {
			w.visit(b.Type)
		}
	}
}

func (w *wire) want(text, what string) {
	if !strings.Contains(w.text, text) {
		w.t.Errorf("%s: %s %s is missing", w.name, what, text)
	}
}

// checkExamples looks for each line of an example in the entry that it belongs
// to, and returns how many there are.
func checkExamples(t *testing.T, commands, events map[string]string, s *ir.Schema) int {
	t.Helper()
	check := func(text string, doc *ir.Doc) int {
		n := 0
		have := make(map[string]bool)
		for line := range strings.Lines(text) {
			have[strings.TrimSpace(line)] = true
		}
		for _, line := range exampleLines(doc) {
			n++
			if !have[line] {
				t.Errorf("%s: this line of an example is missing: %s", doc.Symbol, line)
			}
		}
		return n
	}
	lines := 0
	for _, c := range s.Commands {
		lines += check(commands[c.Name], c.Doc)
	}
	for _, e := range s.Events {
		lines += check(events[e.Name], e.Doc)
	}
	return lines
}

// exampleLines returns what a simple reading takes for examples: a line that
// starts with an arrow, and the lines below it that are indented further.
func exampleLines(doc *ir.Doc) []string {
	if doc == nil {
		return nil
	}
	var out []string
	for _, sec := range doc.Sections {
		arrow := -1
		for line := range strings.Lines(sec.Text) {
			trimmed := strings.TrimSpace(line)
			indent := len(line) - len(strings.TrimLeft(line, " "))
			switch {
			case strings.HasPrefix(trimmed, "-> "), strings.HasPrefix(trimmed, "<- "):
				arrow = indent
			case trimmed == "":
				continue
			case indent <= arrow:
				arrow = -1
			}
			if arrow >= 0 {
				out = append(out, trimmed)
			}
		}
	}
	return out
}

// checkForm checks the form of each line of a file.
func checkForm(t *testing.T, text string, s *ir.Schema) {
	t.Helper()
	if !strings.HasSuffix(text, "\n") || strings.HasSuffix(text, "\n\n") {
		t.Error("does not end with one line end")
	}
	if len(text) > maxSize {
		t.Errorf("%d bytes, more than %d", len(text), maxSize)
	}
	verbatim := make(map[string]bool)
	for _, m := range s.Modules {
		for _, it := range m.Items {
			if d, ok := it.(ir.Def); ok && d.Head().Doc != nil {
				for _, sec := range d.Head().Doc.Sections {
					for line := range strings.Lines(sec.Text) {
						verbatim[strings.TrimSpace(line)] = true
					}
				}
			}
		}
	}
	residue := regexp.MustCompile("``|:(ref|doc|any|qapi:[a-z]+):|^ *\\.\\. [a-z-]+::|#optional|(^|[ (])@[a-z]|^ *[,.] |- \"[^\"]*\": ,|^= ")
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		trimmed := strings.TrimSpace(line)
		if m := residue.FindString(line); m != "" && !verbatim[trimmed] {
			t.Errorf("%q is left of the markup: %s", m, line)
		}
		if strings.TrimRight(line, " \t\r") != line {
			t.Errorf("blanks at the end of %q", line)
		}
		if utf8.RuneCountInString(line) > 78 && !verbatim[trimmed] && strings.Contains(trimmed, " ") {
			t.Errorf("long line: %s", line)
		}
	}
}
