// Package web is the HTTP server that httpapi and pages share: the server and its graceful stop, limits on connections,
// requests and bodies, health checks, and Wrap, the outermost handler: request ids, security headers, recovery from panics,
// and one log line for each request.
//
// It knows HTTP and rollcall.Error, but neither the paths of the API nor the shape of its errors, which it gets as a
// function. It never logs a path, a query, a header or a body, since they may hold personal data.
package web
