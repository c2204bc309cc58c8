package service

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// handle handles a row: it creates or updates its contact, or refuses it.
func (b *importBatch) handle(row *ImportRow) error {
	r := newRowReader(row, &b.m.opts)
	site, create, err := b.siteOf(r)
	if err != nil {
		return err
	}
	done := ImportedRow{Line: row.Line, Position: r.position()}
	switch {
	case site == nil:
		r.checkCells(r.input(nil), nil)
	default:
		done.Site, done.SiteName, r.site = site.ID, cmp.Or(site.Name, create.Name.Value), site
		err = b.importContact(r, site, create, &done)
	}
	switch {
	case err != nil:
		return err
	case len(r.problems) > 0:
		siteName := done.SiteName
		done = refused(row, r.problems)
		done.SiteName = siteName
	case done.Result != RowUnchanged:
		done.Warnings = r.warnings
	}
	done.Seen, done.Name = r.seen, r.fullName()
	b.rows = append(b.rows, done)
	return nil
}

// importContact creates or updates the contact of a row. What is wrong with the row is added to its problems.
func (b *importBatch) importContact(r *rowReader, site *importSite, create rollcall.SiteInput, done *ImportedRow) error {
	c, ok := site.match(r)
	if !ok {
		r.wrong("external_contact_id", "ambiguous", "is needed: several contacts of this site have this name and a number or mailbox of this row")
		return nil
	}
	in := r.input(c)
	if len(r.problems) > 0 {
		r.checkCells(in, c)
		return nil
	}
	if c == nil {
		return b.createImported(r, site, create, in, done)
	}
	before, after := c.Clone(), c.Clone()
	external := r.value("external_contact_id")
	named := external != "" && external != c.ExternalID
	if err := in.Apply(&after, false, site.country); err != nil {
		r.refuse(err)
		return nil
	}
	if b.twice(r, site, c) {
		r.wrongTwice()
		return nil
	}
	done.Contact, done.Result = c.ID, RowUnchanged
	if after.Equal(&before) && !named {
		return nil
	}
	done.Result = RowUpdated
	done.Changed = changedFields(&before, &after)
	after = before.Clone()
	if named {
		if err := b.tx.SetExternalID(b.ctx, after, external); err != nil {
			return err
		}
		after.ExternalID = external
	}
	if err := b.changeFrom(&before, &after, in); err != nil {
		return err
	}
	*c = after
	site.names[slices.IndexFunc(site.contacts, func(other rollcall.Contact) bool { return other.Seq == c.Seq })] = foldedName(c.FirstName, c.LastName)
	r.warn(c.Warnings())
	return nil
}

// changedFields returns the fields in which a contact differs, as the audit names them; phone and email for the value of a point.
func changedFields(before, after *rollcall.Contact) []string {
	var fields []string
	for _, c := range audit.ContactChanges(before, after) {
		field := c.Field
		if place, part := audit.PointField(field); place > 0 && part == "value" {
			field = string(rollcall.PhonePoint)
			if value := cmp.Or(c.New, c.Old); value != nil && strings.Contains(*value, "@") {
				field = string(rollcall.EmailPoint)
			}
		}
		if !slices.Contains(fields, field) {
			fields = append(fields, field)
		}
	}
	return fields
}

// createImported creates the contact of a row, and its site if that does not exist.
func (b *importBatch) createImported(r *rowReader, site *importSite, create rollcall.SiteInput, in rollcall.ContactInput, done *ImportedRow) error {
	c, err := b.newContact(b.caller, in)
	switch {
	case err != nil:
		r.refuse(err)
		return nil
	case b.twice(r, site, nil):
		r.wrongTwice()
		return nil
	case len(site.contacts) >= b.opts.MaxContactsPerSite:
		r.refuse(contactLimitReached())
		return nil
	case site.ID == "":
		if site.Site, err = b.createSite(create); err != nil {
			return err
		}
		id, reference := r.siteKey()
		b.sites[id+"\n"+reference] = site
	}
	if err := b.insertContact(rollcall.SiteRef{ID: site.ID}, &c); err != nil {
		return err
	}
	done.Site, done.Contact, done.Result = site.ID, c.ID, RowCreated
	site.add(c)
	b.note(r, rowKey("contact", string(c.ID)))
	r.warn(c.Warnings())
	return nil
}

// rowReader reads the cells of a row.
type rowReader struct {
	row      *ImportRow
	opts     *ImportOptions
	site     *importSite
	cells    map[string]*ImportCell
	problems []ImportNote
	warnings []ImportNote
	points   []pointCell // that have a value, or clear a point
	sources  []string    // of each point of the input: the field that it comes from; empty: the contact had it
	known    map[string]bool
	seen     []uint64 // see importBatch.twice
}

