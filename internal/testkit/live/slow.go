package live

import (
	"os"
	"testing"
)

// SlowEnv names the variable that, if not empty, has slow tests run, too.
const SlowEnv = "QAPI_SLOW"

// Slow skips a test that takes too long for every run, unless QAPI_SLOW is set, as
// .ci/run does. why says what takes the time.
func Slow(t testing.TB, why string) {
	t.Helper()
	if os.Getenv(SlowEnv) == "" {
		t.Skipf("slow test: %s; set %s=1 to run it", why, SlowEnv)
	}
}
