package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/lint"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// lintSchema has one finding, of DOC_SINCE.
const lintSchema = "##\n# @stop:\n#\n# Stop the machine.\n##\n{ 'command': 'stop' }\n"

// lintFinding is how it is printed.
const lintFinding = "a.json:6:14: warning: in command 'stop': documentation without 'Since:' [DOC_SINCE]\n" +
	" 6 | { 'command': 'stop' }\n   |              ^^^^^^\n"

// manyCommands returns a schema with a dozen commands.
func manyCommands() string {
	var b strings.Builder
	for c := 'a'; c < 'a'+12; c++ {
		fmt.Fprintf(&b, "{ 'command': '%c' }\n", c)
	}
	return b.String()
}

func TestLint(t *testing.T) {
	for _, test := range []struct {
		args           string
		status         int
		stdout, stderr string
	}{
		{"a.json", 1, "DOC_SINCE: Documentation without \"Since:\" (1 finding)\n" + lintFinding + "\n" +
			"     1  DOC_SINCE                       Documentation without \"Since:\"\n", "qapi-go: a.json: 1 finding in 1 file: DOC_SINCE 1\n"},
		{"good.json", 0, "", "qapi-go: good.json: no findings in 1 file, 1 definition\n"},
		{"a.json --except DOC_SINCE", 0, "", "qapi-go: a.json: no findings in 1 file, 1 definition\n"},
		{"a.json --use DOCS", 1, "*DOC_ERRORS: A command without \"Errors:\" (1 finding)\n", "qapi-go: a.json: 2 findings in 1 file: DOC_ERRORS 1, DOC_EXAMPLE 1\n"},
		{"good.json a.json", 1, "*a.json:6:14: warning:", "qapi-go: good.json: no findings in 1 file, 1 definition\nqapi-go: a.json: 1 finding"},
		{"many.json --use DOC_MISSING", 1, "*… and 2 more; --max 0 prints all\n\n    12  DOC_MISSING", "12 findings"},
		{"many.json --use DOC_MISSING --max 0", 1, "*DOC_MISSING: A definition without documentation (12 findings)\nmany.json:1:14: warning:", "12 findings"},
		{"many.json --use DOC_MISSING --max 1", 1, "*… and 11 more", "12 findings"},
		{"many.json --max -1", 2, "", "--max takes a number from 0, not -1"},
		{"bad.json a.json", 1, "*a.json:6:14: warning:", "qapi-go: bad.json: 1 error in 1 file: not linted\n"},
		{"gone.json a.json", 2, "*a.json:6:14: warning:", "qapi-go: gone.json: nothing could be read\n"},
		{"a.json --error-format json", 1, `{"severity":"warning","code":"DOC_SINCE","file":"a.json","line":6,"column":14,"endLine":6,"endColumn":20,` +
			`"message":"documentation without 'Since:'","in":"command 'stop'","notes":[],"includedFrom":[]}` + "\n", ""},
		{"a.json --error-format github", 1, "::warning file=a.json,line=6,endLine=6,col=14,endColumn=20,title=DOC_SINCE::in command 'stop': documentation without 'Since:' [DOC_SINCE]\n", ""},
		{"refers.json stop.json --use DOC_XREF_BROKEN", 0, "", "qapi-go: refers.json: no findings"},
		{"refers.json --use DOC_XREF_BROKEN", 1, "*refers.json:4:", "DOC_XREF_BROKEN 1"},
		{"--history releases", 1, "*qapi-schema.json:6:10: warning: in command 'stop': stop says since 9.0, but the schema of 9.1.0 does not have it [DOC_SINCE_HISTORY]", "DOC_SINCE_HISTORY 1"},
		{"--history .", 2, "", "a history needs at least two releases"},
		{"--history gone", 2, "", "gone"},
		{"--history releases a.json", 2, "", "one argument too many"},
		{"a.json --root x", 2, "", "--root needs --history"},
		{"a.json --use DOC_SINSE", 2, "", `unknown rule or group "DOC_SINSE"; did you mean DOC_SINCE?`},
		{"--rules a.json", 2, "", "--rules takes no schema"},
		{"", 2, "", "no schema given"},
	} {
		t.Run(test.args, func(t *testing.T) {
			t.Chdir(writeFiles(t, map[string]string{
				"many.json": manyCommands(),
				"a.json":    lintSchema, "good.json": strings.Replace(lintSchema, "machine.\n", "machine.\n#\n# Since: 9.2\n", 1), "bad.json": "{ 'command': 'Stop' }\n",
				"refers.json": strings.Replace(lintSchema, "# Stop", "# Unlike `halt`, stop", 1), "stop.json": "{ 'command': 'halt' }\n",
				"releases/9.1.0/qapi/qapi-schema.json": "{ 'command': 'cont' }\n",
				"releases/9.2.0/qapi/qapi-schema.json": strings.Replace(lintSchema, "machine.\n", "machine.\n#\n# Since: 9.0\n", 1),
			}))
			got := runArgs(append([]string{"lint"}, strings.Fields(test.args)...)...)
			stdoutOK := got.stdout == test.stdout
			if some, ok := strings.CutPrefix(test.stdout, "*"); ok { // that in it
				stdoutOK = strings.Contains(got.stdout, some)
			}
			if got.status != test.status || !stdoutOK || !strings.Contains(got.stderr, test.stderr) {
				t.Errorf("status %d\nstdout: %s\nstderr: %s\nwant status %d\nstdout: %s\nstderr: %s",
					got.status, got.stdout, got.stderr, test.status, test.stdout, test.stderr)
			}
		})
	}
}

