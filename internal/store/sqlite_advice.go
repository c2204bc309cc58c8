package store

import "github.com/ncruces/go-sqlite3"

const notWritable = "its folder and the files in it must be writable for the user of this process, on a disk that is not mounted read-only"

func sqliteAdvice(err error) string {
	switch {
	case isAny(err, sqlite3.FULL):
		return "no space is left on its disk; free some, and writing goes on by itself"
	case isAny(err, sqlite3.READONLY, sqlite3.CANTOPEN, sqlite3.PERM):
		return notWritable
	case isAny(err, sqlite3.CORRUPT, sqlite3.NOTADB):
		return "run rollcall check, stop the server, keep the damaged folder, and restore a backup into another one"
	case isAny(err, sqlite3.IOERR):
		return "its disk does not take or give what is asked of it; look for its errors in the system's log, and for limits on the size of files"
	case isAny(err, sqlite3.BUSY, sqlite3.LOCKED):
		return "another process has kept it locked for too long; look which one has the file open"
	}
	return ""
}
