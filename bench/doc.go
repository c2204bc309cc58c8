// Command bench measures how fast Rollcall answers, on this machine and next to a handler that keeps nothing.
//
//	go run ./bench          requests a second and how long they take
//	go run ./bench start    how long the program takes to start, and its memory at rest
//	go run ./bench postgresql -database-url URL
//	                        the same on PostgreSQL, next to pgbench with the same statements
//
// A figure of one machine says little about another, so the load is put on two servers in turn, round by round: Rollcall
// as internal/app starts it, with its request log on, and a net/http server whose handler returns the bytes and the
// headers of a real answer. What counts is the ratio of the two in the same round. Both servers are processes of their
// own, as in life, and the callers are a third that does as little as it can, because all three share the processors.
//
// It listens and calls on loopback alone, its time and its connections are bounded, and everything is kept in a temporary
// folder that is removed at the end. On PostgreSQL, which must run already and may be anywhere, it makes two databases of
// its own, a small and a large one, and drops them; the programs psql and pgbench must be there.
package main