// TestLintSARIF checks that findings of all schemas are in one log, with their
// rules explained.
func TestLintSARIF(t *testing.T) {
	t.Chdir(writeFiles(t, map[string]string{"a.json": lintSchema, "b.json": lintSchema}))
	got := runArgs("lint", "--error-format", "sarif", "a.json", "b.json")
	var log struct {
		Runs []struct {
			Tool struct {
				Driver struct {
					Rules []struct {
						ID   string
						Help struct{ Text string }
					}
				}
			}
			Results []struct{ RuleID, Level string }
		}
	}
	if err := json.Unmarshal([]byte(got.stdout), &log); err != nil || got.stderr != "" {
		t.Fatalf("%v in %s\n%s", err, got.stdout, got.stderr)
	}
	if got.status != 1 || len(log.Runs) != 1 || len(log.Runs[0].Results) != 2 || log.Runs[0].Results[1].Level != "warning" {
		t.Fatalf("status %d, %+v", got.status, log)
	}
	if rules := log.Runs[0].Tool.Driver.Rules; len(rules) != 1 || rules[0].ID != "DOC_SINCE" || !strings.HasPrefix(rules[0].Help.Text, "DOC_SINCE: ") {
		t.Errorf("rules %+v", rules)
	}
}

// TestLintDocumented checks that "lint --rules" and docs/lint.md list each rule with
// its group.
func TestLintDocumented(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(corpus.Root(t), "docs", "lint.md"))
	if err != nil {
		t.Fatal(err)
	}
	listed := runArgs("lint", "--rules")
	lines := strings.Split(listed.stdout, "\n")
	if listed.status != 0 || len(lines) != len(lint.Rules())+1 {
		t.Errorf("status %d, %d lines", listed.status, len(lines))
	}
	for i, r := range lint.Rules() {
		if f := strings.Fields(lines[i]); len(f) < 3 || f[1] != string(r.Code) {
			t.Errorf("line %q is not about %s", lines[i], r.Code)
		}
		if row := fmt.Sprintf("\n| `%s` | %s |", r.Code, r.Group); !strings.Contains(string(page), row) {
			t.Errorf("docs/lint.md has no row %q", row)
		}
	}
	if rows := strings.Count(string(page), "\n| `"); rows != len(lint.Rules()) {
		t.Errorf("docs/lint.md has %d rows for %d rules", rows, len(lint.Rules()))
	}
}

// TestLintCorpus checks that nothing in QEMU's own schemas is an error to lint.
func TestLintCorpus(t *testing.T) {
	dir := corpus.Dir(t)
	entries, err := os.ReadDir(filepath.Join(dir, "corpus"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range live.Sample(t, entries, 3) {
		for _, s := range corpus.Schemas(t, dir, entry.Name()) {
			got := runArgs("lint", s.Root)
			if got.status != 1 || strings.Contains(got.stderr, ": error: ") || !strings.Contains(got.stderr, "findings in ") {
				t.Errorf("%s: status %d\n%.1000s", s.Root, got.status, got.stderr)
			}
		}
	}
}
