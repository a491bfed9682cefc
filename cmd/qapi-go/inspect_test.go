package main

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/internal/fake"
)

const vmSchema = "../../testdata/schemas/vm/vm.json"

func TestInspectName(t *testing.T) {
	got := runArgs("inspect", vmSchema, "query-disks")
	if got.status != 0 || got.stderr != "" {
		t.Fatalf("status %d\n%s", got.status, got.stderr)
	}
	for _, want := range []string{"command query-disks\n  ../../testdata/schemas/vm/disk.json:", "\n  returns [DiskInfo]\n", "\nstruct DiskInfo\n", "optional"} {
		if !strings.Contains(got.stdout, want) {
			t.Errorf("%q is not in\n%s", want, got.stdout)
		}
	}
	if strings.Contains(got.stdout, "q_obj") || strings.Contains(got.stdout, "NetInfo") {
		t.Errorf("what nothing refers to, or no schema has, is shown:\n%s", got.stdout)
	}
	if again := runArgs("inspect", vmSchema, "query-disks"); again != got {
		t.Error("two runs differ")
	}

	type named struct{ Name, Kind, File string }
	var facts struct {
		Files       []string
		Counts      map[string]int
		Definitions []named
	}
	got = runArgs("inspect", "--format", "facts", vmSchema, "DiskInfo", "query-disks")
	if err := json.Unmarshal([]byte(got.stdout), &facts); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, d := range facts.Definitions {
		names = append(names, d.Name)
		if !slices.Contains(facts.Files, d.File) {
			t.Errorf("%s of %s, which is not in files", d.Name, d.File)
		}
	}
	if !slices.IsSorted(names) || !slices.Contains(names, "DiskInfo") || !slices.Contains(names, "query-disks") || facts.Counts["command"] != 1 {
		t.Errorf("facts of %q, counts %v", names, facts.Counts)
	}

	var infos []struct {
		Name string
		Meta string `json:"meta-type"`
	}
	got = runArgs("inspect", "--format", "introspection", vmSchema, "query-disks")
	if err := json.Unmarshal([]byte(got.stdout), &infos); err != nil {
		t.Fatal(err)
	}
	if len(infos) < 3 || infos[0].Name != "query-disks" || infos[0].Meta != "command" {
		t.Errorf("introspection: %v", infos)
	}
	for _, test := range []struct{ args, want string }{
		{"--format introspection " + vmSchema + " DiskInfo", "commands and events, not the type DiskInfo"},
		{vmSchema + " query-disk", "no definition \"query-disk\" in " + vmSchema + "; did you mean 'query-disks'?"},
		{vmSchema + " query-disks str", "no definition \"str\""},
		{vmSchema + " q_obj_disk-add-arg", "no definition"},
		{"query-disks", "no schema query-disks, and no qapi.yaml with a schema that could define query-disks"},
	} {
		if got := runArgs(append([]string{"inspect"}, strings.Fields(test.args)...)...); got.status != 2 || !strings.Contains(got.stderr, test.want) || got.stdout != "" {
			t.Errorf("inspect %s: status %d\n%s%s", test.args, got.status, got.stdout, got.stderr)
		}
	}
}

// TestInspectConfigured inspects the schemas that a configuration names.
func TestInspectConfigured(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a.json": "{ 'command': 'a', 'returns': 'Info' }\n{ 'struct': 'Info', 'data': { 'x': 'int' } }\n", "b.json": "{ 'command': 'b' }\n",
		"qapi.yaml": "version: 1\ngenerate:\n  - {schema: a.json, out: a}\n  - {schema: b.json, out: b}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	for _, test := range []struct {
		args   string
		status int
		stdout []string
		stderr string
	}{
		{"inspect", 0, []string{"command: 1\n  a  a.json:1\n", "command: 1\n  b  b.json:1\n"}, ""},
		{"inspect --config qapi.yaml", 0, []string{"  b  b.json:1\n"}, ""},
		{"inspect b", 0, []string{"command b\n  b.json:1\n"}, ""},
		{"inspect Info", 0, []string{"struct Info\n  a.json:2\n    x: int\n"}, ""},
		{"inspect a b", 0, []string{"command a\n  a.json:1\n  returns Info\n\nstruct Info\n", "command b\n"}, ""},
		{"inspect a.json b", 2, nil, "no definition \"b\" in a.json"},
		{"inspect c", 2, nil, "no definition \"c\""},
		{"inspect --config qapi.yaml a.json", 2, nil, "\"a.json\" is one too many"},
	} {
		got := runArgs(strings.Fields(test.args)...)
		if got.status != test.status || !strings.Contains(got.stderr, test.stderr) {
			t.Errorf("%s: status %d\n%s%s", test.args, got.status, got.stdout, got.stderr)
		}
		for _, want := range test.stdout {
			if !strings.Contains(got.stdout, want) {
				t.Errorf("%s: %q is not in\n%s", test.args, want, got.stdout)
			}
		}
	}
}