func newRowReader(row *ImportRow, opts *ImportOptions) *rowReader {
	r := &rowReader{row: row, opts: opts, site: &importSite{}, cells: make(map[string]*ImportCell, len(row.Cells)), problems: row.Wrong}
	for i := range row.Cells {
		r.cells[row.Cells[i].Field] = &row.Cells[i]
	}
	return r
}

// value returns the cell of a field, "" if it is empty or there is none.
func (r *rowReader) value(field string) string {
	if cell := r.cells[field]; cell != nil {
		return cell.Value
	}
	return ""
}

// field returns the cell of a field that may be cleared.
func (r *rowReader) field(field string) rollcall.Field[string] {
	cell := r.cells[field]
	if cell == nil || cell.Value == "" && !r.opts.EmptyClears {
		return rollcall.Field[string]{}
	}
	return rollcall.Given(cell.Value)
}

// needed returns the cell of a field that cannot be cleared.
func (r *rowReader) needed(field string) rollcall.Field[string] {
	value := r.value(field)
	return rollcall.Field[string]{Value: value, Set: value != ""}
}

func (r *rowReader) wrong(field, code, message string) {
	r.problems = append(r.problems, ImportNote{r.column(field), code, message})
}

func (r *rowReader) wrongTwice() {
	r.problems = append(r.problems, ImportNote{Code: "duplicate_row", Message: "an earlier row is about the same contact; put several numbers of one person into one row"})
}

// checkCells adds the problems of the other cells of a row that is refused anyway, except those that may follow from the ones before.
func (r *rowReader) checkCells(in rollcall.ContactInput, c *rollcall.Contact) {
	probe := rollcall.Contact{Points: []rollcall.Point{{Kind: rollcall.EmailPoint}}}
	if c != nil {
		probe = c.Clone()
	}
	in.Points = rollcall.Field[[]rollcall.PointInput]{}
	if err := in.Apply(&probe, false, r.site.country); err != nil {
		r.refuse(err)
	}
}

// refuse adds the problems of an error of the rules.
func (r *rowReader) refuse(err error) { r.problems = append(r.problems, notesOf(err, r.column)...) }

// warn adds warnings about the contact as it is now.
func (r *rowReader) warn(warnings []rollcall.Warning) {
	for _, w := range warnings {
		r.warnings = append(r.warnings, ImportNote{r.column(w.Field), w.Code, w.Message})
	}
}

func (r *rowReader) warnAbout(field, code, message string) {
	r.warnings = append(r.warnings, ImportNote{r.column(field), code, message})
}

// column returns the column of a field of a contact; the field itself if no column has it.
func (r *rowReader) column(field string) string {
	first, rest, _ := strings.Cut(field, ".")
	if place, part, ok := strings.Cut(rest, "."); ok && first == "points" && r.sources != nil {
		if i, err := strconv.Atoi(place); err == nil && i >= 1 && i <= len(r.sources) && r.sources[i-1] != "" {
			field = strings.TrimSuffix(r.sources[i-1], ".value")
			if part != "value" && r.cells[field+"."+part] != nil {
				field += "." + part
			} else {
				field = r.sources[i-1]
			}
		}
	}
	for _, name := range []string{field, first, "name"} {
		if name == "name" && first != "first_name" && first != "last_name" {
			break
		}
		if cell := r.cells[name]; cell != nil && cell.Column != "" {
			return cell.Column
		}
	}
	return field
}

// siteColumn returns the column of a field of a site.
func (r *rowReader) siteColumn(field string) string {
	field = strings.TrimPrefix(field, "address.")
	if cell := r.cells["site."+field]; cell != nil {
		return cell.Column
	}
	return r.column(field)
}

// position returns the place in the call list that the row gives to the contact, 0 for none.
func (r *rowReader) position() int {
	value := strings.TrimSuffix(r.value("position"), ".0")
	if value == "" {
		return 0
	}
	number, err := strconv.Atoi(value)
	if err != nil || number < 0 || number > 1_000_000 {
		r.wrong("position", rollcall.CodeInvalid, "must be a whole number from 1")
		return 0
	}
	return number
}

// siteInput returns the input of a site that the row creates. Its name is that of the row, else its reference or id.
func (r *rowReader) siteInput() rollcall.SiteInput {
	id, reference := r.siteKey()
	name := r.value("site.name")
	for _, other := range []string{reference, id} {
		if name == "" {
			name = other
		}
	}
	return rollcall.SiteInput{
		SiteID: r.needed("site_id"), Reference: r.needed("account_reference_id"), Name: rollcall.Given(name),
		AccountNumber: r.needed("site.account_number"), PremisesPhone: r.needed("site.premises_phone"), Timezone: r.needed("site.timezone"),
		Address: rollcall.Given(rollcall.AddressInput{
			Street: r.needed("site.street"), City: r.needed("site.city"), State: r.needed("site.state"), Zip: r.needed("site.zip"),
			Country: r.needed("site.country"),
		}),
	}
}
