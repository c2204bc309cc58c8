package password_test

import (
	"strings"
	"testing"

	"example.org/rollcall/internal/rollcall/password"
)

func TestHash(t *testing.T) {
	const right = "four quiet harbour lamps"
	hash := password.Hash(right)
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("Hash = %s, want argon2id with 19 MiB and 2 passes", hash)
	}
	if again := password.Hash(right); again == hash {
		t.Error("two hashes of one password are equal, want a salt in each")
	}
	for given, want := range map[string]bool{right: true, right + " ": false, "": false, strings.ToUpper(right): false} {
		if got := password.Verify(hash, given); got != want {
			t.Errorf("Verify(%q) = %v, want %v", given, got, want)
		}
	}
}

func TestVerifyKeepsOldParameters(t *testing.T) {
	const hash = "$argon2id$v=19$m=256,t=3,p=2$c29tZXNhbHRzb21lc2FsdA$vOp1A4BQ0rRnUKYCrYU2A6plBS1z3O14HdEW12njrsU"
	if !password.Verify(hash, "an older password") {
		t.Error("Verify = false for a hash with other parameters, want true")
	}
}

func TestVerifyRefusesOtherTexts(t *testing.T) {
	hash := password.Hash("x")
	for _, text := range []string{
		"", "x", hash[1:], hash + "$", strings.Replace(hash, "argon2id", "argon2i", 1), strings.Replace(hash, "v=19", "v=16", 1),
		strings.Replace(hash, "m=19456", "m=0", 1), strings.Replace(hash, "m=19456", "m=4294967295", 1),
		strings.Replace(hash, "t=2", "t=0", 1), strings.Replace(hash, "p=1", "p=0", 1), hash[:strings.LastIndex(hash, "$")+1],
	} {
		if password.Verify(text, "x") {
			t.Errorf("Verify(%q) = true, want false", text)
		}
	}
}
