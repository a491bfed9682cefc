// Package live finds programs that live tests run against.
package live

import (
	"os"
	"os/exec"
	"testing"
)

// Env is the environment variable that, if not empty, makes tests fail instead of being skipped
// if what they need is missing.
const Env = "QAPI_LIVE"

// Program returns the path of an installed program. If it is missing, the test is skipped with the
// reason, or fails if QAPI_LIVE is set.
func Program(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	Missing(t, "live test: %v", err)
	return ""
}

// Missing skips a test with the reason, which is what this system lacks, or fails it if QAPI_LIVE
// is set, as in .ci/run.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv(Env) != "" {
		t.Fatalf("%s is set: "+format, append([]any{Env}, args...)...)
	}
	t.Skipf(format, args...)
}
