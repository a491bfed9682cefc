package impact

import (
	"go/token"
	"io"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/compat"
)

// TestControlCharacters checks that no name and no text of a program or schema begins a line
// of a report for people or for GitHub, nor reaches the terminal as it is.
func TestControlCharacters(t *testing.T) {
	const evil = "a\n::evil::\x1b[31m\u202e"
	at := token.Position{Filename: evil, Line: 1, Column: 2}
	r := &Report{Compared: 1, Program: &Program{Packages: 1, Unseen: []Unseen{{evil, at}}}, Hits: []Hit{{
		Change:   &compat.Change{Rule: compat.RuleCommandRemoved, Severity: compat.Breaking, Path: "go", Message: evil, Old: compat.Place{File: evil, Line: 3}},
		Uses:     []Use{{Def: "go", Pos: at}},
		Compiler: "x" + evil, Advice: evil,
	}}}
	names := Names{Old: evil, New: evil}
	for name, write := range map[string]func(io.Writer, *Report, Names) error{"text": Text, "markdown": Markdown, "github": GitHub} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			if err := write(&out, r, names); err != nil {
				t.Fatal(err)
			}
			text := out.String()
			if !strings.Contains(text, "evil") {
				t.Errorf("the text is not there:\n%s", text)
			}
			for line := range strings.Lines(text) {
				if strings.HasPrefix(line, "::evil") || strings.ContainsAny(line, "\x1b\u202e") {
					t.Errorf("the line %q", line)
				}
			}
		})
	}
	for _, write := range []func(io.Writer, *Report, Names) error{JSON, SARIF} {
		var out strings.Builder
		if err := write(&out, r, names); err != nil || strings.Contains(out.String(), "\x1b") {
			t.Errorf("%v, %q", err, out.String())
		}
	}
}

// TestControlCharactersOfSource checks the same of the lines of source that a report shows.
func TestControlCharactersOfSource(t *testing.T) {
	r := &Report{Program: &Program{}, Hits: []Hit{{Change: &compat.Change{Path: "go"}, Uses: []Use{{Pos: token.Position{Filename: "testdata/control.txt", Line: 1}}}}}}
	for name, write := range map[string]func(io.Writer, *Report, Names) error{"text": Text, "markdown": Markdown} {
		var out strings.Builder
		if err := write(&out, r, Names{}); err != nil || !strings.Contains(out.String(), "a ␛[31m b") || strings.Contains(out.String(), "\x1b") {
			t.Errorf("%s: %v, %q", name, err, out.String())
		}
	}
}
