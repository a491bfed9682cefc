package outdir

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestErrorPath checks that errors name the path of a file once, from the working directory.
func TestErrorPath(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("out/folder", 0o777); err != nil {
		t.Fatal(err)
	}
	r := &rootFS{dir: "out"}
	defer r.Close()
	_, opening := r.ReadFile("none", nil)
	_, reading := r.ReadFile("folder", nil) // opened, but cannot be read
	for _, test := range []struct {
		err  error
		want string
	}{{opening, "none"}, {reading, "folder"}, {r.Create("folder", 0o666, nil), "folder"}} {
		want := " " + filepath.Join("out", test.want) + ": "
		if test.err == nil || !strings.Contains(test.err.Error(), want) {
			t.Errorf("%v, which lacks %q", test.err, want)
		}
	}
}
