package service

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/phone"
)

// importBatch handles rows in one transaction, which may run more than once.
type importBatch struct {
	*change
	m     *importer
	sites map[string]*importSite // by what a row says; see siteKey
	rows  []ImportedRow
	seen  map[uint64]bool // what the rows are about
}

// importSite is the site of a row, which is locked.
type importSite struct {
	rollcall.Site
	country  string
	contacts []rollcall.Contact // as they are now
	names    []string           // of the contacts, folded
	phones   map[string]rollcall.Point
}

// add adds a contact.
func (site *importSite) add(c rollcall.Contact) {
	site.contacts = append(site.contacts, c)
	site.names = append(site.names, foldedName(c.FirstName, c.LastName))
	if site.phones == nil {
		site.phones = map[string]rollcall.Point{}
	}
	for _, p := range c.Points {
		if p.Kind == rollcall.PhonePoint {
			site.phones[p.Value] = p
		}
	}
}

// readPoint is rollcall.ReadPoint, but reads no phone that a contact of the site has in the same spelling: reading takes time.
func (site *importSite) readPoint(kind rollcall.PointKind, value string) (rollcall.Point, *rollcall.FieldError) {
	known, found := site.phones[value]
	if !found || kind != rollcall.PhonePoint {
		return rollcall.ReadPoint(kind, value, site.country)
	}
	_, extension := phone.SplitExtension(value)
	return rollcall.Point{Kind: kind, Value: value, E164: known.E164, Cause: known.Cause, Extension: extension}, nil
}

// siteKey returns what a row says about its site.
func (r *rowReader) siteKey() (id, reference string) {
	return r.value("site_id"), r.value("account_reference_id")
}

// lockSites finds and locks the sites of rows, in the order in which every change locks them.
func (b *importBatch) lockSites(rows []ImportRow) error {
	var found []*importSite
	byID := map[rollcall.SiteID]*importSite{}
	for i := range rows {
		id, reference := newRowReader(&rows[i], &b.m.opts).siteKey()
		key := id + "\n" + reference
		if _, known := b.sites[key]; known {
			continue
		}
		site, err := b.findSite(id, reference)
		if err != nil || site == nil {
			if err != nil {
				return err
			}
			continue
		}
		if other := byID[site.ID]; other != nil {
			b.sites[key] = other
			continue
		}
		b.sites[key], byID[site.ID] = site, site
		found = append(found, site)
	}
	slices.SortFunc(found, func(x, y *importSite) int { return cmp.Compare(x.ID, y.ID) })
	for _, site := range found {
		if err := b.lockSite(site); err != nil {
			return err
		}
	}
	return nil
}

// findSite returns the site with an id, else with a reference, else that of the options; nil if there is none.
func (b *importBatch) findSite(id, reference string) (*importSite, error) {
	refs := []rollcall.SiteRef{{ID: rollcall.SiteID(id)}, {Reference: reference}}
	if id == "" && reference == "" {
		refs = []rollcall.SiteRef{{ID: b.m.opts.Site}}
	}
	for _, ref := range refs {
		if ref == (rollcall.SiteRef{}) {
			continue
		}
		site, err := b.tx.Site(b.ctx, b.caller.Dealer, ref)
		if err == nil {
			return &importSite{Site: site}, nil
		}
		if rollcall.KindOf(err) != rollcall.SiteNotFound {
			return nil, err
		}
	}
	return nil, nil
}

// lockSite locks a site and reads its contacts.
func (b *importBatch) lockSite(site *importSite) (err error) {
	ref := rollcall.SiteRef{ID: site.ID}
	if site.Site, _, err = b.tx.LockSite(b.ctx, b.caller.Dealer, ref); err != nil {
		return err
	}
	if site.country, err = b.tx.Country(b.ctx, b.caller.Dealer, site.ID); err != nil {
		return err
	}
	contacts, _, err := b.tx.Contacts(b.ctx, b.caller.Dealer, ref, ContactFilter{})
	for i := range contacts {
		site.add(contacts[i])
	}
	return err
}

