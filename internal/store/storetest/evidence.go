package storetest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/rollcall/evidence"
	"example.org/rollcall/internal/service"
)

func evidenceTests() []test {
	return []test{
		{"shows the sites as they were, and can be checked without the store", evidenceOfSites},
		{"of a moment before a site, and of a deleted site, says so", evidenceOfNoSite},
		{"is refused for sites and moments that nobody can know", evidenceRefused},
		{"can be read again by who made it, for a day, until a person is erased", evidenceAgain},
		{"has the key of the secret, and files of an older secret have its key", evidenceKeys},
		{"of the same sites is made by many at once", evidenceAtOnce},
	}
}

// auditor is a dealer with the sites mill and quay, an hour after noon. Ann, at the mill, was attested at noon, and Bob's number was
// suppressed; Cy is on the list, too.
type auditor struct {
	*fixture
	now    time.Time
	caller service.Caller
	*service.Service
}

func newAuditor(f *fixture) *auditor {
	f.Helper()
	a := &auditor{fixture: f, now: noon(), caller: service.Caller{Dealer: "d", Key: "k"}}
	a.Service = a.with("the secret of a test")
	f.dealer("d")
	for _, id := range []string{"mill", "quay"} {
		_, err := a.CreateSite(f.Context(), a.caller, rollcall.SiteInput{SiteID: rollcall.Given(id), Name: rollcall.Given("The " + id)})
		f.must(err)
	}
	for i, name := range []string{"ann", "bob", "cy"} {
		_, err := a.CreateContact(f.Context(), a.caller, rollcall.SiteRef{ID: "mill"}, rollcall.ContactInput{
			ContactID: rollcall.Given(name), FirstName: rollcall.Given(name), LastName: rollcall.Given("Lee"), Type: rollcall.Given("primary"),
			Phone: rollcall.Given(fmt.Sprint("+1 202 555 010", i)),
		})
		f.must(err)
	}
	_, err := a.Attest(f.Context(), a.caller, a.at("ann"), rollcall.AttestationInput{Point: rollcall.Given("phone"), Note: rollcall.Given("I spoke to her")})
	f.must(err)
	_, err = a.CreateSuppression(f.Context(), a.caller, rollcall.SuppressionInput{Point: rollcall.Given("phone"), Value: rollcall.Given("+1 202 555 0101")})
	f.must(err)
	caller := a.caller
	caller.OnBehalfOf = "Max Moss"
	_, err = a.Review(f.Context(), caller, rollcall.SiteRef{ID: "mill"}, rollcall.ReviewInput{With: rollcall.Given("Rae Fox"), Note: rollcall.Given("by phone")})
	f.must(err)
	a.now = noon().Add(time.Hour)
	return a
}

// with returns the use cases with server secrets.
func (a *auditor) with(secrets ...string) *service.Service {
	opts := service.Options{Now: func() time.Time { return a.now }}
	for _, s := range secrets {
		opts.Secrets = append(opts.Secrets, []byte(s))
	}
	return service.New(a.Store, nil, opts)
}

func (a *auditor) at(id rollcall.ContactID) rollcall.ContactRef {
	return rollcall.ContactRef{Site: rollcall.SiteRef{ID: "mill"}, ID: id}
}

func (a *auditor) made(at time.Time, sites ...rollcall.SiteID) evidence.Evidence {
	a.Helper()
	e, err := a.CreateEvidence(a.Context(), a.caller, service.EvidenceInput{Sites: sites, At: at})
	a.must(err)
	return e
}

// checked returns the evidence in a file of s, after it was checked with a key.
func (a *auditor) checked(s *service.Service, e evidence.Evidence) evidence.Report {
	a.Helper()
	data, err := s.EvidenceFile(&e)
	a.must(err)
	keys, err := s.EvidenceKeys()
	a.must(err)
	r, err := evidence.Check(data, keys[:1])
	a.must(err)
	return r
}

// recorded returns the evidence that the chains of both sites record.
func (a *auditor) recorded() (ids []string) {
	a.Helper()
	for _, site := range []rollcall.SiteID{"mill", "quay"} {
		lines, err := a.AuditChain(a.Context(), "d", site, 0, 100)
		a.must(err)
		for _, l := range lines {
			if l.Action == audit.EvidenceCreated {
				ids = append(ids, l.Subject)
			}
		}
	}
	return ids
}

