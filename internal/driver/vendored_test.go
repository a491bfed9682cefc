package driver_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/internal/outdir"
	"github.com/qapi-go/qapi-go/internal/source"
)

// vendor copies the schema in the file name to the folder dir.
func vendor(t *testing.T, name, dir string) outdir.Meta {
	t.Helper()
	src, err := source.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var out strings.Builder
	var l driver.Loader
	got, err := l.LoadOne(src, &out)
	if err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	files, meta, err := driver.Vendored(src, got, "from")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := outdir.Write(dir, files, meta); err != nil {
		t.Fatal(err)
	}
	return meta
}

// TestVendored follows copied files: what the manifest records, which files are reported as
// edited or missing, and where the copies are found again.
func TestVendored(t *testing.T) {
	src := put(t, map[string]string{
		"VERSION":              "10.0.0\n",
		"qapi/qapi.json":       "{ 'include': 'sub/t.json' }\n{ 'command': 'go' }\n",
		"qapi/sub/t.json":      "{ 'struct': 'Aa', 'data': {} }\n",
		"qapi/sub/unused.json": "{ 'struct': 'Bb', 'data': {} }\n",
	})
	dir := t.TempDir()
	copied := filepath.Join(dir, "third", "qemu")
	meta := vendor(t, filepath.Join(src, "qapi", "qapi.json"), copied)
	if want := []string{"root=qapi/qapi.json", "release=10.0.0"}; meta.Schema != "from" || !slices.Equal(meta.Options, want) {
		t.Errorf("%+v, want options %q", meta, want)
	}
	if _, err := os.Stat(filepath.Join(copied, "qapi", "sub", "unused.json")); err == nil {
		t.Error("a file that nothing includes was copied")
	}
	root := filepath.Join(copied, "qapi", "qapi.json")

	check := func(want int, text string) {
		t.Helper()
		var out strings.Builder
		n, err := driver.CheckVendored(root, &out)
		if n != want || err != nil || out.String() != text {
			t.Errorf("CheckVendored: %d, %v, %q, want %d and %q", n, err, out.String(), want, text)
		}
	}
	edited := func(want int, text string) {
		t.Helper()
		var out strings.Builder
		n, err := driver.EditedVendored(copied, &out)
		if n != want || err != nil || out.String() != text {
			t.Errorf("EditedVendored: %d, %v, %q, want %d and %q", n, err, out.String(), want, text)
		}
	}
	check(0, "")
	edited(0, "")
	sub := filepath.Join(copied, "qapi", "sub", "t.json")
	if err := os.WriteFile(sub, []byte("# mine\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	check(1, sub+": vendored file is edited by hand\n")
	edited(1, sub+": edited by hand\n")
	if err := os.Remove(sub); err != nil {
		t.Fatal(err)
	}
	check(1, sub+": vendored file is missing\n")
	edited(0, "")

	// The manifest is looked for above the file; the schema it was copied from has none.
	root = filepath.Join(src, "qapi", "qapi.json")
	check(0, "")
	if n, err := driver.EditedVendored(filepath.Join(dir, "none"), nil); n != 0 || err != nil {
		t.Errorf("a folder that does not exist: %d, %v", n, err)
	}
}

// A fullDisk refuses what is written.
type fullDisk struct{}

var errFull = errors.New("no space left")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

// TestVendoredOutput checks that edited files that cannot be printed are an error.
func TestVendoredOutput(t *testing.T) {
	src := put(t, map[string]string{"s.json": "{ 'command': 'go' }\n"})
	dir := t.TempDir()
	vendor(t, filepath.Join(src, "s.json"), dir)
	root := filepath.Join(dir, "s.json")
	if err := os.WriteFile(root, []byte("# mine\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := driver.EditedVendored(dir, fullDisk{}); !errors.Is(err, errFull) {
		t.Errorf("EditedVendored: %v", err)
	}
	if _, err := driver.CheckVendored(root, fullDisk{}); !errors.Is(err, errFull) {
		t.Errorf("CheckVendored: %v", err)
	}
}

// TestVendoredAbove checks that the manifest is found some folders above the root file, and
// that paths are printed from there.
func TestVendoredAbove(t *testing.T) {
	src := put(t, map[string]string{"a.json": "{ 'include': 'deep/er/b.json' }\n", "deep/er/b.json": "{ 'command': 'go' }\n"})
	dir := t.TempDir()
	vendor(t, filepath.Join(src, "a.json"), dir)
	if err := os.WriteFile(filepath.Join(dir, "a.json"), []byte("# mine\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	n, err := driver.CheckVendored(filepath.Join(dir, "deep", "er", "b.json"), &out)
	if want := filepath.Join(dir, "a.json") + ": vendored file is edited by hand\n"; n != 1 || err != nil || out.String() != want {
		t.Errorf("%d, %v, %q, want %q", n, err, out.String(), want)
	}
}

// TestVendoredRoots checks which folders are searched for copied schemas.
func TestVendoredRoots(t *testing.T) {
	src := filepath.Join(put(t, map[string]string{"s.json": "{ 'command': 'go' }\n"}), "s.json")
	dir := t.TempDir()
	for _, folder := range []string{"a", "b/c/d/e", "b/c/d/e/f", ".git/x"} {
		vendor(t, src, filepath.Join(dir, filepath.FromSlash(folder)))
	}
	got, err := driver.VendoredRoots(dir)
	if want := []string{"a/s.json", "b/c/d/e/s.json"}; !slices.Equal(got, want) || err != nil {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	vendor(t, src, dir)
	if got, err := driver.VendoredRoots(dir); err != nil || len(got) == 0 || got[0] != "s.json" {
		t.Errorf("the folder itself: %q, %v", got, err)
	}
}

// TestVendoredRootsUnreadable checks that a folder that may not be read is skipped. For root there
// is no such folder.
func TestVendoredRootsUnreadable(t *testing.T) {
	src := put(t, map[string]string{"s.json": "{ 'command': 'go' }\n"})
	dir := t.TempDir()
	vendor(t, filepath.Join(src, "s.json"), filepath.Join(dir, "b"))
	if err := os.Mkdir(filepath.Join(dir, "a"), 0); err != nil {
		t.Fatal(err)
	}
	if roots, err := driver.VendoredRoots(dir); err != nil || !slices.Equal(roots, []string{"b/s.json"}) {
		t.Errorf("%q, %v", roots, err)
	}
}

// TestVersionFolder checks that a VERSION that is no file does not matter.
func TestVersionFolder(t *testing.T) {
	src := put(t, map[string]string{"s.json": "{ 'command': 'go' }\n", "VERSION/x": ""})
	if meta := vendor(t, filepath.Join(src, "s.json"), t.TempDir()); !slices.Equal(meta.Options, []string{"root=s.json"}) {
		t.Errorf("options %q", meta.Options)
	}
}
