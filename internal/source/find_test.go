package source

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tree creates a directory with files and makes it the current one. A text of "" stands for
// that of a schema.
func tree(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if text == "" {
			text = "{ 'command': 'x' }\n"
		}
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

func TestFind(t *testing.T) {
	const includesB = "{ 'include': 'b.json' }\n"
	for _, test := range []struct {
		name    string
		files   map[string]string
		want    string   // the root file, "" for an error
		schemas []string // of the error
	}{
		{"QEMU since 2.12", map[string]string{"d/qapi/qapi-schema.json": "", "d/qga/qapi-schema.json": ""}, "d/qapi/qapi-schema.json", nil},
		{"QEMU before 2.12", map[string]string{"d/qapi-schema.json": "", "d/qapi/block.json": "", "d/qga/qapi-schema.json": ""}, "d/qapi-schema.json", nil},
		{"only the agent", map[string]string{"d/qga/qapi-schema.json": "", "d/x.json": ""}, "d/qga/qapi-schema.json", nil},
		{"two, none of them the main one", map[string]string{"d/qga/qapi-schema.json": "", "d/storage-daemon/qapi/qapi-schema.json": ""}, "",
			[]string{"d/qga/qapi-schema.json", "d/storage-daemon/qapi/qapi-schema.json"}},
		{"releases", map[string]string{"d/7.2.0/qapi/qapi-schema.json": "", "d/7.2.0/qga/qapi-schema.json": "", "d/2.0/qapi-schema.json": ""}, "",
			[]string{"d/2.0", "d/7.2.0"}},
		{"one release", map[string]string{"d/7.2.0/qapi/qapi-schema.json": "", "d/7.2.0/storage-daemon/qapi/qapi-schema.json": ""}, "d/7.2.0/qapi/qapi-schema.json", nil},
		{"one file", map[string]string{"d/vm.json": "", "d/README": "text"}, "", []string{"d/vm.json"}},
		{"the one that includes the other", map[string]string{"d/a.json": includesB, "d/b.json": ""}, "", []string{"d/a.json"}},
		{"files that include each other", map[string]string{"d/a.json": includesB, "d/b.json": "{'include': 'a.json'}"}, "", nil},
		{"two files", map[string]string{"d/a.json": "", "d/c.json": ""}, "", []string{"d/a.json", "d/c.json"}},
		{"other JSON", map[string]string{"d/package.json": "{\n  \"include\": 1\n}\n"}, "", nil},
		{"hidden", map[string]string{"d/.git/qapi-schema.json": ""}, "", nil},
		{"empty", map[string]string{"d/x/y": ""}, "", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			tree(t, test.files)
			root, took, err := Find("d")
			if test.want != "" {
				if err != nil || filepath.ToSlash(root) != test.want || took != "taking "+root {
					t.Errorf("got %q, %q, %v; want %q", root, took, err, test.want)
				}
				return
			}
			var e *UnclearError
			if !errors.As(err, &e) || !slices.Equal(e.Schemas, test.schemas) {
				t.Errorf("got %v, want the schemas %q", err, test.schemas)
			}
			if len(test.schemas) == 0 && !strings.Contains(err.Error(), "no QAPI schema") {
				t.Errorf("got %v", err)
			}
		})
	}
	for _, name := range []string{"no/such", "find_test.go"} {
		if root, took, err := Find(name); root != name || took != "" || err != nil {
			t.Errorf("Find(%q): %q, %q, %v", name, root, took, err)
		}
	}
}

func TestFindListsAtMost(t *testing.T) {
	files := make(map[string]string)
	for c := 'a'; c <= 'z'; c++ {
		files["d/"+string(c)+".json"] = ""
	}
	tree(t, files)
	_, _, err := Find("d")
	var e *UnclearError
	if !errors.As(err, &e) || len(e.Schemas) != maxChoices || e.More != 26-maxChoices {
		t.Fatalf("got %v", err)
	}
	if !strings.HasSuffix(err.Error(), ", and 6 more") {
		t.Errorf("got %v", err)
	}
}