func evidenceOfSites(f *fixture) {
	a := newAuditor(f)
	then := a.now
	a.now = a.now.Add(time.Hour)
	_, err := a.UpdateContact(f.Context(), a.caller, a.at("ann"), rollcall.ContactInput{LastName: rollcall.Given("Later")})
	f.must(err)
	_, err = a.EraseContact(f.Context(), a.caller, a.at("cy"))
	f.must(err)
	r := a.checked(a.Service, a.made(then, "quay", "mill", "quay"))
	equal(f, "sites", []rollcall.SiteID{r.Sites[0].ID, r.Sites[1].ID}, []rollcall.SiteID{"quay", "mill"})
	mill := &r.Sites[1]
	equal(f, "names", []string{r.Name, mill.Name, mill.Contacts[0].LastName, r.Actor}, []string{"Dealer d", "The mill", "Lee", "k"})
	equal(f, "calls", len(mill.Before.Calls), 2) // an opt-out stops messages, not calls
	ann, bob := &mill.Contacts[0].Points[0], &mill.Contacts[1].Points[0]
	proof := mill.Proofs[ann.ID]
	if proof.Actor != "k" || proof.Method != rollcall.Attestation || proof.Note != "I spoke to her" || !proof.At.Equal(noon().Truncate(time.Second)) || proof.Validation == "" {
		f.Errorf("the proof of Ann's number is %+v", proof)
	}
	if _, proven := mill.Proofs[bob.ID]; proven || bob.State.Status != rollcall.PointOptedOut {
		f.Errorf("Bob's number is %s, want it opted out and without a proof", bob.State.Status)
	}
	equal(f, "opt-outs", mill.OptOuts, []evidence.OptOut{{At: noon(), Actor: "k", Contact: "bob", Point: bob.ID, Out: true, Line: mill.OptOuts[0].Line}})
	equal(f, "reviews", mill.Reviews, []evidence.Review{{At: noon(), Actor: "k", OnBehalfOf: "Max Moss", With: "Rae Fox", Note: "by phone", Line: mill.Reviews[0].Line}})
	equal(f, "erased", mill.Erased, []evidence.Erased{{Contact: "cy", Position: 3, At: a.now}})
	equal(f, "later lines", mill.Later(r.At), 2)
	for _, l := range mill.Lines {
		if strings.Contains(string(l.Values), "Later") || l.Contact == "cy" && l.Values != nil {
			f.Errorf("line %d has values that the evidence must not have", l.Seq)
		}
	}
	equal(f, "lines that record the making", a.recorded(), []string{string(r.ID), string(r.ID)})
}

func evidenceOfNoSite(f *fixture) {
	a := newAuditor(f)
	early := a.checked(a.Service, a.made(noon().Add(-time.Second), "mill"))
	if s := early.Sites[0]; s.Presence != evidence.NotCreated || s.Name != "" || len(s.Contacts) > 0 || len(s.Lines) < 6 {
		f.Errorf("before it was created, the site is %s with %d contacts and %d lines", s.Presence, len(s.Contacts), len(s.Lines))
	}
	then := a.now
	a.now = a.now.Add(time.Hour)
	f.must(a.DeleteSite(f.Context(), a.caller, rollcall.SiteRef{ID: "mill"}, true))
	if s := a.checked(a.Service, a.made(time.Time{}, "mill")).Sites[0]; s.Presence != evidence.Deleted || len(s.Contacts) > 0 {
		f.Errorf("after it was deleted, the site is %s with %d contacts", s.Presence, len(s.Contacts))
	}
	if s := a.checked(a.Service, a.made(then, "mill")).Sites[0]; s.Presence != evidence.Present || len(s.Contacts) != 3 || s.Name != "The mill" {
		f.Errorf("before it was deleted, the site is %s with %d contacts", s.Presence, len(s.Contacts))
	}
	report, err := a.VerifyAudit(f.Context(), nil)
	f.must(err)
	equal(f, "faults of the audit", len(report.Faults), 0)
}

