package live

import (
	"os"
	"testing"
)

// SlowEnv is the environment variable that, if not empty, enables slow tests.
const SlowEnv = "QAPI_SLOW"

// Slow skips a slow test unless QAPI_SLOW is set, as in .ci/run. why is what takes the time.
func Slow(t testing.TB, why string) {
	t.Helper()
	if !slow() {
		t.Skipf("slow test: %s; set %s=1 to run it", why, SlowEnv)
	}
}

// Sample returns all of list if QAPI_SLOW is set, as in .ci/run, and else n of them, evenly
// spread, the first and the last included, so n is at least 2. It logs what a test leaves out. An
// empty list fails the test, which would check nothing.
func Sample[T any](t testing.TB, list []T, n int) []T {
	t.Helper()
	if len(list) == 0 {
		t.Fatal("nothing to take a sample of")
	}
	if slow() || n >= len(list) {
		return list
	}
	sample := make([]T, n)
	for i := range sample {
		sample[i] = list[i*(len(list)-1)/(n-1)]
	}
	t.Logf("a sample of %d of %d; set %s=1 to test all", n, len(list), SlowEnv)
	return sample
}

// Rounds returns all if QAPI_SLOW is set, as in .ci/run, and else few: how often a test
// repeats what each time may go another way.
func Rounds(t testing.TB, few, all int) int {
	t.Helper()
	if slow() {
		return all
	}
	t.Logf("%d rounds of %d; set %s=1 for all", few, all, SlowEnv)
	return few
}

func slow() bool { return os.Getenv(SlowEnv) != "" }
