package store

import lib "modernc.org/sqlite/lib"

const notWritable = "its folder and the files in it must be writable for the user of this process, on a disk that is not mounted read-only"

func sqliteAdvice(err error) string {
	switch sqliteCode(err) & 0xff {
	case lib.SQLITE_FULL:
		return "no space is left on its disk; free some, and writing goes on by itself"
	case lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN, lib.SQLITE_PERM:
		return notWritable
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return "run rollcall check, stop the server, keep the damaged folder, and restore a backup into another one"
	case lib.SQLITE_IOERR:
		return "its disk does not take or give what is asked of it; look for its errors in the system's log, and for limits on the size of files"
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return "another process has kept it locked for too long; look which one has the file open"
	}
	return ""
}
