package service

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/rollcall/evidence"
)

// EvidenceInput has the sites and the moment of evidence.
type EvidenceInput struct {
	Sites []rollcall.SiteID
	At    time.Time // zero: now
}

// evidenceLife is how long evidence can be read again by who made it.
const evidenceLife = 24 * time.Hour

// CreateEvidence makes evidence: SiteNotFound, ValidationFailed, Internal if the audit of a site is broken. It first records the
// making in the audit of each site, and then reads the lines up to there. A deleted site has an audit, too.
func (s *Service) CreateEvidence(ctx context.Context, caller Caller, in EvidenceInput) (evidence.Evidence, error) {
	sites, err := in.sites()
	if err != nil {
		return evidence.Evidence{}, err
	}
	if err := s.checkEvidenceSize(ctx, caller.Dealer, sites); err != nil {
		return evidence.Evidence{}, err
	}
	line := audit.Line{Action: audit.EvidenceCreated, Subject: string(rollcall.NewEvidenceID())}
	err = s.change(ctx, caller, func(ch *change) error {
		at := in.At.UTC().Truncate(time.Microsecond)
		switch {
		case in.At.IsZero():
			at = ch.now()
		case at.After(ch.now()):
			return rollcall.InvalidField("at", rollcall.CodeInvalid, "must not be in the future")
		}
		changed := evidence.Changes(at, sites)
		for _, id := range slices.Sorted(slices.Values(sites)) { // locks sites in one order
			head, err := ch.tx.LockAuditHead(ch.ctx, caller.Dealer, id)
			if err != nil {
				return err
			}
			if head.Count == 0 {
				return evidenceSiteNotFound(id)
			}
			line.Site = id
			if err := ch.record(line, changed); err != nil {
				return err
			}
		}
		return ch.respond(rollcall.EvidenceID(line.Subject))
	})
	if err != nil {
		return evidence.Evidence{}, err
	}
	return s.readEvidence(ctx, caller.Dealer, rollcall.EvidenceID(line.Subject), sites)
}

func evidenceSiteNotFound(id rollcall.SiteID) error {
	return &rollcall.Error{Kind: rollcall.SiteNotFound, Message: "site " + string(id) + " not found; check its site_id", Field: "site"}
}

// sites returns the sites, each once: ValidationFailed.
func (in *EvidenceInput) sites() ([]rollcall.SiteID, error) {
	var sites []rollcall.SiteID
	for _, id := range in.Sites {
		if !slices.Contains(sites, id) {
			sites = append(sites, id)
		}
		if id == "" {
			return nil, rollcall.InvalidField("site", rollcall.CodeInvalid, "must be identifiers of sites")
		}
	}
	switch {
	case len(sites) == 0:
		return nil, rollcall.InvalidField("site", rollcall.CodeRequired, "must have at least one site")
	case len(sites) > evidence.SitesMax:
		return nil, rollcall.InvalidField("site", rollcall.CodeTooLong, fmt.Sprintf("must be at most %d sites", evidence.SitesMax))
	}
	return sites, nil
}

// HasAudit reports whether the dealer has or had a site.
func (s *Service) HasAudit(ctx context.Context, caller Caller, site rollcall.SiteID) (bool, error) {
	head, err := s.store.AuditHead(ctx, caller.Dealer, site)
	return site != "" && head.Count > 0, err
}

// lineSize is about how many bytes of the file a line takes beside its values.
const lineSize = 420

// checkEvidenceSize returns ValidationFailed if the chains have so many lines that no file could hold them.
func (s *Service) checkEvidenceSize(ctx context.Context, dealer rollcall.DealerID, sites []rollcall.SiteID) error {
	lines := int64(0)
	for _, id := range sites {
		head, err := s.store.AuditHead(ctx, dealer, id)
		if err != nil {
			return err
		}
		if head.Count == 0 {
			return evidenceSiteNotFound(id)
		}
		lines += head.Count
	}
	if lines*lineSize > evidence.SizeMax {
		return evidenceTooLarge()
	}
	return nil
}

func evidenceTooLarge() error {
	return rollcall.InvalidField("site", rollcall.CodeTooLong, "have too many changes for one file; choose fewer sites")
}

// Evidence returns evidence that the caller made within the last day, as it was made: NotFound, and Internal if the audit of a site
// is broken. site is one of its sites. Once a person of the sites is erased, it fails with NotFound.
func (s *Service) Evidence(ctx context.Context, caller Caller, id rollcall.EvidenceID, site rollcall.SiteID) (evidence.Evidence, error) {
	lines, err := s.evidenceChain(ctx, caller.Dealer, id, site)
	if err != nil {
		return evidence.Evidence{}, err
	}
	made := lines[len(lines)-1]
	_, sites, ok := evidence.Made(&made)
	if !ok || made.Actor != caller.actor() || s.now().Sub(made.At) > evidenceLife {
		return evidence.Evidence{}, evidenceNotFound()
	}
	return s.readEvidence(ctx, caller.Dealer, id, sites)
}

