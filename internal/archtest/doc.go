// Package archtest checks what no linter can: how long files are, that links in documents lead somewhere, that the tests
// that documents name exist, and that no file names a folder of one machine or leaves work unfinished. What linters check
// (imports, comments, long functions, forbidden calls) is in .golangci.yml. The package has nothing but tests.
//
// Checks look at files, not at what this machine would build, so that code for another system is checked too. Generated
// files and testdata folders are skipped.
//
// Each check also runs over a small tree that breaks it, in testdata/<check>; testdata/<check>.want lists what it must find.
package archtest
