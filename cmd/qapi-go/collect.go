package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"sync/atomic"
)

// growth is by how many percent the heap grows over what is live until memory is collected
// again, once the first 32 MiB are used.
var growth atomic.Int32

// collectLess has the garbage collector run less often than by default. A run is
// short and drops most of what it allocates at once: the first collection is at
// some 32 MiB, which a check of QEMU's own schema does not reach, and from then
// on memory is collected at three times what is live instead of twice. A GOGC that
// is set takes precedence.
func collectLess() {
	if os.Getenv("GOGC") != "" {
		return
	}
	growth.Store(200)
	debug.SetGCPercent(800)
	first := new([16]byte) // unreachable at once: its cleanup runs after the first collection
	runtime.AddCleanup(first, func(int) { debug.SetGCPercent(int(growth.Load())) }, 0)
}

// collectMore has the garbage collector run as often as by default, for a run that reads many
// schemas one after the other: what it takes for CPU is little beside what is written, and the
// garbage of a schema is as much as the schema. A GOGC that is set takes precedence.
func collectMore() {
	if os.Getenv("GOGC") != "" {
		return
	}
	growth.Store(100)
	debug.SetGCPercent(100)
}
