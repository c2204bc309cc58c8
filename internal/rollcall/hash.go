package rollcall

import (
	"crypto/sha256"
	"encoding/hex"
)

// Hash is a SHA-256 sum.
type Hash [sha256.Size]byte

// String returns the hash in hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }
