package postgres

import "syscall"

const (
	tcpUserTimeout = 0x12   // TCP_USER_TIMEOUT of linux/tcp.h
	silentFor      = 15_000 // ms
)

// giveUpSilent makes the system close a connection to a server that has acknowledged nothing for fifteen seconds. By default
// it retries for a quarter of an hour.
func giveUpSilent(_, _ string, conn syscall.RawConn) error {
	var failed error
	err := conn.Control(func(fd uintptr) {
		failed = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, silentFor)
	})
	if err != nil {
		return err
	}
	if failed == syscall.ENOPROTOOPT || failed == syscall.EOPNOTSUPP || failed == syscall.EINVAL {
		return nil // a socket that is no TCP connection
	}
	return failed
}