// siteOf returns the site of a row. If it is to be created, it has no ID yet, and create is its input. Without either, the row has an
// error.
func (b *importBatch) siteOf(r *rowReader) (site *importSite, create rollcall.SiteInput, err error) {
	id, reference := r.siteKey()
	if site = b.sites[id+"\n"+reference]; site != nil {
		return site, create, nil
	}
	switch {
	case id == "" && reference == "":
		r.wrong("site_id", rollcall.CodeRequired, "is missing, and so is account_reference_id; name the site of the contact, or import the file into one site")
		return nil, create, nil
	case !b.m.opts.CreateSites:
		field := "site_id"
		if id == "" {
			field = "account_reference_id"
		}
		r.wrong(field, string(rollcall.SiteNotFound), "is that of no site; create the site first, or let the import create sites")
		return nil, create, nil
	}
	create = r.siteInput()
	if err := CheckSite(create); err != nil {
		r.problems = append(r.problems, notesOf(err, r.siteColumn)...)
		return nil, create, nil
	}
	country := create.Address.Value.Country.Value
	if country == "" {
		dealer, err := b.tx.Dealer(b.ctx, b.caller.Dealer)
		if err != nil {
			return nil, create, err
		}
		country = dealer.Country
	}
	return &importSite{country: strings.ToUpper(country)}, create, nil
}

// match returns the contact of a row, nil if it is a new one. ok is false if there are several.
func (site *importSite) match(r *rowReader) (found *rollcall.Contact, ok bool) {
	external := r.value("external_contact_id")
	for i := range site.contacts {
		if c := &site.contacts[i]; external != "" && c.ExternalID == external {
			return c, true
		}
	}
	name := r.name()
	if name == "" {
		return nil, true
	}
	for i := range site.contacts {
		c := &site.contacts[i]
		if external != "" && c.ExternalID != string(c.ID) || site.names[i] != name || !r.shares(c) {
			continue
		}
		if found != nil {
			return nil, false
		}
		found = c
	}
	return found, true
}

// foldedName returns a name as it is compared: folded as in searches, with single spaces.
func foldedName(first, last string) string {
	return strings.Join(strings.Fields(rollcall.Fold(first+" "+last)), " ")
}

// shares reports whether the row has a number or a mailbox of c.
func (r *rowReader) shares(c *rollcall.Contact) bool {
	for i := range c.Points {
		if r.keys()[string(c.Points[i].Kind)+c.Points[i].Key()] {
			return true
		}
	}
	return false
}

// twice reports whether an earlier row was about the same contact, and notes this one. c is nil for a new contact. A dry run doesn't
// create those, and knows them by what their rows say.
func (b *importBatch) twice(r *rowReader, site *importSite, c *rollcall.Contact) bool {
	var look, note []uint64
	if c != nil {
		look = []uint64{rowKey("contact", string(c.ID))}
		note = look
	} else if b.m.opts.DryRun {
		id, reference := string(site.ID), ""
		if id == "" {
			id, reference = r.siteKey()
		}
		external := r.value("external_contact_id")
		if external != "" {
			look = append(look, rowKey("external", id, reference, external))
			note = look
		}
		for key := range r.keys() {
			any, unnamed := rowKey("any", id, reference, r.name(), key), rowKey("unnamed", id, reference, r.name(), key)
			if note = append(note, any); external == "" {
				look, note = append(look, any), append(note, unnamed)
			} else {
				look = append(look, unnamed)
			}
		}
	}
	for _, key := range look {
		if b.m.seen[key] || b.seen[key] {
			return true
		}
	}
	b.note(r, note...)
	return false
}

// note notes what a row is about.
func (b *importBatch) note(r *rowReader, keys ...uint64) {
	for _, key := range keys {
		b.seen[key] = true
	}
	r.seen = append(r.seen, keys...)
}

// rowKey returns a hash of what a row is about, the same in every process.
func rowKey(parts ...string) uint64 {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return binary.BigEndian.Uint64(sum[:8])
}

// forget removes what a rolled-back transaction gave to new contacts and sites.
func (b *importBatch) forget() {
	for i := range b.rows {
		if b.rows[i].Result == RowCreated {
			b.rows[i].Site, b.rows[i].Contact = "", ""
		}
	}
}
