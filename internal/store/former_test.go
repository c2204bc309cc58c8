package store_test

import (
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// TestFormerStateOutlivesTheSecret checks that a former value gets its state back after a change of the server secret, while the
// older secret is still configured.
func TestFormerStateOutlivesTheSecret(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	ctx, ref := t.Context(), rollcall.ContactRef{Site: h.site, ID: "contact-jane"}
	_, err := h.service.CreateContact(ctx, h.caller, h.site, person("jane", 1))
	h.must(err)
	_, err = h.service.Attest(ctx, h.caller, ref, rollcall.AttestationInput{Point: rollcall.Given("email"), Note: rollcall.Given("met")})
	h.must(err)
	put := func(s *service.Service, email string) rollcall.PointStatus {
		c, err := s.UpdateContact(ctx, h.caller, ref, rollcall.ContactInput{Email: rollcall.Given(email)})
		h.must(err)
		return c.State(rollcall.EmailPoint).Status
	}
	rotated := func(secrets ...string) *service.Service {
		options := service.Options{Now: time.Now, AbuseMode: service.Observe}
		for _, secret := range secrets {
			options.Secrets = append(options.Secrets, []byte(secret))
		}
		return service.New(h.db, provider{&h.service}, options)
	}
	const mine, other = "JANE-1@mail.example", "other@mail.example"
	for i, step := range []struct {
		service *service.Service
		email   string
		want    rollcall.PointStatus
	}{
		{h.service, other, rollcall.PointUnconfirmed},
		{rotated("a newer secret", "the secret of a test"), mine, rollcall.PointConfirmed},
		{rotated("a newer secret", "the secret of a test"), other, rollcall.PointUnconfirmed},
		{h.service, mine, rollcall.PointUnconfirmed}, // the older secret alone doesn't know the newer hash
	} {
		if got := put(step.service, step.email); got != step.want {
			t.Errorf("step %d: the e-mail is %s, want %s", i, got, step.want)
		}
	}
}
