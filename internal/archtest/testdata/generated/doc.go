// Package fixture has generated files that are stale in each way that there is.
package fixture

//go:generate go run make.go
