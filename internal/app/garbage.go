package app

import (
	"runtime/debug"
	"time"
)

// settled is how long after the start its garbage is given back.
const settled = 3 * time.Second

const (
	goPercent     = 100 // how much garbage Go lets grow, in percent of what is in use
	serverPercent = 400 // how much a server does
)

// CollectLess has the whole process collect its garbage less often, unless GOGC is set to anything but Go's own measure.
// It is for a process that serves: what is in use is a few MiB there, so that by Go's own measure a collection would begin
// every few hundred requests. Call it once everything is open, so that the garbage of the start is not kept.
// docs/performance.md has what it saves and what it takes.
func CollectLess() {
	if before := debug.SetGCPercent(serverPercent); before != goPercent {
		debug.SetGCPercent(before)
	}
	// What the start left behind would else lie there until much more has come. Nobody waits for it then.
	time.AfterFunc(settled, debug.FreeOSMemory)
}
