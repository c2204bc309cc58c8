//go:build !linux

package postgres

import "syscall"

// giveUpSilent does nothing: only Linux has the option. Keep-alives notice a server that stops answering.
func giveUpSilent(string, string, syscall.RawConn) error { return nil }
