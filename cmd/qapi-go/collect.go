package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// collectLess has the garbage collector run less often than by default. A run is
// short and drops most of what it allocates at once: the first collection is at
// some 32 MiB, which a check of QEMU's own schema does not reach, and from then
// on memory is collected at three times what is live instead of twice. A GOGC that
// is set takes precedence.
func collectLess() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(800)
	first := new([16]byte) // unreachable at once: its cleanup runs after the first collection
	runtime.AddCleanup(first, func(int) { debug.SetGCPercent(200) }, 0)
}