// introspected is a schema that tells of itself.
const introspected = `{ 'pragma': { 'command-returns-exceptions': [ 'query-qmp-schema' ] } }
{ 'command': 'query-qmp-schema', 'returns': ['any'] }
{ 'command': 'query-disks', 'returns': ['DiskInfo'] }
{ 'struct': 'DiskInfo', 'data': { 'name': 'str', '*size': 'size' } }
{ 'event': 'DISK_GONE', 'data': { 'name': 'str' } }
`

// serveSchema serves a schema on a socket, and returns the socket's path.
func serveSchema(t *testing.T, text string) string { return serveScenario(t, text, "") }

// serveScenario serves a schema with a scenario, if that is not empty, on a socket, and returns
// the socket's path.
func serveScenario(t *testing.T, text, scenario string) string {
	t.Helper()
	schema, errs := qapigo.Load(fstest.MapFS{"s.json": {Data: []byte(text)}}, "s.json", qapigo.Options{})
	if schema == nil {
		t.Fatal(errs.First())
	}
	var opts fake.Options
	if scenario != "" {
		var err error
		if opts.Scenario, err = fake.ParseScenario("scenario.yaml", []byte(scenario), schema); err != nil {
			t.Fatal(err)
		}
	}
	server, err := fake.New(schema, opts)
	if err != nil {
		t.Fatal(err)
	}
	socket := socketPath(t)
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); server.Serve(l) }()
	t.Cleanup(func() { l.Close(); server.Close(); <-done })
	return socket
}

// TestServers runs every command that reads a schema on a running server.
func TestServers(t *testing.T) {
	socket := serveSchema(t, introspected)
	t.Chdir(t.TempDir())
	if err := os.WriteFile("s.json", []byte(introspected), 0o666); err != nil {
		t.Fatal(err)
	}
	want := runArgs("inspect", "--format", "introspection", "s.json").stdout
	for _, name := range []string{"qmp:unix:" + socket, "qmp:" + socket, "unix:" + socket, socket} {
		for _, test := range []struct {
			args   string
			status int
			text   string // of stdout or stderr
		}{
			{"check NAME", 0, "describes, 2 commands and 1 event"},
			{"inspect NAME", 0, "command: 2\n  query-qmp-schema\n  query-disks\n\nevent: 1\n  DISK_GONE\n\ntotal: 3"},
			{"inspect NAME query-disks", 0, "command query-disks\n  returns [1]\n\nstruct 1\n    name: str\n    size: int, optional\n"},
			{"inspect NAME query-disk", 2, "did you mean 'query-disks'?"},
			{"inspect --format introspection NAME", 0, want},
			{"inspect --format introspection NAME query-disks", 0, "\"name\": \"query-disks\""},
			{"inspect --format facts NAME", 2, "--format facts needs the text of a schema"},
			{"diff NAME NAME", 0, "no changes"},
			{"lint NAME", 2, "is a server"},
			{"generate --out out --schema NAME", 2, "is a server"},
			{"docs --out out --schema NAME", 2, "is a server"},
			{"vendor --into out --from NAME", 2, "is a server"},
			{"call " + socket + " --schema NAME query-disks", 0, "[]"},
		} {
			args := strings.Fields(test.args)
			for i, a := range args {
				if a == "NAME" {
					args[i] = name
				}
			}
			got := runArgs(args...)
			if got.status != test.status || !strings.Contains(got.stdout+got.stderr, test.text) {
				t.Errorf("%q: status %d\n%.300s\n%s", args, got.status, got.stdout, got.stderr)
			}
			if _, err := os.Stat("out"); err == nil {
				t.Fatalf("%q wrote something", args)
			}
		}
	}
	for _, name := range []string{"qmp:unix:no-such-socket", "qmp:", "qmp:tcp:x", "unix:no-such-socket"} {
		if got := runArgs("inspect", name); got.status != 2 || got.stderr == "" {
			t.Errorf("%s: status %d\n%s", name, got.status, got.stderr)
		}
	}
}
