package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// writeFiles writes files in a new folder and returns it.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const (
	diffOld = "{ 'command': 'stop' }\n{ 'command': 'probe',\n  'data': { 'id': 'str', '*fast': 'bool' } }\n{ 'event': 'DONE', 'data': { 'n': 'int' } }\n"
	diffNew = "{ 'command': 'probe',\n  'data': { 'id': 'str' } }\n{ 'event': 'DONE', 'data': { 'n': 'int', 'm': 'int' } }\n"
)

// TestDiff checks exit statuses and formats.
func TestDiff(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"old.json": diffOld, "new.json": diffNew, "bad.json": "{ 'command': 'stop' ",
		"all.txt":  "# why\nCOMMAND_REMOVED stop nobody stops\nARG_REMOVED probe.fast  always fast\n",
		"half.txt": "COMMAND_REMOVED stop nobody stops\nARG_REMOVED probe.slow none\n",
		"none.txt": "COMMAND_REMOVED stop\n", "odd.txt": "COMMAND_GONE stop x\n",
	})
	t.Chdir(dir)
	tests := []struct {
		args   string
		status int
		stdout string // part of it
		stderr string // part of it
	}{
		{"old.json new.json", 1, "  stop: command was removed [COMMAND_REMOVED]\n      old: old.json:1\n", ""},
		{"old.json new.json", 1, "  probe.fast: argument was removed (sent) [ARG_REMOVED]\n      old: old.json:3\n      new: new.json:1\n", ""},
		{"old.json new.json", 1, "compared 3 commands and events: 2 breaking, 0 warning, 0 note, 1 info\n", ""},
		{"old.json old.json", 0, "0 info; no changes\n", ""},
		{"old.json new.json --fail-on none", 0, "2 breaking", ""},
		{"old.json new.json --level recv", 1, "1 breaking", ""}, // a command has no direction
		{"old.json new.json --format github", 1, "::error file=old.json,line=1,title=COMMAND_REMOVED::stop: command was removed\n", "2 breaking"},
		{"old.json new.json --format markdown", 1, "## Breaking changes\n\n- `stop`: command was removed\n", ""},
		{"old.json new.json --format accept", 1, "# breaking: command was removed\nCOMMAND_REMOVED stop\n", ""},
		{"old.json new.json --accept all.txt", 0, "accepted: always fast) [ARG_REMOVED]", ""},
		{"old.json new.json --accept half.txt", 1, "1 breaking", "half.txt:2: no such change: ARG_REMOVED probe.slow"},
		{"old.json new.json --accept none.txt", 2, "", "none.txt:1: want a rule, a path and a reason"},
		{"old.json new.json --accept odd.txt", 2, "", `odd.txt:1: unknown rule "COMMAND_GONE"`},
		{"old.json new.json --accept gone.txt", 2, "", "gone.txt"},
		{"old.json bad.json", 1, "", "qapi-go: nothing was compared\n"},
		{"bad.json old.json --fail-on none", 1, "", "qapi-go: nothing was compared\n"},
		{"old.json gone.json", 2, "", "qapi-go: nothing was compared\n"},
		{"old.json qmp:unix:gone", 2, "", "qapi-go: nothing was compared\n"},
		{"old.json", 2, "", "diff takes two schemas, not 1"},
		{"old.json new.json --format xml", 2, "", "--format takes text, json, markdown, github or accept"},
		{"old.json new.json --fail-on all", 2, "", "--fail-on takes breaking, warning or none"},
		{"old.json new.json --level wire", 2, "", "--level takes send, recv and go"},
		{"old.json new.json --root x", 2, "", "--root needs --history"},
		{"--history gone", 2, "", "gone"},
		{"--history .", 2, "", "a history needs at least two releases"},
		{"--history . old.json", 2, "", "one argument too many"},
		{"--history . --format github", 2, "", "--history has no --format github"},
	}
	for _, test := range tests {
		t.Run(test.args, func(t *testing.T) {
			got := runArgs(append([]string{"diff"}, strings.Fields(test.args)...)...)
			if got.status != test.status || !strings.Contains(got.stdout, test.stdout) || !strings.Contains(got.stderr, test.stderr) {
				t.Errorf("status %d\nstdout: %s\nstderr: %s\nwant status %d\nstdout: %s\nstderr: %s",
					got.status, got.stdout, got.stderr, test.status, test.stdout, test.stderr)
			}
			if test.status == 2 && got.stdout != "" {
				t.Errorf("it could not run, but says %q", got.stdout)
			}
		})
	}
}

