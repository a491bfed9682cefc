package live

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/gofrs/flock"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
)

// ReleasesEnv is the environment variable with the folder of several releases of QEMU, which has a
// subfolder for each of [Releases], as in 10.0/bin/qemu-img.
const ReleasesEnv = "QAPI_QEMU_RELEASES"

// Releases are the releases of QEMU that live tests compare.
var Releases = []string{"7.2", "10.0", "11.1"}

// Release returns the path of a program of a release of QEMU, in the folder of [ReleasesEnv] or
// else in the user's cache folder, where tools/qemu-release of the corpus unpacks it if QAPI_LIVE
// is set. If it is missing, the test is skipped with the reason, or fails if QAPI_LIVE is set.
func Release(t testing.TB, release, name string) string {
	t.Helper()
	dir := os.Getenv(ReleasesEnv)
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Skipf("live test: set %s to a folder of QEMU's releases", ReleasesEnv)
		}
		dir = filepath.Join(cache, "qapi-go", "qemu")
		if os.Getenv(Env) != "" {
			unpack(t, release, filepath.Join(dir, release))
		}
	}
	path := filepath.Join(dir, release, "bin", name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv(Env) != "" || os.Getenv(ReleasesEnv) != "" {
			t.Fatalf("QEMU %s: %v", release, err)
		}
		t.Skipf("live test: no QEMU %s: set %s to a folder of QEMU's releases", release, ReleasesEnv)
	}
	return path
}

// unpack unpacks a release into dir with the tool of the corpus, unless dir has it. Tests of
// several packages run at the same time: one unpacks, the others wait.
func unpack(t testing.TB, release, dir string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(dir), 0o777); err != nil {
		t.Fatal(err)
	}
	lock := flock.New(dir + ".lock")
	if err := lock.Lock(); err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	// The tool writes this program last.
	if _, err := os.Stat(filepath.Join(dir, "bin", "qemu-system-x86_64")); err == nil {
		return
	}
	tool := filepath.Join(corpus.Dir(t), "tools", "qemu-release")
	if out, err := exec.Command(tool, release, dir).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", tool, release, err, out)
	}
}
