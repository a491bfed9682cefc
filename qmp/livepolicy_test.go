//go:build unix

package qmp_test

import (
	"errors"
	"os"
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
