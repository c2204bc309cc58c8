// Package metrics counts and times events of the other packages and serves them to Prometheus. It is the only package that
// knows Prometheus: the others declare small interfaces or functions, which app connects to Metrics if the operator wants
// metrics.
//
// The values of a label come from a small set in the program, never from a caller: no path, identifier, address or error.
package metrics
