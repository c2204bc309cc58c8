// Package cli is the command line: one file per command, each of which turns flags and files into calls of the use cases
// and their results into text or one JSON object.
//
// It alone touches what belongs to the process: arguments, the environment, the standard streams, signals and the exit
// status. It knows the core and app, which wires everything else; it may not know SQL, the API's wire types or any
// provider. docs/configuration.md is generated from the flags that are declared here.
package cli

//go:generate go test -run ^TestConfigurationReference$ . -args -update
