package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
)

// TestCall checks exit status and messages of call, on a server of the embedded example.
func TestCall(t *testing.T) {
	example := filepath.Join(corpus.Root(t), "testdata/schemas/vm/vm.json")
	dir := write(t, map[string]string{
		"s.yaml":    "rules:\n  - command: stop\n    error: { class: GenericError, desc: not now }\n  - command: powerdown\n    disconnect: true\n",
		"args.json": `{"id": "n0", "up": false}`,
	})
	socket := filepath.Join(dir, "vm.qmp")
	startServe(t, socket, "--scenario", "s.yaml")
	for _, test := range []struct {
		args, stdin    string
		status         int
		stdout, stderr string
	}{
		{"query-status", "", 0, `{"status":"running","running":true}` + "\n", ""},
		{"set-link id=n0 up=off", "", 0, "{}\n", ""},
		{"set-link --args args.json", "", 0, "{}\n", ""},
		{"set-link up=on --args -", `{"id": "n0"}`, 0, "{}\n", ""},
		{"stop", "", 1, "", "stop: GenericError: not now\n"},
		{"powerdown --timeout 10s", "", 2, "", "qapi-go: qmp: connection closed by the server"},
		{"query-statu", "", 2, "", "qapi-go: query-statu: unknown command; did you mean 'query-status'?\n"},
		{"set-link ident=n0", "", 2, "", "qapi-go: set-link: argument 'ident': unknown"},
		{"set-link ident=n0", "", 2, "", "qapi-go: set-link: argument 'id': missing; want a string\n"},
		{"set-link id=n0 up=maybe", "", 2, "", "qapi-go: set-link: argument 'up': "},
		{"set-link --args -", `["id"]`, 2, "", "qapi-go: --args: want a JSON object, not a list\n"},
		{"set-link --args none.json", "", 2, "", "none.json"},
		{"set-link id", "", 2, "", `want KEY=VALUE, not "id"`},
	} {
		var stdout, stderr strings.Builder
		status := run(append([]string{"call", socket, "--schema", example}, strings.Fields(test.args)...), strings.NewReader(test.stdin), &stdout, &stderr)
		if status != test.status || stdout.String() != test.stdout || !strings.Contains(stderr.String(), test.stderr) {
			t.Errorf("call %s: status %d, %s%s", test.args, status, stdout.String(), stderr.String())
		}
	}
}
