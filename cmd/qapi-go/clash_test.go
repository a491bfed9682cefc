package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestGenerateClashes checks that generate reports clashes of names as it reports everything
// else: in the format that --error-format names, at both places, as lint does.
func TestGenerateClashes(t *testing.T) {
	write(t, map[string]string{"s.json": "{ 'command': 'a',\n  'data': { 'node-id': 'str', 'node-ID': 'str' } }\n{ 'type': 'A', 'data': {} }\n"})
	type place struct {
		File         string
		Line, Column int
	}
	type finding struct {
		place
		Code, Severity, Message string
		Notes                   []place
	}
	read := func(text string) []finding {
		t.Helper()
		var list []finding
		for line := range strings.Lines(text) {
			var f finding
			if strings.HasPrefix(line, "qapi-go: ") {
				continue
			}
			if err := json.Unmarshal([]byte(line), &f); err != nil {
				t.Fatalf("%v in the line %q", err, line)
			}
			list = append(list, f)
		}
		return list
	}
	got := runArgs("generate", "--error-format", "json", "--schema", "s.json", "--out", "out")
	found := read(got.stderr)
	if got.status != 1 || got.stdout != "" || len(found) != 1 {
		t.Fatalf("status %d, %s%s", got.status, got.stdout, got.stderr)
	}
	f := found[0]
	if f.File != "s.json" || f.Line != 2 || f.Column != 31 || f.Code != "GO_NAME_COLLISION" || f.Severity != "error" ||
		!strings.Contains(f.Message, "'node-ID'") || len(f.Notes) != 1 || f.Notes[0] != (place{"s.json", 2, 13}) {
		t.Errorf("%+v\n%s", f, got.stderr)
	}
	linted := read(runArgs("lint", "--error-format", "json", "--use", "GO_NAME_COLLISION", "s.json").stdout)
	if len(linted) != 1 || linted[0].Message != f.Message || linted[0].place != f.place {
		t.Errorf("lint: %+v", linted)
	}
	for format, want := range map[string]string{
		"text":   "s.json:2:31: error: ",
		"github": "::error file=s.json,line=2,",
		"qemu":   "s.json:2: ",
		"sarif":  `"ruleId"`,
	} {
		if got := runArgs("generate", "--error-format", format, "--schema", "s.json", "--out", "out"); got.status != 1 || !strings.Contains(got.stderr, want) {
			t.Errorf("%s: status %d, %s", format, got.status, got.stderr)
		}
	}
}