func TestDiffJSON(t *testing.T) {
	t.Chdir(writeFiles(t, map[string]string{"old.json": diffOld, "new.json": diffNew}))
	got := runArgs("diff", "old.json", "new.json", "--format", "json")
	var report struct {
		Format, Compared int
		Old, New         string
		Summary          map[string]int
		Changes          []map[string]any
	}
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
		t.Fatalf("%v in %s", err, got.stdout)
	}
	if report.Format != 1 || report.Compared != 3 || report.Old != "old.json" || report.New != "new.json" ||
		report.Summary["breaking"] != 2 || report.Summary["info"] != 1 || len(report.Changes) != 3 {
		t.Errorf("report %+v", report)
	}
	i := slices.IndexFunc(report.Changes, func(c map[string]any) bool { return c["rule"] == "ARG_REMOVED" })
	if i < 0 {
		t.Fatal("no ARG_REMOVED")
	}
	text, err := json.Marshal(report.Changes[i])
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"direction":"send","message":"argument was removed","new":{"file":"new.json","line":1},` +
		`"old":{"file":"old.json","line":3},"path":"probe.fast","rule":"ARG_REMOVED","severity":"breaking","usedBy":["probe"]}`
	if string(text) != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}

// TestDiffGo checks that changes of Go source are warnings, and breaking if one
// asks for them.
func TestDiffGo(t *testing.T) {
	const schema = "{ 'struct': 'NAME', 'data': { 'name': 'str' } }\n{ 'command': 'query', 'returns': 'NAME' }\n"
	t.Chdir(writeFiles(t, map[string]string{
		"old.json": strings.ReplaceAll(schema, "NAME", "Node"), "new.json": strings.ReplaceAll(schema, "NAME", "BlockNode"),
	}))
	for _, test := range []struct {
		flags  []string
		status int
		want   string
	}{
		{nil, 0, "0 breaking, 1 warning"},
		{[]string{"--fail-on", "warning"}, 1, "0 breaking, 1 warning"},
		{[]string{"--level", "send,recv,go"}, 1, "1 breaking, 0 warning"},
		{[]string{"--level", "send,recv"}, 0, "no changes"},
	} {
		got := runArgs(append([]string{"diff", "old.json", "new.json"}, test.flags...)...)
		if got.status != test.status || !strings.Contains(got.stdout, test.want) {
			t.Errorf("%q: status %d\n%s", test.flags, got.status, got.stdout)
		}
	}
}

// TestDiffHistory follows a schema through releases that are not in the order of
// their names.
func TestDiffHistory(t *testing.T) {
	const doc = "##\n# @probe:\n#\n# Look.\n#\n# @fast: be fast (since 9.2)\n#\n# Since: 9.0\n##\n"
	dir := writeFiles(t, map[string]string{
		"qemu-9.1.0/qapi/qapi-schema.json": "{ 'command': 'probe' }\n{ 'command': 'old' }\n",
		"qemu-9.2.0/qapi/qapi-schema.json": doc + "{ 'command': 'probe', 'data': { '*fast': 'bool' } }\n" +
			"{ 'command': 'old', 'features': [ 'deprecated' ] }\n",
		"qemu-10.0.0/qapi-schema.json": doc + "{ 'command': 'probe', 'data': { '*fast': 'bool' } }\n",
		"notes/readme":                 "",
	})
	got := runArgs("diff", "--history", dir, "--fail-on", "warning")
	want := strings.Join([]string{
		"command  old: since <=qemu-9.1.0, deprecated in qemu-9.2.0, removed in qemu-10.0.0",
		"command  probe: since <=qemu-9.1.0",
		"member   probe.fast: since qemu-9.2.0",
		filepath.ToSlash(dir) + "/qemu-9.2.0/qapi/qapi-schema.json:11: warning: old was deprecated in qemu-9.2.0 and removed in qemu-10.0.0: too soon [DEPRECATION_TOO_SHORT]",
		"3 releases: 2 commands, 0 events, 1 member, 0 values; 0 contradict their \"Since:\", 1 removed too soon after they were deprecated",
		"",
	}, "\n")
	if got.status != 1 || got.stdout != want {
		t.Errorf("status %d\n%swant\n%s", got.status, got.stdout, want)
	}
	if !strings.Contains(got.stderr, "notes: not a release") {
		t.Errorf("stderr %s", got.stderr)
	}
	if got := runArgs("diff", "--history", dir); got.status != 0 {
		t.Errorf("status %d though nothing is breaking", got.status)
	}
	for format, want := range map[string]string{
		"json":     `"path": "old",` + "\n      " + `"since": "qemu-9.1.0",` + "\n      " + `"certain": false,`,
		"markdown": "| `probe.fast` | qemu-9.2.0 |  | 9.2 |\n",
	} {
		if got := runArgs("diff", "--history", dir, "--format", format); !strings.Contains(got.stdout, want) {
			t.Errorf("%s: %s", format, got.stdout)
		}
	}
	broken := filepath.Join(dir, "qemu-9.0.0")
	if err := os.MkdirAll(broken, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(broken, "qapi-schema.json"), []byte("{ 'command': 'Probe' }\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if got := runArgs("diff", "--history", dir); got.status != 1 || !strings.Contains(got.stdout, "\n3 releases: ") ||
		!strings.Contains(got.stderr, "release qemu-9.0.0 is left out: ") {
		t.Errorf("with a release that cannot be read: status %d\n%s%s", got.status, got.stdout, got.stderr)
	}
	if got := runArgs("diff", "--history", dir, "--root", "qapi-schema.json"); got.status != 2 {
		t.Errorf("with one release: status %d", got.status)
	}
}

// TestLiveDiff compares the schema of QEMU 7.2 with what a QEMU that runs has.
// One of that release has all of it but what its build leaves out.
func TestLiveDiff(t *testing.T) {
	schema := filepath.Join(corpus.Dir(t), "corpus", "7.2.0", "qapi", "qapi-schema.json")
	qemu := live.Program(t, "qemu-system-x86_64")
	version := qemuVersion(t.Context(), t, qemu)
	socket := filepath.Join(t.TempDir(), "s")
	vm := exec.Command(qemu, "-M", "none", "-nodefaults", "-display", "none", "-S", "-qmp", "unix:"+socket+",server=on,wait=off")
	if err := live.Start(vm); err != nil {
		t.Fatal(err)
	}
	defer vm.Wait()
	defer vm.Process.Kill()
	got := runArgs("diff", schema, "qmp:unix:"+socket)
	if !strings.Contains(got.stdout, "compared ") || got.status == 2 {
		t.Fatalf("status %d\n%s%s", got.status, got.stdout, got.stderr)
	}
	if version == "7.2" && (got.status != 0 || !strings.Contains(got.stdout, ": 0 breaking, 0 warning, 0 note, ")) {
		t.Errorf("status %d\n%s", got.status, got.stdout)
	}
	if got := runArgs("diff", "qmp:unix:"+socket, "qmp:unix:"+socket); got.status != 0 || !strings.Contains(got.stdout, "no changes") {
		t.Errorf("a server against itself: status %d\n%s", got.status, got.stdout)
	}
	newer := filepath.Join(corpus.Dir(t), "corpus", "10.2.0", "qapi", "qapi-schema.json")
	if got := runArgs("diff", "qmp:unix:"+socket, newer); version == "7.2" &&
		(got.status != 1 || !strings.Contains(got.stdout, "RDMA_GID_STATUS_CHANGED: event was removed")) {
		t.Errorf("a newer schema: status %d\n%s", got.status, got.stdout)
	}
}

// TestDiffDocumented checks that docs/diff.md lists each rule and each member of the
// JSON formats.
func TestDiffDocumented(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(corpus.Root(t), "docs", "diff.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range compat.Rules() {
		severity := r.Any.String()
		if r.Send != r.Recv {
			severity = r.Send.String() + " / " + r.Recv.String()
		}
		if row := fmt.Sprintf("\n| `%s` | %s |", r.Name, severity); !strings.Contains(string(page), row) {
			t.Errorf("docs/diff.md has no row %q", row)
		}
	}
	change := compat.Change{
		Rule: "ARG_REMOVED", Severity: compat.Warning, Direction: compat.Send, Path: "a.b", Message: "m", Reason: "r", Accepted: "a",
		Old: compat.Place{File: "f", Line: 1}, New: compat.Place{File: "g", Line: 2}, UsedBy: []string{"a"},
	}
	item := compat.Item{
		Kind: "command", Path: "a", Since: "1.1", Certain: true, Deprecated: "1.2", Removed: "1.3", Moved: "b", Says: "1.0", Disagrees: "d", TooShort: true,
		Place: change.Old,
	}
	var report, history bytes.Buffer
	if err := compat.JSON(&report, &compat.Report{Changes: []*compat.Change{&change}}, compat.Names{}); err != nil {
		t.Fatal(err)
	}
	if err := compat.JSONHistory(&history, &compat.History{Items: []*compat.Item{&item}}); err != nil {
		t.Fatal(err)
	}
	members := regexp.MustCompile(`"(\w+)":`).FindAllStringSubmatch(report.String()+history.String(), -1)
	if len(members) < 30 {
		t.Errorf("%d members", len(members))
	}
	for _, m := range members {
		if !strings.Contains(string(page), "`"+m[1]+"`") {
			t.Errorf("docs/diff.md does not tell of %q", m[1])
		}
	}
}

// TestDiffVendor checks that downstream names count if one asks for their prefix.
func TestDiffVendor(t *testing.T) {
	t.Chdir(writeFiles(t, map[string]string{"old.json": "{ 'command': '__org.example_a' }\n{ 'command': 'b' }\n", "new.json": "{ 'command': 'b' }\n"}))
	for flag, want := range map[string]string{"--vendor=__com.other_": "no changes", "--vendor=__com.other_,__org.example_": "1 breaking"} {
		if got := runArgs("diff", "old.json", "new.json", flag); !strings.Contains(got.stdout, want) {
			t.Errorf("%s: %s", flag, got.stdout)
		}
	}
}
