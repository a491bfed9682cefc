package main

import (
	"fmt"
	"go/token"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/parser"
)

// diagnose checks a schema and returns it, if there is nothing wrong, or what is
// wrong in the order in which it is printed.
func diagnose(src parser.Source) (*ir.Schema, []*diag.Diagnostic, *token.FileSet) {
	schema, errs := qapigo.Load(src.FS, src.Root, qapigo.Options{Dialect: src.Dialect})
	return schema, errs.Sorted(), errs.Fset
}

// TestOneMistake makes one mistake at a time in the example schema, at every
// place where that is possible: each must give one error, with the right code,
// at the right place, and where something was misspelt with a hint.
func TestOneMistake(t *testing.T) {
	files := exampleFiles(t)
	schema, errs, _ := diagnose(parser.Source{FS: files, Root: qapigo.ExampleRoot})
	if errs != nil {
		t.Fatalf("the example has errors: %s", errs[0].Msg)
	}
	counts := make(map[string]int)
	for _, w := range live.Sample(t, words(files), 500) {
		kind, with, want := w.mistake(schema)
		if kind == "" {
			continue
		}
		counts[kind]++
		_, got, fset := diagnose(parser.Source{FS: w.replaced(files, with), Root: qapigo.ExampleRoot})
		if len(got) != 1 {
			t.Errorf("%s, %s, %q in %s: %d errors%s", kind, w.file, w.text, w.in, len(got), summary(fset, got))
			continue
		}
		d := got[0]
		if want == "" {
			continue
		}
		if d.Code != want {
			t.Errorf("%s, %s, %q in %s: %s [%s], want %s", kind, w.file, w.text, w.in, d.Msg, d.Code, want)
		}
		if at := fset.Position(d.Pos); want == "unknown-type" &&
			(at.Filename != w.file || at.Offset != w.from || int(d.End-d.Pos) != len(with)) {
			t.Errorf("%s, %s, %q in %s: at %v", kind, w.file, w.text, w.in, at)
		}
		if hint := "did you mean '" + w.text + "'?"; !hinted(d, hint) && !strings.HasPrefix(kind, "name of") {
			t.Errorf("%s, %s, %q in %s: no hint %q in %v", kind, w.file, w.text, w.in, hint, d.Notes)
		}
	}
	for _, kind := range []string{"type", "key", "kind of definition", "directive", "name of definition", "pragma",
		"discriminator", "branch", "punctuation", "documentation"} {
		if counts[kind] == 0 {
			t.Errorf("no mistake of kind %q was made", kind)
		}
	}
	t.Logf("mistakes made: %v", counts)
}

func hinted(d *diag.Diagnostic, hint string) bool {
	return slices.ContainsFunc(d.Notes, func(n diag.Note) bool { return strings.Contains(n.Msg, hint) })
}

// summary returns the first few errors.
func summary(fset *token.FileSet, errs []*diag.Diagnostic) string {
	var b strings.Builder
	for _, d := range errs[:min(len(errs), 4)] {
		fmt.Fprintf(&b, "\n\t%v: %s: %s [%s]", fset.Position(d.Pos), d.In, d.Msg, d.Code)
	}
	return b.String()
}

// A word is a string in a schema's source, a character of punctuation, or the
// name in a documentation comment that is described.
type word struct {
	file     string
	from, to int    // bytes, with quotes
	text     string // without quotes
	last     byte   // the character of punctuation before it
	next     byte   // the character behind it and white space
	in       string // the first key of its top-level object, and the name
	key      string // the last key at depth 1
	nth      int    // which string of that object it is, from 1
	depth    int    // how many brackets are open
}

var wordPattern = regexp.MustCompile(`(?m)^# @[\w-]+:.*$|#.*$|'[^'\n]*'|[][{}:,]`)

// words returns the words of the example schema.
func words(files fstest.MapFS) []word {
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	var all []word
	for _, name := range names {
		text := string(files[name].Data)
		var w word
		for _, m := range wordPattern.FindAllStringIndex(text, -1) {
			s := text[m[0]:m[1]]
			w.file, w.from, w.to, w.text = name, m[0], m[1], strings.Trim(s, "'")
			w.next = (strings.TrimLeft(text[m[1]:], " \t\n") + " ")[0]
			switch {
			case strings.HasPrefix(s, "# @"):
				var rest string
				w.text, rest, _ = strings.Cut(s[len("# @"):], ":")
				w.from = m[0] + len("# @")
				w.to = w.from + len(w.text)
				w.next = (rest + "\n")[0]
				all = append(all, w)
				continue
			case s[0] == '#':
				continue
			case s == "{" || s == "[":
				if w.depth++; w.depth == 1 {
					w.nth, w.in = 0, ""
				}
			case s == "}" || s == "]":
				w.depth--
			case s[0] == '\'':
				if w.nth++; w.nth <= 2 {
					w.in = strings.TrimPrefix(w.in+" "+w.text, " ")
				}
				if w.depth == 1 && w.next == ':' {
					w.key = w.text
				}
			}
			all = append(all, w)
			if s[0] != '\'' {
				w.last = s[0]
			}
		}
	}
	return all
}

