// Package web is what every room that speaks HTTP stands on: the server and its graceful stop, the outermost handler
// (request ids, security headers, recovery, one log line a request), bounded and kept request bodies, health, and a
// switch of exact paths.
//
// It knows HTTP and the one error type, and nothing else: neither the API's paths and its error envelope, which
// httpapi hands it as a function, nor sites, contacts, keys or a database. What it logs never holds a path, a query, a
// header or a body, since any of them may hold what belongs to a person.
package web
