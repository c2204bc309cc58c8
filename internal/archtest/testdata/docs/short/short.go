// Package short.
package short
