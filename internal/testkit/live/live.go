// Package live finds programs that live tests run against.
package live

import (
	"os"
	"os/exec"
	"testing"
)

// Env is the environment variable that, if not empty, makes live tests fail instead of being
// skipped if a program is missing.
const Env = "QAPI_LIVE"

// Program returns the path of an installed program. If it is missing, the test is skipped with the
// reason, or fails if QAPI_LIVE is set.
func Program(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv(Env) != "" {
		t.Fatalf("%s is set, but %v", Env, err)
	}
	t.Skipf("live test: %v", err)
	return ""
}
