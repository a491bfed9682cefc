package source

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
)

func TestFile(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a/qapi/root.json", "a/qapi/sub/x.json", "a/b.json"} {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(name), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(filepath.Join(dir, "a"))
	for _, test := range []struct {
		typed    string
		other    string // relative to the root file's folder
		wantRoot string
		want     string
	}{
		{"qapi/root.json", "sub/x.json", "qapi/root.json", "qapi/sub/x.json"},
		{"./qapi/root.json", "../b.json", "qapi/root.json", "b.json"},
		{"../a/qapi/root.json", "../b.json", "../a/qapi/root.json", "../a/b.json"},
		{filepath.Join(dir, "a/qapi/root.json"), "../b.json", filepath.ToSlash(dir) + "/a/qapi/root.json", filepath.ToSlash(dir) + "/a/b.json"},
	} {
		src, err := File(test.typed)
		if err != nil {
			t.Fatalf("File(%q): %v", test.typed, err)
		}
		data, err := fs.ReadFile(src.FS, src.Root)
		if err != nil || string(data) != "a/qapi/root.json" {
			t.Errorf("File(%q): root is %q, %v", test.typed, data, err)
		}
		if got := src.Display(src.Root); got != test.wantRoot {
			t.Errorf("File(%q): the root is displayed as %q, want %q", test.typed, got, test.wantRoot)
		}
		other := pathJoin(src.Root, test.other)
		if _, err := fs.Stat(src.FS, other); err != nil {
			t.Errorf("File(%q): %v", test.typed, err)
		}
		if got := src.Display(other); got != test.want {
			t.Errorf("File(%q): %s is displayed as %q, want %q", test.typed, test.other, got, test.want)
		}
	}
}

func pathJoin(root, rel string) string {
	return filepath.ToSlash(filepath.Join(filepath.Dir(root), rel))
}

func TestFileThatIsNotThere(t *testing.T) {
	src, err := File("no/such.json")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fs.ReadFile(src.FS, src.Root); !os.IsNotExist(err) {
		t.Errorf("reading a missing file: %v, want that it does not exist", err)
	}
	if got := src.Display(src.Root); got != "no/such.json" {
		t.Errorf("displayed as %q", got)
	}
}

func TestEmbedded(t *testing.T) {
	fsys := fstest.MapFS{"s/root.json": {Data: []byte("x")}}
	src := Embedded(fsys, "s/root.json")
	if data, err := fs.ReadFile(src.FS, src.Root); err != nil || string(data) != "x" {
		t.Errorf("root is %q, %v", data, err)
	}
	if got := src.Display("s/root.json"); got != "s/root.json" {
		t.Errorf("displayed as %q", got)
	}
}

func TestIn(t *testing.T) {
	for _, test := range []struct{ dir, spec, want string }{
		{".", "a.json", "a.json"},
		{"", "a.json", "a.json"},
		{"../p", "a.json", "../p/a.json"},
		{"p", "/a.json", "/a.json"},
		{"p/", "../q.tar.xz:qapi/a.json", "p/../q.tar.xz:qapi/a.json"},
		{"p", "git:qemu@v1:a.json", "git:p/qemu@v1:a.json"},
		{"p", "git:/qemu@v1:a.json", "git:/qemu@v1:a.json"},
		{".", "git:qemu@v1:a.json", "git:qemu@v1:a.json"},
		{"p", "git:is-a-file.json", "p/git:is-a-file.json"},
	} {
		if got := In(test.dir, test.spec); got != test.want {
			t.Errorf("In(%q, %q) = %q, want %q", test.dir, test.spec, got, test.want)
		}
	}
}
