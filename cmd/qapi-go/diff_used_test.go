package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
)

// usedProgram is a program on the package that is generated from diffOld.
const usedProgram = `package main

import (
	"context"

	"example.org/p/qapi"
)

func stop(ctx context.Context, c *qapi.Client, name string) error {
	if err := c.Probe(ctx, qapi.ProbeArgs{ID: name}); err != nil {
		return err
	}
	return c.Stop(ctx)
}

func main() {}
`

// TestDiffUsed runs diff on the code of a module, in each format.
func TestDiffUsed(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"go.mod":   corpus.GoMod(t, "example.org/p"),
		"main.go":  usedProgram,
		"bad/b.go": "package bad\n\nvar x = undefined\n",
		"old.json": diffOld, "new.json": diffNew,
		"quiet.json": diffOld + "{ 'command': 'more' }\n",
	})
	t.Chdir(dir)
	t.Setenv("GOWORK", "off")
	t.Setenv("GOFLAGS", "-mod=mod")
	t.Setenv("GOPROXY", "off")
	if r := runArgs("generate", "--schema", "old.json", "--package", "qapi", "--out", "qapi"); r.status != 0 {
		t.Fatal(r.stderr)
	}
	tests := []struct {
		args           string
		status         int
		stdout, stderr string // parts
	}{
		{"old.json new.json --used .", 1, "  stop: command was removed [COMMAND_REMOVED]\n      schema: old.json:1\n      main.go:13:11: return c.Stop(ctx)\n", ""},
		{"old.json new.json --used .", 1, "1 of 4 changes hit the code in 1 package: 1 breaking", ""},
		{"old.json new.json --used . --fail-on none", 0, "stop: command was removed", ""},
		{"old.json quiet.json --used .", 0, "0 of 1 changes hit the code", ""},
		{"old.json new.json --used . --format github", 1, "::error file=main.go,line=13,col=11,title=COMMAND_REMOVED::stop: command was removed", "1 of 4 changes"},
		{"old.json new.json --used . --format sarif", 1, `"ruleId": "COMMAND_REMOVED"`, ""},
		{"old.json new.json --used . --format markdown", 1, "  - main.go:13:11: ` return c.Stop(ctx) `\n", ""},
		{"old.json new.json --used . --unused", 0, "#   DONE\ninclude:\n  - probe\n  - stop\n", ""},
		{"old.json new.json --used ./bad", 2, "", "undefined: undefined"},
		{"old.json new.json --used ./none", 2, "", "none"},
		{"old.json new.json --used . --format accept", 2, "", "--format takes text, json, markdown, github or sarif with --used"},
		{"old.json new.json --used . --level go", 2, "", "--level and --used exclude each other"},
		{"old.json new.json --unused", 2, "", "--unused and --tags need --used"},
	}
	for _, test := range tests {
		r := runArgs(append([]string{"diff"}, strings.Fields(test.args)...)...)
		if r.status != test.status || !strings.Contains(r.stdout, test.stdout) || !strings.Contains(r.stderr, test.stderr) {
			t.Errorf("diff %s: status %d, want %d\n%s%s", test.args, r.status, test.status, r.stdout, r.stderr)
		}
	}
	r := runArgs("diff", "old.json", "new.json", "--used", ".", "--format", "json")
	var report struct {
		Format int
		Hits   []struct {
			Rule, Path string
			Uses       []struct {
				Kind, File, Source string
				Line, Column       int
			}
		}
	}
	if err := json.Unmarshal([]byte(r.stdout), &report); err != nil {
		t.Fatalf("%v in %s", err, r.stdout)
	}
	if report.Format != 1 || len(report.Hits) != 1 || len(report.Hits[0].Uses) != 1 || report.Hits[0].Uses[0].Kind != "call" || report.Hits[0].Uses[0].Line != 13 {
		t.Errorf("JSON: %+v", report)
	}
}
