package service

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"slices"
	"strings"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"example.org/rollcall/internal/rollcall"
)

const (
	totpIssuer    = "Rollcall"
	totpPeriod    = 30 // seconds
	totpSkew      = 1  // periods by which a clock may be wrong
	totpSecret    = 20 // bytes
	recoveryCodes = 10
	recoveryBytes = 10 // 16 characters
)

// NewTOTP returns a second factor for the caller, which EnableTOTP turns on: UserNotFound. It has the given secret, or a new one
// if that is empty or malformed. NewTOTP stores nothing. The key's image is a QR code that authenticator apps read.
func (s *Service) NewTOTP(ctx context.Context, caller Caller, secret string) (*otp.Key, error) {
	u, err := s.store.User(ctx, caller.Dealer, caller.User)
	if err != nil {
		return nil, err
	}
	options := totp.GenerateOpts{Issuer: totpIssuer, AccountName: string(u.Email), Period: totpPeriod}
	if given, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret); err == nil && len(given) == totpSecret {
		options.Secret = given
	}
	return totp.Generate(options)
}

// EnableTOTP turns the caller's second factor on and returns their recovery codes, which are not stored: ValidationFailed for the
// field code, which must be one by the secret. The caller's other sessions end.
func (s *Service) EnableTOTP(ctx context.Context, caller Caller, secret, code string, keep rollcall.Hash) (recovery []string, err error) {
	step := s.stepOf(secret, code)
	if step == 0 {
		return nil, wrongTOTP()
	}
	sealed, err := s.Seal(sealTOTP, []byte(secret))
	if err != nil {
		return nil, err
	}
	next := rollcall.TOTP{Secret: sealed, Step: step}
	for range recoveryCodes {
		random := make([]byte, recoveryBytes)
		_, _ = rand.Read(random) // never fails
		text := strings.ToLower(base32.StdEncoding.EncodeToString(random))
		recovery = append(recovery, text[:4]+"-"+text[4:8]+"-"+text[8:12]+"-"+text[12:])
		next.Recovery = append(next.Recovery, recoveryHash(text))
	}
	err = s.changeSelf(ctx, caller, "user.second_factor_on", func(ch *change, u *rollcall.User) error {
		u.TOTP = next
		return ch.tx.DeleteOtherSessions(ch.ctx, u.Dealer, u.ID, keep)
	})
	return recovery, err
}

// DisableTOTP turns the caller's second factor off: ValidationFailed for the field current unless it is their password.
func (s *Service) DisableTOTP(ctx context.Context, caller Caller, current string) error {
	if _, err := s.checkOwnPassword(ctx, caller, "current", current); err != nil {
		return err
	}
	return s.changeSelf(ctx, caller, "user.second_factor_off", func(_ *change, u *rollcall.User) error {
		u.TOTP = rollcall.TOTP{}
		return nil
	})
}

// CheckSecondFactor accepts a code of a user's second factor, or a recovery code, once: UserNotFound if they may not sign in,
// ValidationFailed for the field code if it is wrong or was used before.
func (s *Service) CheckSecondFactor(ctx context.Context, dealer rollcall.DealerID, id rollcall.UserID, code string) (u rollcall.User, err error) {
	err = s.update(ctx, Caller{Dealer: dealer, User: id}, func(ch *change) (err error) {
		if u, err = ch.tx.LockUser(ch.ctx, dealer, id); err != nil {
			return err
		}
		if !u.MaySignIn() {
			return asUserNotFound(&rollcall.Error{Kind: rollcall.DealerNotFound})
		}
		if !u.TOTP.On() {
			return nil
		}
		used, err := ch.useCode(&u.TOTP, code)
		if err != nil {
			return err
		}
		if !used {
			return wrongTOTP()
		}
		return ch.tx.UpdateUser(ch.ctx, u)
	})
	return u, err
}

// useCode uses up a code or a recovery code, and reports whether it is right.
func (s *Service) useCode(t *rollcall.TOTP, code string) (bool, error) {
	hash := recoveryHash(code)
	for i := range t.Recovery {
		if subtle.ConstantTimeCompare(t.Recovery[i][:], hash[:]) == 1 {
			t.Recovery = slices.Delete(slices.Clone(t.Recovery), i, i+1)
			return true, nil
		}
	}
	secret, ok := s.Unseal(sealTOTP, t.Secret)
	if !ok {
		return false, &rollcall.Error{
			Kind:    rollcall.Unavailable,
			Message: "the second factor can't be read with this server secret; use a recovery code, or ask an owner to turn it off",
		}
	}
	step := s.stepOf(string(secret), code)
	if step <= t.Step {
		return false, nil
	}
	sealed, err := s.Seal(sealTOTP, secret) // with the newest secret
	t.Secret, t.Step = sealed, step
	return err == nil, err
}

// stepOf returns the time step of a code by a secret, 0 if the code is wrong.
func (s *Service) stepOf(secret, code string) int64 {
	code = strings.Join(strings.Fields(code), "")
	now := s.now().Unix() / totpPeriod
	for _, step := range []int64{now, now - totpSkew, now + totpSkew} {
		if ok, err := hotp.ValidateCustom(code, uint64(step), secret, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}); err == nil && ok {
			return step
		}
	}
	return 0
}

// recoveryHash returns the hash by which a recovery code is stored. They are random and too long to guess, so a fast hash is
// enough.
func recoveryHash(code string) rollcall.Hash {
	plain := strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(code))
	return sha256.Sum256([]byte(plain))
}

func wrongTOTP() error {
	return rollcall.InvalidField("code", rollcall.CodeWrong, "is wrong or was used before; wait for the next code and try again")
}
