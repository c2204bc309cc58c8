// Package words has `LATER` in its comment.
package words
