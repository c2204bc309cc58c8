// Package console serves the pages on which a dealer's staff sign in and work. They are rendered on the server, work without
// scripts, and load nothing from other hosts.
//
// routes.go lists every page with the role that it needs. Each page has a file with its handlers and its typed data, and a
// template of the same name. visit.go has what every request goes through: the session, the role, and the form of a session that
// ended while somebody typed.
//
// Sessions are in the database; their cookies are described at cookie in session.go.
package console