// TestUnclear opens names with several schemas or none, and checks the list in the error.
func TestUnclear(t *testing.T) {
	tree(t, map[string]string{
		"qemu-1/qapi/qapi-schema.json": "", "qemu-1/qga/qapi-schema.json": "", "qemu-1/qapi/block.json": "", "qemu-1/tests/t.json": "",
		"flat/a.json": "", "flat/b.json": "{ 'include': 'a.json' }", "flat/c.json": `{"x": 1}`, "none/x.txt": "",
	})
	run := func(name string, args ...string) {
		t.Helper()
		if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	run("tar", "-cJf", "q.tar.xz", "qemu-1")
	run("tar", "-cf", "flat.tar", "flat")
	run("tar", "-czf", "none.tgz", "none")
	run("git", "init", "-q", "repo")
	run("cp", "-r", "qemu-1/qapi", "qemu-1/qga", "repo")
	run("git", "-C", "repo", "-c", "user.name=a", "-c", "user.email=a@example.test", "add", ".")
	run("git", "-C", "repo", "-c", "user.name=a", "-c", "user.email=a@example.test", "commit", "-q", "-m", "x")
	for _, test := range []struct {
		spec, problem string
		want          []string
	}{
		{"q.tar.xz", "which schema? This archive has 2", []string{"q.tar.xz:qapi/qapi-schema.json", "q.tar.xz:qga/qapi-schema.json"}},
		{"q.tar.xz:qga", "no qga in it", []string{"q.tar.xz:qga/qapi-schema.json"}},
		{"q.tar.xz:qapi/no.json", "no qapi/no.json in it", []string{"q.tar.xz:qapi/qapi-schema.json", "q.tar.xz:qga/qapi-schema.json"}},
		{"flat.tar", "which schema? This archive has", []string{"flat.tar:flat/b.json"}},
		{"none.tgz", "there is no QAPI schema in this archive", nil},
		{"git:repo@HEAD", "which schema? This revision has 2", []string{"git:repo@HEAD:qapi/qapi-schema.json", "git:repo@HEAD:qga/qapi-schema.json"}},
		{"git:repo@HEAD:", "which schema?", []string{"git:repo@HEAD:qapi/qapi-schema.json", "git:repo@HEAD:qga/qapi-schema.json"}},
		{"git:repo@HEAD:qga", "no file qga in it", []string{"git:repo@HEAD:qga/qapi-schema.json"}},
		{"git:repo@HEAD:x.json", "no file x.json in it", []string{"git:repo@HEAD:qapi/qapi-schema.json", "git:repo@HEAD:qga/qapi-schema.json"}},
	} {
		_, err := Open(test.spec)
		var e *UnclearError
		if !errors.As(err, &e) || !strings.Contains(e.Problem, test.problem) || !slices.Equal(e.Schemas, test.want) {
			t.Errorf("Open(%q): %v, want %q and %q", test.spec, err, test.problem, test.want)
			continue
		}
		for _, s := range e.Schemas {
			src, err := Open(s)
			if err != nil {
				t.Errorf("%s: %v", s, err)
				continue
			}
			src.Close()
		}
	}
}

// TestRefused opens files that are not schemas.
func TestRefused(t *testing.T) {
	tree(t, map[string]string{
		"a.zip": "PK\x03\x04 and so on", "a.json": "PK\x03\x04", "x.gz": "\x1f\x8b\x08",
		"z.json": "\x28\xb5\x2f\xfd", "tar": strings.Repeat("a", 257) + "ustar\x00",
	})
	for spec, want := range map[string]string{
		"a.zip":                "a.zip: zip archives are not supported",
		"a.zip:qapi/x.json":    "a.zip: zip archives are not supported",
		"a.json":               "a.json: zip archives are not supported",
		"x.gz":                 "x.gz: this is compressed with gzip",
		"z.json":               "z.json: compressed with zstd, which cannot be read",
		"tar":                  "tar: this is a tar archive, whose name has to end in .tar",
		"qmp:unix:/run/vm.qmp": "qmp:unix:/run/vm.qmp is a server",
		"tcp:localhost:4444":   "tcp:localhost:4444 is a server",
	} {
		if _, err := Open(spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Open(%q): %v, want %q in it", spec, err, want)
		}
	}
}