// mistake returns a mistake that can be made with a word: of what kind it is,
// what is written instead, and the code of the error, "" if that depends.
func (w *word) mistake(schema *ir.Schema) (kind, with string, code diag.Code) {
	definition, _, _ := strings.Cut(w.in, " ")
	directive := definition == "include" || definition == "pragma"
	switch {
	case strings.Contains("{}[]:,", w.text):
		return "punctuation", "", ""
	case w.depth == 0: // in a comment
		if w.next == '\n' {
			return "name of documentation", w.text + "x", "doc-misplaced"
		}
		return "documentation", w.text + "x", ""
	case w.next == ':' && w.nth == 1 && directive:
		return "directive", "'" + w.text[:len(w.text)-1] + "'", "not-a-definition"
	case w.next == ':' && w.nth == 1:
		return "kind of definition", "'" + w.text[:len(w.text)-1] + "'", "not-a-definition"
	case directive && w.next == ':':
		return "pragma", "'" + w.text + "s'", "unknown-pragma"
	case directive:
		return "", "", ""
	case w.next == ':' && w.depth == 1:
		return "key", "'" + w.text[:1] + w.text[2:] + "'", ""
	case w.next == ':' && definition == "union" && w.key == "data" && w.depth == 2:
		return "branch", "'" + w.text + "x'", "unknown-branch"
	case w.next == ':':
		return "", "", ""
	case w.nth == 2:
		return "name of definition", "'" + w.text + map[bool]string{true: "X", false: "x"}[definition == "event"] + "'", "doc-misplaced"
	case w.key == "discriminator":
		return "discriminator", "'" + w.text + "x'", "discriminator"
	}
	if _, ok := schema.ByName[w.text].(ir.Type); ok && w.key != "features" {
		return "type", "'" + w.text + "x'", "unknown-type"
	}
	return "", "", ""
}

// replaced returns the files with the word replaced.
func (w *word) replaced(files fstest.MapFS, with string) fstest.MapFS {
	changed := make(fstest.MapFS, len(files))
	for name, f := range files {
		changed[name] = f
	}
	text := string(files[w.file].Data)
	changed[w.file] = &fstest.MapFile{Data: []byte(text[:w.from] + with + text[w.to:])}
	return changed
}

// exampleFiles returns the files of the embedded example.
func exampleFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	files := make(fstest.MapFS)
	err := fs.WalkDir(qapigo.Example, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(qapigo.Example, path)
		files[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestManyMistakes checks a schema of three files with mistakes of all stages:
// each is reported once, at its place, and nothing else.
func TestManyMistakes(t *testing.T) {
	files := map[string]string{
		"a.json": `{ 'pragma': { 'doc-requird': true } }
{ 'include': 'b.json' }
{ 'include': 'lost.json' }
{ 'struct': 'One', 'data': { 'a': 'int', 'b' 'str' } }
{ 'struct': 'Two', 'base': 'One', 'data': { 'c': [ 'int', 'str' ] } }
{ 'command': 'cmd', 'returns': 'Two', 'gen': 0 }
{ 'union': 'Uni', 'base': { 'kind': 'Kinds' }, 'discriminator': 'kin', 'data': { 'x': 'Two' } }
{ 'event': 'EVT', 'data': { 'm': 'One', 'm_m': 'int' }, 'bogus': true }
`,
		"b.json": `##
# @Kinds:
#
# @x: one
#
# @x: again
##
{ 'enum': 'Kinds', 'data': [ 'x', 'y' ] }
{ 'struct': 'Base', 'data': { 'a': 'int', 'a': 'str' } }
{ 'struct': 'Derived', 'base': 'Base', 'data': { 'a': 'Derivd' } }
{ 'alternate': 'Alt', 'data': { 'i': 'int', 's': 'str' } }
{ 'command': 'cmd2', 'if': 'not a macro' }
`,
	}
	want := []string{
		"a.json:1:15: unknown-pragma",
		"a.json:3:14: read-file",
		"a.json:4:46: syntax",
		"a.json:5:50: bad-shape",
		"a.json:6:46: stray",
		"a.json:7:65: discriminator",
		"a.json:8:41: name-case",
		"a.json:8:57: unknown-key",
		"b.json:6:4: doc-duplicate", // 'y' may be excepted by the pragma that was lost
		"b.json:9:43: duplicate-key",
		"b.json:10:50: name-clash",
		"b.json:11:45: ambiguous-branch",
		"b.json:12:28: bad-condition",
	}
	write(t, files)
	text := runArgs("check", "a.json")
	if text.status != 1 || !strings.HasSuffix(text.stderr, "\nqapi-go: a.json: 13 errors in 2 files\n") {
		t.Errorf("status %d, %s", text.status, text.stderr)
	}
	var got []string
	for _, m := range regexp.MustCompile(`(?m)^(\S+:\d+:\d+: )error: .*\[(.*)\]$`).FindAllStringSubmatch(text.stderr, -1) {
		got = append(got, m[1]+m[2])
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s\nprinted\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"), text.stderr)
	}
}
