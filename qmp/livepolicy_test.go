//go:build unix

package qmp_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qmp"
)

// TestLivePolicy checks what each release of QEMU lists and runs of deprecated commands with each
// policy of -compat: the features of a server follow the policy for output.
func TestLivePolicy(t *testing.T) {
	tests := []struct {
		policy       string
		listed, runs bool
	}{
		{"deprecated-output=hide", false, true},
		{"deprecated-input=reject", true, false},
	}
	for _, release := range live.Releases {
		for _, test := range tests {
			t.Run(release+" "+test.policy, func(t *testing.T) {
				ctx := testContext(t)
				c, err := qmp.Dial(ctx, "unix:"+startRelease(t, release, "-compat", test.policy))
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				f, err := qmp.QueryFeatures(ctx, c)
				if err != nil {
					t.Fatal(err)
				}
				if got := f.Command("drive-backup").Exists(); got != test.listed {
					t.Errorf("drive-backup is in query-qmp-schema: %t", got)
				}
				// hide leaves out the member "values" of enums, too
				if !f.Command("blockdev-add").Member("driver").HasValue("null-co") {
					t.Error("the values of an enum are missing")
				}
				_, err = answer(t, c, "drive-backup", `{"device": "none", "target": "none", "sync": "full"}`)
				var e *qmp.Error
				if !errors.As(err, &e) || (e.Class != "CommandNotFound") != test.runs {
					t.Errorf("drive-backup: %v", err)
				}
			})
		}
	}
}

// TestLiveFilesReconnect checks what becomes of files in sets (add-fd), with a guest that runs and
// one that does not, when they are removed, and when the only client has gone.
func TestLiveFilesReconnect(t *testing.T) {
	for _, release := range live.Releases {
		for _, stopped := range []bool{false, true} {
			name, args, removed, later := "running", []string(nil), 1, 1
			if release == "7.2" {
				later = 0
			}
			if stopped {
				name, args = "stopped", []string{"-S"}
				if release == "7.2" {
					removed, later = 2, 2
				}
			}
			t.Run(release+" "+name, func(t *testing.T) {
				ctx := testContext(t)
				path := startRelease(t, release, args...)
				sets := func(c *qmp.Client, when string, want int) {
					t.Helper()
					var sets []struct {
						ID int `json:"fdset-id"`
					}
					if err := c.Call(ctx, "query-fdsets", nil, &sets); err != nil || len(sets) != want {
						t.Errorf("%s: sets %v, %v; want %d", when, sets, err, want)
					}
				}
				c, err := qmp.Dial(ctx, "unix:"+path)
				if err != nil {
					t.Fatal(err)
				}
				if !stopped { // QEMU may answer earlier
					await(t, "the guest runs", func() bool { return runStatus(t, c) == "running" })
				}
				for id := range 2 {
					err := c.Do(ctx, &qmp.Request{Command: "add-fd", Args: map[string]int{"fdset-id": id}, Files: []*os.File{os.Stderr}})
					if err != nil {
						t.Fatal(err)
					}
				}
				must(t, c, "remove-fd", `{"fdset-id": 1}`)
				sets(c, "one removed", removed)
				c.Close()
				if c, err = qmp.Dial(ctx, "unix:"+path); err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				sets(c, "the next client", later)
			})
		}
	}
}

// TestLiveNodesRepeated checks that query-named-block-nodes repeats with each node all nodes below,
// if it is not asked for the flat form.
func TestLiveNodesRepeated(t *testing.T) {
	for _, release := range live.Releases {
		t.Run(release, func(t *testing.T) {
			c, err := qmp.Dial(testContext(t), "unix:"+startRelease(t, release))
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			const filters = 8
			must(t, c, "blockdev-add", `{"driver": "null-co", "node-name": "n0"}`)
			for i := range filters {
				must(t, c, "blockdev-add", fmt.Sprintf(`{"driver": "copy-on-read", "node-name": "n%d", "file": "n%d"}`, i+1, i))
			}
			for args, want := range map[string]int{`{}`: filters * (filters + 1) / 2, `{"flat": true}`: 0} {
				got, err := answer(t, c, "query-named-block-nodes", args)
				if n := strings.Count(got, `"backing-image"`); err != nil || n != want {
					t.Errorf("%s: %d repeated nodes, %v; want %d", args, n, err, want)
				}
			}
		})
	}
}
