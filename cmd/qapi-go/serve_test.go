package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/qmp"
)

// TestServe serves the embedded example with a scenario, and ends when it is interrupted.
func TestServe(t *testing.T) {
	example := filepath.Join(corpus.Root(t), "testdata/schemas/vm/vm.json")
	dir := t.TempDir()
	socket := filepath.Join(dir, "vm.qmp")
	write(t, map[string]string{"s.yaml": "rules:\n  - command: stop\n    error: { desc: no }\n", "bad.yaml": "rules:\n  - command: stopp\n",
		"one.yaml":     "generate: [ { out: x, schema: first.json }, { out: y, schema: second.json } ]\n",
		"several.yaml": "schemas: [ first.json, second.json ]\ngenerate: { out: x }\n"})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	var stderr strings.Builder
	cmd := newServe()
	cmd.SetContext(ctx)
	cmd.SetErr(&stderr)
	cmd.SetArgs([]string{"--listen", "unix:" + socket, "--scenario", "s.yaml"})
	go func() { done <- cmd.Execute() }()
	c, err := qmp.Dial(t.Context(), "unix:"+socket, qmp.WithRetry(10*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	var status json.RawMessage
	if err := c.Call(t.Context(), "query-status", nil, &status); err != nil {
		t.Error(err)
	}
	if err := c.Call(t.Context(), "stop", nil, nil); err == nil || !strings.Contains(err.Error(), "no") {
		t.Errorf("stop: %v", err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("serve ended with %v", err)
	}
	<-c.Done()
	if r := runArgs("inspect", "--format", "introspection", example); r.status != 0 {
		t.Error(r.stderr)
	} else if err := os.WriteFile("told.json", []byte(r.stdout), 0o600); err != nil {
		t.Error(err)
	}
	startServe(t, socket, "--schema", "told.json", "--dialect", "7.2")
	if r := runArgs("call", socket, "query-version"); r.status != 0 || !strings.Contains(r.stdout, `"major":7`) {
		t.Errorf("%+v", r)
	}
	if r := runArgs("call", socket, "device-del", "id=7", "--schema", "told.json"); r.status != 0 {
		t.Errorf("%+v", r)
	}
	for _, test := range []struct {
		args   string
		status int
		want   string
	}{
		{"serve", 2, "--listen ADDR is required"},
		{"serve --listen x:y:z", 2, "--listen"},
		{"serve --listen unix:/nowhere/vm --scenario bad.yaml", 1, `bad.yaml:2:14: the schema has no command "stopp"; did you mean 'stop'?`},
		{"serve --listen unix:/nowhere/vm --scenario none.yaml", 2, "none.yaml"},
		{"serve --listen unix:/nowhere/vm", 2, "/nowhere/vm"},
		{"serve --listen unix:/nowhere/vm --schema none.json", 2, "none.json"},
		{"serve --listen unix:/nowhere/vm -c one.yaml", 2, "first.json"},
		{"serve --listen unix:/nowhere/vm -c one.yaml --schema none.json", 2, "none.json"},
		{"serve --listen unix:/nowhere/vm -c several.yaml", 2, "several.yaml: the schema is that of several releases; choose the release to serve with --schema"},
	} {
		if r := runArgs(strings.Fields(test.args)...); r.status != test.status || !strings.Contains(r.stderr, test.want) {
			t.Errorf("%s: status %d, want %d\n%s", test.args, r.status, test.status, r.stderr)
		}
	}
}

// TestServeRelease checks which release a server announces: the oldest of which the schema can be,
// not one by whose rules it could be read.
func TestServeRelease(t *testing.T) {
	const schema = "##\n# @stop:\n#\n# Since: 10.0\n##\n{ 'command': 'stop' }\n" +
		"##\n# @VersionTriple:\n#\n# @major: a\n#\n# @minor: b\n#\n# @micro: c\n#\n# Since: 2.4\n##\n" +
		"{ 'struct': 'VersionTriple', 'data': { 'major': 'int', 'minor': 'int', 'micro': 'int' } }\n" +
		"##\n# @VersionInfo:\n#\n# @qemu: a\n#\n# @package: b\n#\n# Since: 0.14\n##\n" +
		"{ 'struct': 'VersionInfo', 'data': { 'qemu': 'VersionTriple', 'package': 'str' } }\n" +
		"##\n# @query-version:\n#\n# Returns: it\n#\n# Since: 0.14\n##\n{ 'command': 'query-version', 'returns': 'VersionInfo' }\n"
	write(t, map[string]string{"s.json": schema, "new/s.json": schema, "new/VERSION": "10.1.2\n"})
	for _, test := range []struct {
		args, want string
		minor      int
	}{
		{"--schema s.json", "s.json of QEMU 10.0 or newer, 2 commands", 0},
		{"--schema new/s.json", "s.json of QEMU 10.1, 2 commands", 1},
		{"--schema s.json --dialect 10.2", "s.json of QEMU 10.2, 2 commands", 2},
	} {
		t.Run(test.args, func(t *testing.T) {
			socket := filepath.Join(t.TempDir(), "vm.qmp")
			stop := startServe(t, socket, strings.Fields(test.args)...)
			c, err := qmp.Dial(t.Context(), "unix:"+socket)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if v := c.Greeting().Version; v.Major != 10 || v.Minor != test.minor {
				t.Errorf("it greets as %+v", v)
			}
			if got := stop(); !strings.Contains(got, test.want) {
				t.Errorf("printed %s, want %s", got, test.want)
			}
		})
	}
}
