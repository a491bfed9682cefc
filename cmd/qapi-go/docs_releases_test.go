package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// releaseTree writes files with a schema of one command each, and those named
// VERSION with a version, into a folder, and goes there.
func releaseTree(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

const oneCommand = "{ 'command': 'stop' }\n"

// TestDocsReleaseLeftOut checks that a folder of releases is documented without
// those that cannot be read.
func TestDocsReleaseLeftOut(t *testing.T) {
	releaseTree(t, map[string]string{
		"all/1.5/qapi-schema.json": oneCommand, "all/1.6/qapi-schema.json": "{ 'command': 'Stop' }\n",
		"all/1.7/qapi-schema.json": oneCommand, "bad/1.5/qapi-schema.json": "{ 'command' }\n",
	})
	got := runArgs("docs", "--out", "out", "--schema", "all")
	if got.status != 1 || !strings.Contains(got.stderr, "qapi-go: release 1.6 is left out: all/1.6/qapi-schema.json cannot be read\n") {
		t.Errorf("status %d\n%s", got.status, got.stderr)
	}
	for _, name := range []string{"out/1.5/command/stop.html", "out/1.7/command/stop.html", "out/changes/1.5-1.7.html"} {
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
	if got := runArgs("docs", "--out", "none", "--schema", "bad"); got.status != 1 {
		t.Errorf("with no release left: status %d\n%s", got.status, got.stderr)
	}
	if _, err := os.Stat("none"); err == nil {
		t.Error("something was written though no release could be read")
	}
}

// TestDocsReleases checks how releases are called, and which are refused.
func TestDocsReleases(t *testing.T) {
	tests := []struct {
		name   string
		args   string
		status int
		want   string // files that are there, or what stderr says
	}{
		{"by their folders", "--schema 1.0/s.json --schema qemu-2.0/qapi/s.json", 0,
			"index.html 1.0/command/stop.html qemu-2.0/command/stop.html changes/1.0-qemu-2.0.html"},
		{"in another order", "--schema qemu-2.0/qapi/s.json --schema 1.0/s.json", 0, "changes/1.0-qemu-2.0.html"},
		{"by a file", "--schema tree/qapi/s.json --schema 1.0/s.json", 0, "3.1.0/command/stop.html changes/1.0-3.1.0.html"},
		{"text and Markdown", "--format text,markdown --schema 1.0/s.json --schema qemu-2.0/qapi/s.json", 0,
			"1.0/qmp-commands.txt qemu-2.0/qmp-commands.txt 1.0/README.md"},
		{"a folder of them", "--schema all", 0, "1.5/command/stop.html 1.7/command/stop.html changes/1.5-1.7.html"},
		{"a folder with one", "--schema one", 0, "1.5/command/stop.html index.html"},

		{"a clash", "--schema 1.0/s.json --schema other/1.0/s.json", 2, "--schema: 1.0/s.json and other/1.0/s.json are of the same release, 1.0: which of them?"},
		{"a clash of versions", "--schema 1.0/s.json --schema v1.0.0/s.json", 2, "are of the same release"},
		{"no version", "--schema plain/s.json --schema 1.0/s.json", 2, "--schema plain/s.json: unknown release"},
		{"two versions", "--schema doubt/2.1/s.json --schema 1.0/s.json", 2, "the path has release 2.1, but the file VERSION says 2.2"},
		{"no releases in it", "--schema tree", 2, "qapi-go: tree: there is no QAPI schema in this folder"},
		{"the folder of a release", "--schema all/1.7", 0, "index.html command/stop.html"},
		{"folders of releases", "--schema all/1.5 --schema all/1.7", 0, "1.5/command/stop.html changes/1.5-1.7.html"},
		{"a folder among schemas", "--schema all --schema 1.0/s.json", 2, "qapi-go: all: which schema? This folder has 2:\n  all/1.5\n  all/1.7\n"},
		{"a schema that is wrong", "--schema 1.0/s.json --schema 1.9/s.json", 1, "1 error, nothing written"},
		{"a schema that is not there", "--schema 1.0/s.json --schema 1.8/s.json", 2, "1.8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			releaseTree(t, map[string]string{
				"1.0/s.json": oneCommand, "other/1.0/s.json": oneCommand, "v1.0.0/s.json": oneCommand, "1.9/s.json": "{ 'command': 'Stop' }\n",
				"qemu-2.0/qapi/s.json": oneCommand, "plain/s.json": oneCommand,
				"tree/qapi/s.json": oneCommand, "tree/VERSION": "3.1.0\n",
				"doubt/2.1/s.json": oneCommand, "doubt/2.1/VERSION": "2.2\n",
				"all/1.5/qapi-schema.json": oneCommand, "all/1.7/qapi/qapi-schema.json": oneCommand, "all/notes/x": "",
				"one/1.5/qapi-schema.json": oneCommand,
			})
			got := runArgs(append([]string{"docs", "--out", "out"}, strings.Fields(tt.args)...)...)
			if got.status != tt.status {
				t.Fatalf("status %d, want %d\n%s", got.status, tt.status, got.stderr)
			}
			if tt.status != 0 {
				if !strings.Contains(got.stderr, tt.want) {
					t.Errorf("stderr does not have %q:\n%s", tt.want, got.stderr)
				}
				if n := strings.Count(got.stderr, "qapi-go: "); n != 1 {
					t.Errorf("%d messages:\n%s", n, got.stderr)
				}
				if _, err := os.Stat("out"); err == nil {
					t.Error("something was written")
				}
				return
			}
			for _, name := range strings.Fields(tt.want) {
				if _, err := os.Stat(filepath.Join("out", name)); err != nil {
					t.Error(err)
				}
			}
		})
	}
}
