package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/evidence"
	"example.org/rollcall/internal/service"
)

type auditEvidence struct {
	folderFlags
	tenantFlags
	changeFlags
	Site []string `help:"A site's id, from site list. A deleted site is found, too. Repeat it for several, at most 50." placeholder:"SITE_ID" sep:"none"`
	At   *string  `help:"The moment, such as 2027-03-15T15:00:00Z. By default now." placeholder:"TIME"`
}

// Help is shown by --help.
func (auditEvidence) Help() string {
	return `Prints a file of JSON: of each site the call list at the moment, how each number was last confirmed, opt-outs, and the lines of the audit from which all this follows. The file holds personal data. Making it is a line of the audit of each site.

Example:

    rollcall audit evidence --dealer DEALER_ID --site SITE_ID --site SITE_ID --at 2027-03-15T15:00:00Z --data DIR > evidence.json
`
}

// Run makes evidence and prints the file.
func (c *auditEvidence) Run(ctx context.Context, t *terminal) error {
	in := service.EvidenceInput{Sites: each(c.Site, func(id string) rollcall.SiteID { return rollcall.SiteID(id) })}
	if len(in.Sites) == 0 {
		return wrongUsage("name at least one site with --site SITE_ID")
	}
	if c.At != nil {
		var err error
		if in.At, err = time.Parse(time.RFC3339, *c.At); err != nil {
			return wrongUsage("--at must be a time such as 2027-03-15T15:00:00Z, not %q", *c.At)
		}
	}
	return c.withService(ctx, t, false, func(s *service.Service) error {
		dealer, err := c.dealer(ctx, s, c.id())
		if err != nil {
			return err
		}
		e, err := s.CreateEvidence(ctx, c.by(dealer.ID), in)
		if err != nil {
			return err
		}
		content, err := s.EvidenceFile(&e)
		if err != nil {
			return err
		}
		return t.printf("%s\n", content)
	})
}

type auditKey struct {
	folderFlags
	formatFlags
}

// Help is shown by --help.
func (auditKey) Help() string {
	return `Prints the public key of the server's secret, and after it those of older secrets, one per line. Give them to auditors on another way than the evidence, so that they can tell who made it.

Example:

    rollcall audit key --data DIR
`
}

// Run prints the keys.
func (c *auditKey) Run(ctx context.Context, t *terminal) error {
	return c.withService(ctx, t, false, func(s *service.Service) error {
		keys, err := s.EvidenceKeys()
		if err != nil {
			return err
		}
		words := each(keys, func(k evidence.PublicKey) string { return string(k) })
		return c.print(t, record{"keys", words}, func() error { return t.printf("%s\n", strings.Join(words, "\n")) })
	})
}

type evidenceFlags struct {
	Evidence string   `help:"Check this file of evidence instead of a database." placeholder:"FILE"`
	Key      []string `help:"A public key from audit key: the evidence must be signed with it. Repeat it to accept several." placeholder:"KEY" sep:"none"`
}

// keys returns the keys of --key.
func (f evidenceFlags) keys() ([]evidence.PublicKey, error) {
	keys := make([]evidence.PublicKey, len(f.Key))
	for i, text := range f.Key {
		key, ok := evidence.ParseKey(text)
		if !ok {
			return nil, wrongUsage("--key must be a key as `rollcall audit key` prints it, such as ed25519:VaBw…")
		}
		keys[i] = key
	}
	return keys, nil
}

// read returns the file, or one byte more than evidence may have.
func (f evidenceFlags) read() ([]byte, error) {
	file, err := os.Open(f.Evidence)
	if err != nil {
		return nil, fileError("--evidence", err)
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, evidence.ReadMax+1))
	if err != nil {
		return nil, fileError("--evidence", err)
	}
	return content, nil
}

// verifyEvidence checks a file of evidence.
func (c *auditVerify) verifyEvidence(t *terminal) error {
	switch {
	case c.Evidence == "":
		return wrongUsage("--key checks a file of evidence; name it with --evidence FILE")
	case c.Heads || len(c.Expect) > 0:
		return wrongUsage("--heads and --expect are about a database; leave them out with --evidence")
	}
	keys, err := c.evidenceFlags.keys()
	if err != nil {
		return err
	}
	content, err := c.evidenceFlags.read()
	if err != nil {
		return err
	}
	r, err := evidence.Check(content, keys)
	if err != nil {
		return fmt.Errorf("%s is not good evidence: %s", c.Evidence, visible(err.Error()))
	}
	origin := "checked"
	if len(keys) == 0 {
		origin = "not_checked"
	}
	sites := each(r.Sites, func(s evidence.Site) string { return string(s.ID) })
	found := record{
		"evidence_id", r.ID, "dealer_id", r.Dealer, "at", r.At, "created_at", r.Created, "created_by", r.Actor, "sites", sites, "lines", r.Lines,
		"key", r.Key, "origin", origin,
	}
	return c.print(t, found, func() error { return t.evidence(&r, len(keys) > 0) })
}

func (t *terminal) evidence(r *evidence.Report, signed bool) error {
	origin := "Consistent, origin not checked: it was signed with " + string(r.Key) + "; compare this key with the one that the operator of the server gives you, or pass that one to --key."
	if signed {
		origin = "Consistent, and signed with the key " + string(r.Key) + "."
	}
	return t.printf("%s of %s, %s, made at %s about %s. Sites: %d, lines: %d.\n%s\n",
		visible(string(r.ID)), visible(r.Name), visible(string(r.Dealer)), stamp(r.Created), stamp(r.At), len(r.Sites), r.Lines, origin)
}

// visible returns a text of a file without what could control a terminal.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return '?'
	}, text)
}
