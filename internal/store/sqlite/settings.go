package sqlite

import (
	"net/url"
	"path/filepath"
	"strings"
)

// use is what a connection is for.
type use int

const (
	toWrite use = iota
	toRead
	forJobs
	toCopy // a copy that is not otherwise in use, and is flushed to the disk once it is complete
)

// settings are PRAGMAs in the name of the data source, since one that is run on a connection of a pool leaves the next
// connection without it.
func settings(u use) []string {
	all := []string{
		"busy_timeout(10000)", // ms: how long a write waits for that of another process
		"foreign_keys(1)",
	}
	if u == toRead {
		return append(all, "query_only(1)")
	}
	// Deleted data is overwritten, so that it cannot be read from the file. FAST would leave it in free pages.
	all = append(all, "secure_delete(ON)")
	switch u {
	case forJobs:
		// A power cut may lose what River notes about a job: then the job runs once more, which it must bear anyway. The
		// job itself is written by the writer, whose commit flushes everything before it in the log, too.
		return append(all, "journal_mode(WAL)", "synchronous(NORMAL)")
	case toCopy:
		return append(all, "journal_mode(DELETE)", "synchronous(OFF)")
	}
	return append(all,
		"journal_mode(WAL)", // readers continue during writes
		"synchronous(FULL)", // a commit that returned survives a power cut
		// Pages of 4 KiB in the log before it is copied into the file: most pages change many times meanwhile.
		"wal_autocheckpoint(4000)",
		"temp_store(MEMORY)", // savepoints need no file
	)
}

// source returns the name of the data source of a file. A transaction takes the write lock when it begins: one that asked
// for it later would fail instead of waiting if another came first.
func source(path string, u use) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	path = filepath.ToSlash(path)
	modeOf := path
	if !strings.HasPrefix(path, "/") { // C:/…
		path = "/" + path
	}
	// A connection never creates the file: one that found it moved away would begin another, and remove the log.
	query := url.Values{"_pragma": settings(u), "_txlock": {"immediate"}, "mode": {"rw"}, "modeof": {modeOf}}
	source := url.URL{Scheme: "file", Path: path, RawQuery: strings.ReplaceAll(query.Encode(), "+", "%20")}
	return source.String(), nil
}
