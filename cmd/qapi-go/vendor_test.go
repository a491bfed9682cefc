package main

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/outdir"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// qemuTree is a source tree in the layout of QEMU's.
var qemuTree = map[string]string{
	"qemu/VERSION":                              "9.9.0\n",
	"qemu/README":                               "not part of a schema",
	"qemu/qapi/common.json":                     "{ 'enum': 'OnOff', 'data': [ 'on', 'off' ] }\n",
	"qemu/qapi/qapi-schema.json":                "{ 'include': 'common.json' }\r\n{ 'command': 'go', 'returns': 'Result' }\r\n{ 'struct': 'Result', 'data': { 'state': 'OnOff' } }\n",
	"qemu/qapi/unused.json":                     "{ 'command': 'unused' }\n",
	"qemu/storage-daemon/qapi/qapi-schema.json": "{ 'include': '../../qapi/common.json' }\n{ 'command': 'stop' }\n",
}

func TestVendor(t *testing.T) {
	for _, test := range []struct {
		name, from string
		want       []string
	}{
		{"qemu", "qemu/qapi/qapi-schema.json", []string{"qapi/common.json", "qapi/qapi-schema.json"}},
		{"storage daemon", "qemu/storage-daemon/qapi/qapi-schema.json", []string{"qapi/common.json", "storage-daemon/qapi/qapi-schema.json"}},
		{"archive", "qemu.tar.gz:qapi/qapi-schema.json", []string{"qapi/common.json", "qapi/qapi-schema.json"}},
		{"git", "git:qemu@v9:storage-daemon/qapi/qapi-schema.json", []string{"qapi/common.json", "storage-daemon/qapi/qapi-schema.json"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := write(t, qemuTree)
			prepare(t, dir)
			if got := runArgs("vendor", "--from", test.from, "--into", "third/schema"); got.status != 0 {
				t.Fatalf("status %d, %s", got.status, got.stderr)
			}
			files := tree(t, "third/schema")
			var manifest struct {
				Outputs []struct {
					Schema  string
					Options []string
					Files   []struct{ Path, SHA256 string }
				}
			}
			if err := json.Unmarshal(files[outdir.ManifestName], &manifest); err != nil {
				t.Fatal(err)
			}
			delete(files, outdir.ManifestName)
			if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, test.want) {
				t.Errorf("copied %v, want %v", got, test.want)
			}
			for name, data := range files {
				if want := qemuTree["qemu/"+name]; string(data) != want {
					t.Errorf("%s is %q, want %q", name, data, want)
				}
			}
			out := manifest.Outputs[0]
			if root := test.want[len(test.want)-1]; out.Schema != test.from || !slices.Equal(out.Options, []string{"root=" + root, "release=9.9.0"}) {
				t.Errorf("the manifest says %+v", out)
			}
			if got := runArgs("check", "third/schema/"+test.want[len(test.want)-1]); got.status != 0 || got.stdout != "" {
				t.Errorf("check: status %d, %s%s", got.status, got.stdout, got.stderr)
			}
		})
	}
}

