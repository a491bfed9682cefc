package qmp_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
)

// checkHistory is the history of featureSchema.
var checkHistory = qmp.History{Table: `
attach 2.1 - Attach
 .when 8.1 -
 .was - 3.0
detach 9.2 -
resume 2.3 -
Attach
 .disk - - DiskRef
DiskRef
 .path - - Disk
 .cache 6.2 -
Disk
 .driver - - Driver
 /nvme 7.2 -
Driver
 =nvme 7.2 -
`}

func features(t *testing.T) *qmp.Features {
	t.Helper()
	f, err := qmp.ParseFeatures([]byte(featureSchema))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFeatureCheck(t *testing.T) {
	tests := []struct {
		command, args string
		want          string // part of the error; empty if none is expected
	}{
		{"stop", ``, ""},
		{"stop", `{}`, ""},
		{"attach", `{"id": "a"}`, ""},
		{"attach", `{"id": "a", "disk": "b"}`, ""},
		{"attach", `{"id": "a", "disk": [{"driver": "file", "path": "p", "size": 1}]}`, ""},
		{"attach", `{"id": "a", "disk": [{"size": 18446744073709551615, "host": "h", "driver": "nbd"}]}`, ""},
		{"attach", `{"id": "a", "disk": [{"driver": "null"}]}`, ""},
		{"detach", ``, `qmp: detach: this server does not have it; it came with 9.2`},
		{"attach", `{"id": "a", "when": 1}`, `qmp: attach: argument "when": this server does not have it; it came with 8.1`},
		{"attach", `{"id": "a", "was": 1}`, `qmp: attach: argument "was": this server does not have it; it went with 3.0`},
		{"attach", `{"id": "a", "other": 1}`, `qmp: attach: argument "other": this server does not have it`},
		{"attach", `{}`, `qmp: attach: argument "id": this server needs it`},
		{"attach", `{"when": 1}`, `qmp: attach: argument "when": this server does not have it; it came with 8.1`},
		{"attach", `{"disk": [{"driver": "nvme", "device": "x"}]}`, `qmp: attach: argument "disk[].driver": value "nvme": this server does not have it`},
		{"attach", `{"id": 1}`, `qmp: attach: argument "id": this server needs another type of value`},
		{"attach", `{"id": "a", "disk": {}}`, `qmp: attach: argument "disk": this server needs another type of value`},
		{"attach", `{"id": "a", "disk": [{"driver": "nvme"}]}`, `qmp: attach: argument "disk[].driver": value "nvme": this server does not have it`},
		{"attach", `{"id": "a", "disk": [{"driver": "file", "path": "p", "size": 1.5}]}`, `qmp: attach: argument "disk[].size": this server needs another type of value`},
		{"attach", `{"id": "a", "disk": [{"driver": "nbd", "host": "h", "path": "p"}]}`, `qmp: attach: argument "disk[].path": this server does not have it`},
		{"stop", `{"x": null}`, `qmp: stop: argument "x": this server does not have it`},
	}
	f := features(t)
	for _, test := range tests {
		req := &qmp.Request{Command: test.command}
		if test.args != "" {
			req.Args = json.RawMessage(test.args)
		}
		got := ""
		if err := f.DryRun(&checkHistory).Do(t.Context(), req); err != nil {
			got = err.Error()
			var e *qmp.UnsupportedError
			if !errors.As(err, &e) || e.Command != test.command {
				t.Errorf("%s %s: the error is %#v", test.command, test.args, err)
			}
		}
		if got != test.want {
			t.Errorf("%s %s:\ngot  %s\nwant %s", test.command, test.args, got, test.want)
		}
	}
}

// checkedServer starts a server of a version. It returns a client that checks its calls, and the
// number of times that the server was queried for its schema.
func checkedServer(t *testing.T, version qmp.Version, schema string, cache *qmp.FeatureCache) (*qmp.Client, *atomic.Int32) {
	t.Helper()
	asked := new(atomic.Int32)
	run := func(context.Context, any) (any, error) { return nil, nil }
	commands := []qmp.ServerCommand{{Name: "stop", Run: run}, {Name: "resume", Run: run}}
	if schema != "" {
		commands = append(commands, qmp.ServerCommand{Name: "query-qmp-schema", Result: (*json.RawMessage)(nil),
			Run: func(context.Context, any) (any, error) {
				asked.Add(1)
				text := json.RawMessage(schema)
				return &text, nil
			}})
	}
	server := qmp.NewServer(commands, qmp.WithVersion(version))
	here, there := net.Pipe()
	go server.ServeConn(context.Background(), there)
	c, err := qmp.NewClient(t.Context(), here, qmp.WithFeatureCheck(&checkHistory, cache))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c, asked
}

func TestWithFeatureCheck(t *testing.T) {
	cache := new(qmp.FeatureCache)
	for range 2 { // one per connection
		c, asked := checkedServer(t, qmp.Version{Major: 7, Minor: 2, Micro: 22, Package: "p"}, featureSchema, cache)
		before := asked.Load()
		var calls sync.WaitGroup
		for range 8 {
			calls.Go(func() {
				if err := c.Call(t.Context(), "stop", nil, nil); err != nil {
					t.Error(err)
				}
			})
		}
		calls.Wait()
		err := c.Call(t.Context(), "detach", nil, nil)
		if want := "qmp: detach: this server (QEMU 7.2.22) does not have it; it came with 9.2"; err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
		if n := asked.Load() - before; n > 1 {
			t.Errorf("the server was asked %d times", n)
		}
	}
	c, asked := checkedServer(t, qmp.Version{Major: 7, Minor: 2, Micro: 22, Package: "p"}, featureSchema, cache)
	if err := c.Call(t.Context(), "stop", nil, nil); err != nil || asked.Load() != 0 {
		t.Errorf("error %v, asked %d times although the cache has it", err, asked.Load())
	}
	other, asked := checkedServer(t, qmp.Version{Major: 7, Minor: 2, Micro: 22, Package: "q"}, featureSchema, cache)
	if err := other.Call(t.Context(), "stop", nil, nil); err != nil || asked.Load() != 1 {
		t.Errorf("error %v, another package was asked %d times", err, asked.Load())
	}
}

// TestFeatureCheckOldServer checks calls for a server without introspection.
func TestFeatureCheckOldServer(t *testing.T) {
	tests := []struct {
		version qmp.Version
		command string
		args    any
		want    string
	}{
		{qmp.Version{Major: 2, Minor: 3}, "resume", nil, ""},
		{qmp.Version{Major: 2, Minor: 2, Micro: 1}, "resume", nil, "qmp: resume: this server (QEMU 2.2.1) does not have it; it came with 2.3"},
		{qmp.Version{Major: 2, Minor: 2}, "attach", map[string]any{"when": 1}, `qmp: attach: argument "when": this server (QEMU 2.2.0) does not have it; it came with 8.1`},
		{qmp.Version{Major: 2, Minor: 2}, "attach", map[string]any{"disk": map[string]any{"cache": 1}}, `qmp: attach: argument "disk.cache": this server (QEMU 2.2.0) does not have it; it came with 6.2`},
		{qmp.Version{Major: 2, Minor: 2}, "attach", map[string]any{"disk": map[string]any{"path": map[string]any{"driver": "nvme"}}}, `qmp: attach: argument "disk.path.driver": value "nvme": this server (QEMU 2.2.0) does not have it; it came with 7.2`},
		{qmp.Version{Major: 1, Minor: 5}, "attach", nil, "qmp: attach: this server (QEMU 1.5.0) does not have it; it came with 2.1"},
	}
	for _, test := range tests {
		c, _ := checkedServer(t, test.version, "", nil)
		got := ""
		if err := c.Call(t.Context(), test.command, test.args, nil); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%v %s:\ngot  %s\nwant %s", test.version, test.command, got, test.want)
		}
	}
}
