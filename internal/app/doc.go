// Package app puts Rollcall together: it opens the data folder, builds the store, the use cases, the providers, the
// queue and the API over each other, and runs the server and the workers until they are told to stop.
//
// It is the only room that sees all others, and holds no rules of its own. It reads no environment, no flags and no
// signals: Options say everything, but for where spans go, which the library that sends them finds out by itself.
package app
