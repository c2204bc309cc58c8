// Package metrics counts and times what the other rooms tell of, and shows it to Prometheus. It is the only room that
// knows Prometheus.
//
// The others do not know it: each declares a small interface or function of its own, which app fills with this room's
// Metrics where an operator wants them, and with nothing where not. A label has one of a few values that the program
// itself chose, never one that a caller did: no path, no identifier, no address, no error's text.
package metrics
