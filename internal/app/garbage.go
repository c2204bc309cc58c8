package app

import (
	"runtime/debug"
	"time"
)

// settled is the time after the start at which memory is returned to the system.
const settled = 3 * time.Second

const (
	goPercent     = 100 // Go's default for GOGC
	serverPercent = 400
)

// CollectLess makes the process collect garbage less often, unless GOGC is set to another value than the default. It is for
// servers: they use only a few MiB, for which the default collects every few hundred requests. Call it after Open.
// docs/performance.md has figures.
func CollectLess() {
	if before := debug.SetGCPercent(serverPercent); before != goPercent {
		debug.SetGCPercent(before)
	}
	// Otherwise the garbage of the start would stay until the next collection.
	time.AfterFunc(settled, debug.FreeOSMemory)
}