// prepare makes an archive and a git repository of the tree qemu in dir.
func prepare(t *testing.T, dir string) {
	t.Helper()
	for _, args := range [][]string{
		{"tar", "-czf", "qemu.tar.gz", "--sort=name", "--transform", "s,^qemu,qemu-9.9.0,", "qemu"},
		{"git", "init", "-q", "qemu"},
		{"git", "-C", "qemu", "add", "."},
		{"git", "-C", "qemu", "-c", "user.name=n", "-c", "user.email=e", "-c", "core.autocrlf=false", "commit", "-q", "-m", "9"},
		{"git", "-C", "qemu", "tag", "v9"},
		{"git", "-C", "qemu", "mv", "qapi/unused.json", "qapi/used.json"},
		{"git", "-C", "qemu", "-c", "user.name=n", "-c", "user.email=e", "-c", "core.autocrlf=false", "commit", "-q", "-m", "10"},
		{"git", "-C", "qemu", "tag", "v10"},
		{"git", "-C", "qemu", "checkout", "-q", "v9"},
	} {
		cmd := exec.Command(live.Program(t, args[0]), args[1:]...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
}

// TestVendorAgain checks that edited files are told by check and not overwritten
// without --force, and that files which are no longer included go.
func TestVendorAgain(t *testing.T) {
	write(t, qemuTree)
	args := []string{"vendor", "--from", "qemu/qapi/qapi-schema.json", "--into", "v"}
	if got := runArgs(args...); got.status != 0 {
		t.Fatalf("status %d, %s", got.status, got.stderr)
	}
	common := filepath.Join("v", "qapi", "common.json")
	edited := strings.Replace(qemuTree["qemu/qapi/common.json"], "off", "auto", 1)
	replace := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	replace(common, edited)

	if got := runArgs("check", "v/qapi/qapi-schema.json"); got.status != 1 || got.stdout != common+": vendored file is edited by hand\n" {
		t.Errorf("check: status %d, %q", got.status, got.stdout)
	}
	t.Chdir(filepath.Join("v", "qapi"))
	if got := runArgs("check", "qapi-schema.json"); got.stdout != "../qapi/common.json: vendored file is edited by hand\n" {
		t.Errorf("check from the schema's folder: %q", got.stdout)
	}
	t.Chdir(filepath.Join("..", ".."))
	if got := runArgs(args...); got.status != 1 || !strings.Contains(got.stderr, "1 file edited since the last copy, nothing copied; --force") || got.stdout != common+": edited by hand\n" {
		t.Errorf("vendor again: status %d, %q, %q", got.status, got.stdout, got.stderr)
	}
	if data, _ := os.ReadFile(common); string(data) != edited {
		t.Error("the edited file was overwritten")
	}
	if got := runArgs(append(args, "--force")...); got.status != 0 {
		t.Errorf("--force: status %d, %s", got.status, got.stderr)
	}
	if data, _ := os.ReadFile(common); string(data) != qemuTree["qemu/qapi/common.json"] {
		t.Error("--force has not overwritten the edited file")
	}

	replace(filepath.Join("qemu", "qapi", "qapi-schema.json"), "{ 'command': 'go' }\n")
	if got := runArgs(args...); got.status != 0 || !strings.Contains(got.stderr, "1 removed") {
		t.Errorf("the next release: status %d, %s", got.status, got.stderr)
	}
	if _, err := os.Stat(common); err == nil {
		t.Error("a file that is no longer included is still there")
	}
}

// TestVendorTags vendors from one tag of a repository and then from another,
// whatever is checked out.
func TestVendorTags(t *testing.T) {
	dir := write(t, qemuTree)
	prepare(t, dir)
	for _, test := range []struct{ from, want, summary string }{
		{"git:qemu@v9:qapi/unused.json", "unused.json", "1 file written, 0 unchanged\n"},
		{"git:qemu@v10:qapi/used.json", "used.json", "1 file written, 0 unchanged, 1 removed\n" +
			"qapi-go: v held the schema qapi/unused.json, which qapi/used.json has replaced: each schema needs a folder of its own\n"},
		{"git:qemu@v9:qapi/unused.json", "unused.json", "1 file written, 0 unchanged, 1 removed\n"},
		{"git:qemu@v9:qapi/unused.json", "unused.json", "0 files written, 1 unchanged\n"},
	} {
		if got := runArgs("vendor", "--from", test.from, "--into", "v"); got.status != 0 || !strings.Contains(got.stderr, test.summary) {
			t.Errorf("%s: status %d, %s", test.from, got.status, got.stderr)
		}
		files := tree(t, "v")
		if len(files) != 2 || string(files["qapi/"+test.want]) != qemuTree["qemu/qapi/unused.json"] {
			t.Errorf("%s: %v", test.from, slices.Sorted(maps.Keys(files)))
		}
	}
	for _, from := range []string{"git:qemu@v9:qapi/used.json", "git:qemu@v11:qapi/used.json"} {
		if got := runArgs("vendor", "--from", from, "--into", "v"); got.status != 2 {
			t.Errorf("%s: status %d, %s", from, got.status, got.stderr)
		}
	}
}

func TestVendorRefuses(t *testing.T) {
	for _, test := range []struct {
		name, args string
		wantStatus int
		want       string
	}{
		{"no source", "--into v", 2, "--from SCHEMA is required"},
		{"no folder", "--from qemu/qapi/qapi-schema.json", 2, "--into DIR is required"},
		{"missing", "--from qemu/none.json --into v", 2, "No such file"},
		{"broken", "--from broken.json --into v", 1, "nothing copied"},
	} {
		t.Run(test.name, func(t *testing.T) {
			write(t, map[string]string{"broken.json": "{ 'command': 'go', 'data': 'None' }\n"})
			got := runArgs(append([]string{"vendor"}, strings.Fields(test.args)...)...)
			if got.status != test.wantStatus || !strings.Contains(got.stderr, test.want) {
				t.Errorf("status %d, %s; want %d, %q", got.status, got.stderr, test.wantStatus, test.want)
			}
			if _, err := os.Stat("v"); err == nil {
				t.Error("the folder was made")
			}
		})
	}
}

// TestVendorUnclear checks that the schemas of an archive are listed, even if nothing else of the
// command line is there yet.
func TestVendorUnclear(t *testing.T) {
	t.Chdir(writeFiles(t, map[string]string{"q/qapi/qapi-schema.json": "{ 'command': 'a' }\n", "q/qga/qapi-schema.json": "{ 'command': 'b' }\n"}))
	if out, err := exec.Command("tar", "-czf", "q.tar.gz", "q").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, args := range [][]string{{"--from", "q.tar.gz"}, {"--from", "q.tar.gz", "--into", "x"}} {
		got := runArgs(append([]string{"vendor"}, args...)...)
		want := "qapi-go: q.tar.gz: which schema? This archive has 2:\n  q.tar.gz:qapi/qapi-schema.json\n  q.tar.gz:qga/qapi-schema.json\n"
		if got.status != 2 || got.stdout != "" || got.stderr != want {
			t.Errorf("%q: status %d\n%s%s", args, got.status, got.stdout, got.stderr)
		}
	}
}
