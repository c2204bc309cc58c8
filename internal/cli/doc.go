// Package cli is the command line, with one file per command. A command turns flags and files into calls of the use cases,
// and their results into text or one JSON object.
//
// It is the only package that uses arguments, environment variables, the standard streams, signals and the exit status. It
// knows the core, the use cases and app, which connects the rest, but no SQL, wire types or providers.
// docs/configuration.md is generated from the flags declared here.
package cli

//go:generate go test -run ^TestConfigurationReference$ . -args -update