func evidenceNotFound() error {
	return &rollcall.Error{Kind: rollcall.NotFound, Message: "no such evidence; make it again, since it is kept for a day and until a person is erased"}
}

// readEvidence returns evidence that was recorded.
func (s *Service) readEvidence(ctx context.Context, dealer rollcall.DealerID, id rollcall.EvidenceID, sites []rollcall.SiteID) (evidence.Evidence, error) {
	chains, size := make([][]audit.Line, len(sites)), 0
	for i, site := range sites {
		lines, err := s.evidenceChain(ctx, dealer, id, site)
		if err != nil {
			return evidence.Evidence{}, err
		}
		for j := range lines {
			size += lineSize + len(lines[j].Values) + len(lines[j].Mentions)
		}
		if size > evidence.SizeMax {
			return evidence.Evidence{}, evidenceTooLarge()
		}
		chains[i] = lines
	}
	d, err := s.store.Dealer(ctx, dealer)
	if err != nil {
		return evidence.Evidence{}, err
	}
	actors, err := s.evidenceActors(ctx, dealer, chains)
	if err != nil {
		return evidence.Evidence{}, err
	}
	e, err := evidence.New(dealer, d.Name, actors, chains)
	var fault *evidence.Fault
	if errors.As(err, &fault) {
		err = &rollcall.Error{
			Kind: rollcall.Internal, Message: "the audit is broken; run `rollcall audit verify`, which names the first broken line of each chain", Cause: fault,
		}
	}
	return e, err
}

// evidenceChain returns the lines of a site's chain up to the one that records evidence: NotFound if there is none, or if a person
// was erased since.
func (s *Service) evidenceChain(ctx context.Context, dealer rollcall.DealerID, id rollcall.EvidenceID, site rollcall.SiteID) ([]audit.Line, error) {
	var lines []audit.Line
	done, erased := false, false
	err := s.readChain(ctx, dealer, site, func(l *audit.Line) error {
		if !done {
			lines = append(lines, *l)
		}
		erased = erased || done && (l.Action == audit.ContactErased || l.Action == audit.ContactErasureBegun || l.Action == audit.MentionsErased)
		done = done || l.Action == audit.EvidenceCreated && l.Subject == string(id)
		return nil
	})
	if err == nil && (!done || erased) {
		err = evidenceNotFound()
	}
	return lines, err
}

// evidenceActors returns the names of everybody who wrote one of the lines.
func (s *Service) evidenceActors(ctx context.Context, dealer rollcall.DealerID, chains [][]audit.Line) ([]evidence.Actor, error) {
	seen := map[string]bool{}
	for _, lines := range chains {
		for i := range lines {
			seen[lines[i].Actor] = true
		}
	}
	users, err := s.Users(ctx, dealer)
	if err != nil {
		return nil, err
	}
	keys, err := s.Keys(ctx, dealer.Live()) // test keys included
	if err != nil {
		return nil, err
	}
	var actors []evidence.Actor
	for i := range users {
		if seen[string(users[i].ID)] {
			actors = append(actors, evidence.Actor{ID: string(users[i].ID), Name: users[i].Name})
		}
	}
	for i := range keys {
		if seen[string(keys[i].ID)] {
			actors = append(actors, evidence.Actor{ID: string(keys[i].ID), Name: keys[i].Name})
		}
	}
	slices.SortFunc(actors, func(a, b evidence.Actor) int { return strings.Compare(a.ID, b.ID) })
	return actors, nil
}

// EvidenceFile returns evidence as a file, signed with the key of the server secret.
func (s *Service) EvidenceFile(e *evidence.Evidence) ([]byte, error) {
	key, err := s.evidenceKey(0)
	if err != nil {
		return nil, err
	}
	content, err := e.Encode(key)
	if err == nil && len(content) > evidence.SizeMax {
		err = evidenceTooLarge()
	}
	return content, err
}

// evidenceKey returns the key of one of the server secrets.
func (s *Service) evidenceKey(i int) (ed25519.PrivateKey, error) {
	return evidence.SigningKey(s.opts.Secrets[i])
}

// EvidenceKeys returns the public keys that sign evidence: that of the server secret, then those of older ones.
func (s *Service) EvidenceKeys() ([]evidence.PublicKey, error) {
	keys := make([]evidence.PublicKey, len(s.opts.Secrets))
	for i := range keys {
		key, err := s.evidenceKey(i)
		if err != nil {
			return nil, err
		}
		keys[i] = evidence.PublicOf(key)
	}
	return keys, nil
}
