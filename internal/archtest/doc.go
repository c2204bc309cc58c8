// Package archtest holds the shape of Rollcall: which room may import which, that packages and exported names are
// documented, how long files and functions get, what no room may do, and that links in the documents lead somewhere. It
// has nothing but tests.
//
// What may import what is a table in rooms_test.go; every other rule has a file of its own, where its limits and its
// exceptions stand as literals. Rules look at files, not at what this machine would build, so that code for another
// system is held to them too. Files ending in _gen.go, or with Go's line for generated code, are free of the rules
// about how code is written, and so is what lies under a testdata folder.
//
// Each rule is also run over a small tree that breaks it, in testdata/<rule>; testdata/<rule>.want lists what must be found.
// To change a rule, change its table, then its tree.
package archtest
