package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qmp"
)

// TestServer makes a QMP server from QEMU 10.2's own schema, and runs against it
// the client of TestLiveQEMU, that of an older release, which prints what it
// prints with a real QEMU. It also compares what the server refuses, and how,
// with a real QEMU.
func TestServer(t *testing.T) {
	live.Slow(t, "it compiles QEMU's whole package")
	shared := corpus.Dir(t)
	server := buildWithSchema(t, shared, "server", "10.2.0")
	client := buildWithSchema(t, shared, "live", "7.2.0")
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()

	socket := socketPath(t)
	start(t, server, socket)
	dialServer(ctx, t, socket).Close() // wait for the socket
	t.Run("answers", func(t *testing.T) { checkAnswers(ctx, t, shared, dialServer(ctx, t, socket)) })
	t.Run("words", func(t *testing.T) {
		qemu := live.Program(t, "qemu-system-x86_64")
		real := socketPath(t)
		start(t, qemu, "-M", "none", "-nodefaults", "-display", "none", "-S", "-qmp", "unix:"+real+",server=on,wait=off")
		checkWords(ctx, t, dialServer(ctx, t, socket), dialServer(ctx, t, real))
	})
	image := filepath.Join(t.TempDir(), "disk.img")
	if err := os.WriteFile(image, make([]byte, 1<<20), 0o666); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(ctx, client, socket, image).CombinedOutput()
	want := "status: prelaunch running: false known: true\n" +
		"version: 10.2\n" +
		"node: disk0 raw ro: true size: 1048576\n" +
		"property: serial 1 \"2\"\nproperty: usb_version 1\nproperty: msos-desc false\n" +
		"error: GenericError\n" +
		"event: RESUME timed: true\n" +
		"event: STOP timed: true\n" +
		"event: SHUTDOWN guest: false reason: host-qmp-quit\n" +
		"closed\n"
	if got := string(out); err != nil || got != want {
		t.Errorf("%v, the client printed\n%swant\n%s", err, got, want)
	}
}

// buildWithSchema builds a program of testdata in a module of its own, with a
// package generated from the schema of a QEMU release.
func buildWithSchema(t *testing.T, shared, name, release string) (program string) {
	t.Helper()
	dir := newModule(t, "example.test/"+name)
	schema := filepath.Join(shared, "corpus", release, "qapi", "qapi-schema.json")
	if got := runArgs("generate", "--schema", schema, "--out", filepath.Join(dir, "qapi")); got.status != 0 {
		t.Fatalf("generate: status %d\n%s", got.status, got.stderr)
	}
	source, err := os.ReadFile(filepath.Join("testdata", name, "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.go"), source, 0o666); err != nil {
		t.Fatal(err)
	}
	inModule(t, dir, "build", "-o", name, ".")
	return filepath.Join(dir, name)
}

// socketPath returns the path of a socket to be, short enough for the system.
func socketPath(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "qmp")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return filepath.Join(dir, "s")
}

