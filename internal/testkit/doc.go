// Package testkit is what tests of several rooms share: the real thing on a folder of its own (NewApp), the callers and
// the records that most tests want there, and endpoint tests as tables of literals (Scenario), whose every answer is held
// against openapi.yaml.
//
// It is imported by tests alone.
package testkit
