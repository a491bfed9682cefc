// Package corpus finds QEMU's own schemas, and facts about them, for tests.
//
// They have another licence and are not part of this project. Tests that need them are skipped,
// with the reason, if they are not found.
package corpus

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Env is the environment variable with the folder of the corpus.
const Env = "QAPI_CORPUS"

// Dir returns the folder with corpus/, oracle/, qapi-tests/ and traffic/: the value of the
// environment variable [Env], or the folder "shared" next to the repository. It skips the test if
// there is none, and fails it if the folder of the variable does not exist.
func Dir(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv(Env); dir != "" {
		if _, err := os.Stat(filepath.Join(dir, "corpus")); err != nil {
			t.Fatalf("%s is set, but: %v", Env, err)
		}
		return dir
	}
	dir := filepath.Join(Root(t), "..", "shared")
	if _, err := os.Stat(filepath.Join(dir, "corpus")); err != nil {
		t.Skipf("no QEMU schemas here: set %s to the folder that holds corpus/ and oracle/", Env)
	}
	return dir
}

// GoMod returns the go.mod of a module that uses this repository, in whatever folder that is.
func GoMod(t testing.TB, module string) string {
	t.Helper()
	return "module " + module + "\n\ngo 1.25\n\nrequire github.com/qapi-go/qapi-go v0.0.0\n\n" +
		"replace github.com/qapi-go/qapi-go => " + strconv.Quote(Root(t)) + "\n"
}

// Root returns the top folder of the repository, also for tests of nested modules.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(mod), "module github.com/qapi-go/qapi-go\n") {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("the test's folder is not in the repository")
		}
		dir = parent
	}
}

// A Schema is one of QEMU's schemas in the corpus.
type Schema struct {
	Release string // such as "10.2.0"
	Name    string // "qemu", "qga" or "storage-daemon"
	Root    string // path of the root file
	Oracle  string // path of the facts about it
}

// Schemas returns the schemas of a release in the corpus at dir.
func Schemas(t testing.TB, dir, release string) []Schema {
	t.Helper()
	roots := []struct{ name, path string }{
		{"qemu", "qapi/qapi-schema.json"},
		{"qemu", "qapi-schema.json"},
		{"qga", "qga/qapi-schema.json"},
		{"qga", "qapi-schema-guest.json"},
		{"storage-daemon", "storage-daemon/qapi/qapi-schema.json"},
	}
	var found []Schema
	for _, r := range roots {
		root := filepath.Join(dir, "corpus", release, filepath.FromSlash(r.path))
		if _, err := os.Stat(root); err == nil {
			found = append(found, Schema{release, r.name, root,
				filepath.Join(dir, "oracle", release+"-"+r.name+".json")})
		}
	}
	if len(found) == 0 {
		t.Fatalf("no schema of release %s in %s", release, dir)
	}
	return found
}