// start starts a program that ends with the test.
func start(t *testing.T, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Stderr = os.Stderr
	run := cmd.Start
	if slices.Contains(args, "-qmp") {
		run = func() error { return live.Start(cmd) }
	}
	if err := run(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
}

// dial connects when the socket is there.
func dialServer(ctx context.Context, t *testing.T, socket string) *qmp.Client {
	t.Helper()
	c, err := qmp.Dial(ctx, "unix:"+socket, qmp.WithOOB(), qmp.WithRetry(10*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// checkAnswers looks at what the server says of itself without a handler. The
// introspection that inspect prints is held against QEMU's own elsewhere.
func checkAnswers(ctx context.Context, t *testing.T, shared string, c *qmp.Client) {
	if !c.Greeting().Has("oob") || !c.OOB() {
		t.Error("oob is not offered")
	}
	var got, want any
	if err := c.Call(ctx, "query-qmp-schema", nil, &got); err != nil {
		t.Fatal(err)
	}
	schema := filepath.Join(shared, "corpus", "10.2.0", "qapi", "qapi-schema.json")
	if err := json.Unmarshal([]byte(runArgs("inspect", "--format", "introspection", schema).stdout), &want); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Error("query-qmp-schema is not what inspect prints")
	}
	var commands []struct{ Name string }
	if err := c.Call(ctx, "query-commands", nil, &commands); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, command := range commands {
		names = append(names, command.Name)
	}
	for _, name := range []string{"qmp_capabilities", "query-version", "query-commands", "query-qmp-schema", "quit", "blockdev-add"} {
		if !strings.Contains(" "+strings.Join(names, " ")+" ", " "+name+" ") {
			t.Errorf("query-commands lacks %s: %s", name, names)
		}
	}
	if len(names) != 14 {
		t.Errorf("query-commands: %d, want the 10 that have handlers and 4 others: %s", len(names), names)
	}
}

// checkWords runs commands that are refused.
func checkWords(ctx context.Context, t *testing.T, ours, theirs *qmp.Client) {
	for _, test := range []struct{ name, args string }{
		{"x-nonesuch", `{}`},
		{"qmp_capabilities", `{}`},
		{"query-status", `{"x": 1}`},
		{"query-version", `{"x": 1}`},
		{"query-commands", `{"x": 1}`},
		{"query-qmp-schema", `{"x": 1}`},
		{"blockdev-del", `{}`},
		{"blockdev-del", `{"node-name": 1}`},
		{"blockdev-del", `{"node-name": null}`},
		{"blockdev-del", `{"node-name": "a", "b": 1}`},
		{"blockdev-del", `{"node-name": "nonesuch"}`},
		{"blockdev-add", `{}`},
		{"blockdev-add", `{"driver": "raw", "node-name": "a"}`},
		{"blockdev-add", `{"driver": "nonesuch"}`},
		{"blockdev-add", `{"driver": 1}`},
		{"blockdev-add", `{"driver": "raw", "file": 1}`},
		{"blockdev-add", `{"driver": "raw", "file": {"driver": "nonesuch"}}`},
		{"blockdev-add", `{"driver": "raw", "file": {"driver": "file"}}`},
		{"blockdev-add", `{"driver": "raw", "file": {"driver": "file", "filename": 1}}`},
		{"blockdev-add", `{"driver": "raw", "file": {"driver": "file", "filename": "a", "x": 1}}`},
		{"blockdev-add", `{"driver": "raw", "file": "a", "read-only": 1}`},
		{"blockdev-add", `{"driver": "raw", "file": "a", "read-only": null}`},
		{"blockdev-add", `{"driver": "raw", "file": "a", "detect-zeroes": "x"}`},
		{"blockdev-add", `{"driver": "raw", "file": "a", "cache": []}`},
		{"blockdev-add", `{"driver": "raw", "file": "a", "size": 1.5}`},
		{"blockdev-add", `{"driver": "raw", "file": "a", "offset": 99999999999999999999}`},
		{"blockdev-add", `{"driver": "quorum", "vote-threshold": 1, "children": {}}`},
		{"blockdev-add", `{"driver": "quorum", "vote-threshold": 1, "children": [1]}`},
		{"blockdev-add", `{"driver": "quorum", "vote-threshold": 1, "children": [{"driver": "file", "filename": []}]}`},
		{"query-named-block-nodes", `{"flat": "yes"}`},
	} {
		var want, got *qmp.Error
		args := json.RawMessage(test.args)
		if err := theirs.Call(ctx, test.name, args, nil); !errors.As(err, &want) {
			t.Errorf("%s %s: QEMU says %v", test.name, test.args, err)
			continue
		}
		if err := ours.Call(ctx, test.name, args, nil); !errors.As(err, &got) || *got != *want {
			t.Errorf("%s %s: we say %v, QEMU %v", test.name, test.args, err, want)
		}
	}
	for _, name := range []string{"query-status", "migrate-pause", "x-nonesuch"} {
		var want, got *qmp.Error
		req := qmp.Request{Command: name, OOB: true}
		if err := theirs.Do(ctx, &req); !errors.As(err, &want) {
			t.Errorf("%s: QEMU says %v", name, err)
		}
		if err := ours.Do(ctx, &req); !errors.As(err, &got) || got.Class != want.Class || name != "migrate-pause" && *got != *want {
			t.Errorf("%s out of band: we say %v, QEMU %v", name, err, want)
		}
	}
}