func evidenceRefused(f *fixture) {
	a := newAuditor(f)
	f.dealer("e")
	other := service.Caller{Dealer: "e", Key: "k2"}
	_, err := a.CreateSite(f.Context(), other, rollcall.SiteInput{SiteID: rollcall.Given("hill"), Name: rollcall.Given("Hill")})
	f.must(err)
	many := make([]rollcall.SiteID, evidence.SitesMax+1)
	for i := range many {
		many[i] = rollcall.SiteID(fmt.Sprint("s", i))
	}
	for _, c := range []struct {
		in   service.EvidenceInput
		want rollcall.Kind
	}{
		{service.EvidenceInput{}, rollcall.ValidationFailed},
		{service.EvidenceInput{Sites: []rollcall.SiteID{""}}, rollcall.ValidationFailed},
		{service.EvidenceInput{Sites: many}, rollcall.ValidationFailed},
		{service.EvidenceInput{Sites: []rollcall.SiteID{"mill"}, At: a.now.Add(time.Microsecond)}, rollcall.ValidationFailed},
		{service.EvidenceInput{Sites: []rollcall.SiteID{"mill", "nowhere"}}, rollcall.SiteNotFound},
		{service.EvidenceInput{Sites: []rollcall.SiteID{"mill", "hill"}}, rollcall.SiteNotFound},
	} {
		_, err := a.CreateEvidence(f.Context(), a.caller, c.in)
		f.kind(err, c.want)
	}
	equal(f, "lines of refused evidence", len(a.recorded()), 0)
}

func evidenceAgain(f *fixture) {
	a := newAuditor(f)
	e := a.made(time.Time{}, "mill", "quay")
	first, err := a.EvidenceFile(&e)
	f.must(err)
	a.now = a.now.Add(23 * time.Hour)
	_, err = a.UpdateContact(f.Context(), a.caller, a.at("ann"), rollcall.ContactInput{LastName: rollcall.Given("Later")})
	f.must(err)
	for _, site := range []rollcall.SiteID{"mill", "quay"} {
		again, err := a.Evidence(f.Context(), a.caller, e.ID, site)
		f.must(err)
		second, err := a.EvidenceFile(&again)
		f.must(err)
		equal(f, "the file, again", string(second), string(first))
	}
	missing := func(caller service.Caller, id rollcall.EvidenceID, site rollcall.SiteID) {
		f.Helper()
		_, err := a.Evidence(f.Context(), caller, id, site)
		f.kind(err, rollcall.NotFound)
	}
	missing(service.Caller{Dealer: "d", Key: "another"}, e.ID, "mill")
	missing(service.Caller{Dealer: "e", Key: "k"}, e.ID, "mill")
	missing(a.caller, "evid_1", "mill")
	missing(a.caller, e.ID, "nowhere")
	_, err = a.EraseContact(f.Context(), a.caller, a.at("cy"))
	f.must(err)
	missing(a.caller, e.ID, "mill")
	e = a.made(time.Time{}, "quay")
	a.now = a.now.Add(24*time.Hour + 1000)
	missing(a.caller, e.ID, "quay")
}

func evidenceKeys(f *fixture) {
	a := newAuditor(f)
	before, err := a.EvidenceKeys()
	f.must(err)
	e := a.made(time.Time{}, "mill")
	file, err := a.EvidenceFile(&e)
	f.must(err)
	rotated := a.with("a newer secret", "the secret of a test")
	after, err := rotated.EvidenceKeys()
	f.must(err)
	if len(before) != 1 || len(after) != 2 || after[0] == before[0] || after[1] != before[0] {
		f.Fatalf("keys %q, then %q, want a new one before the old one", before, after)
	}
	if _, err := evidence.Check(file, after); err != nil {
		f.Errorf("the file of before does not have one of the keys: %v", err)
	}
	if _, err := evidence.Check(file, after[:1]); err == nil {
		f.Error("the file of before has the new key")
	}
	e, err = rotated.CreateEvidence(f.Context(), a.caller, service.EvidenceInput{Sites: []rollcall.SiteID{"mill"}})
	f.must(err)
	a.checked(rotated, e)
}

func evidenceAtOnce(f *fixture) {
	a := newAuditor(f)
	files := make([]evidence.Evidence, 8)
	var all sync.WaitGroup
	for i := range files {
		all.Go(func() {
			sites := []rollcall.SiteID{"mill", "quay"}
			if i%2 == 1 {
				slices.Reverse(sites)
			}
			var err error
			if files[i], err = a.CreateEvidence(f.Context(), a.caller, service.EvidenceInput{Sites: sites}); err != nil {
				f.Errorf("CreateEvidence: %v", err)
			}
		})
	}
	all.Wait()
	if f.Failed() {
		return
	}
	for i := range files {
		a.checked(a.Service, files[i])
	}
}
