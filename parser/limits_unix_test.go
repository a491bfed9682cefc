//go:build unix

package parser

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/qapi-go/qapi-go/diag"
)

// TestSpecialFiles includes files other than regular ones. None may be opened, since that could
// block or never end.
func TestSpecialFiles(t *testing.T) {
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	must(syscall.Mkfifo(at("fifo"), 0o600))
	must(os.Symlink("loop", at("loop")))
	must(os.Symlink("/dev/zero", at("zero")))
	must(os.Symlink("fifo", at("to-fifo")))
	must(os.Mkdir(at("folder"), 0o700))
	must(os.WriteFile(at("good"), []byte(command("a")), 0o600))
	must(os.Symlink("good", at("to-good")))
	tests := []struct{ file, want string }{
		{"fifo", "Is a FIFO"},
		{"to-fifo", "Is a FIFO"},
		{"loop", "too many levels of symbolic links"},
		{"zero", "Is a device"},
		{"folder", "Is a directory"},
		{"none", "No such file or directory"},
		{"good/none", "not a directory"},
		{"../none", "it is outside of the schema's source"},
		{"/dev/zero", "it is outside of the schema's source"},
		{"to-good", ""},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			must(os.WriteFile(at("root.json"), []byte(include(test.file)), 0o600))
			got, _ := print(t, Source{FS: os.DirFS(dir), Root: "root.json"}, diag.QEMU)
			want := ""
			if test.want != "" {
				want = fmt.Sprintf("root.json:1: can't read include file '%s': %s\n", test.file, test.want)
			}
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
