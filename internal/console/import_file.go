package console

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// importFilePage is the data of import_file.html: how a file is read.
type importFilePage struct {
	shell
	Columns       []columnField
	All           string // path with all columns; empty: these are all
	Site, Type    field
	Create, Clear checks
	Imports       string // path
}

// columnField is a column of a file with the choice of its field.
type columnField struct {
	field
	Groups []optionGroup
	Column string
}

// optionGroup is a group of the choices of a select.
type optionGroup struct {
	Label   string
	Options []option
}

// importFields are the fields that a column can be read into, by their group. Others are offered where a file has them.
var importFields = []struct {
	group  string
	fields []string
}{
	{"person", []string{"name", "first_name", "last_name", "type", "role", "language", "external_contact_id"}},
	{"phone", []string{
		"points.mobile", "points.home", "points.work", "points.other", "phone", "points.mobile.2", "phone.2", "phone.3",
		"points.mobile.extension", "points.work.extension", "phone.extension", "phone.label",
	}},
	{"email", []string{"email", "email.2"}},
	{"calling", []string{"position", "dispatch", "availability", "absences", "effective_at", "expires_at"}},
	{"site", []string{
		"account_reference_id", "site_id", "site.name", "site.street", "site.city", "site.state", "site.zip", "site.country", "site.timezone",
		"site.account_number", "site.premises_phone",
	}},
}

// typeField is the name of the select for the type of new people, as the use case names it.
const typeField = "options.default_type"

// columnsShown is how many columns the page shows at first, so that it stays small. Further ones are shown if they are read.
const columnsShown = 20

// importFile shows how a file that waits is read, and asks whether that is right.
func (v *visit) importFile(file *service.Import) error {
	t := &v.t.Import
	from, err := v.readBefore(file)
	if err != nil {
		return err
	}
	preview, err := v.service.PreviewUploaded(v.r.Context(), v.caller(), file.ID, from.Map)
	var failure *service.ImportFailure
	switch {
	case errors.As(err, &failure):
		return v.badFile(http.StatusUnprocessableEntity, v.t.failure(failure))
	case err != nil:
		return err
	}
	p := importFilePage{shell: v.listShell(v.importName(file)), Imports: importPath}
	all := v.r.URL.Query().Get("columns") == "all" || v.filled != nil
	for i, c := range preview.Columns {
		switch {
		case c.Name == "":
		case all || i < columnsShown || c.Field != "":
			p.Columns = append(p.Columns, v.columnField(i, &c))
		default:
			query := v.r.URL.Query()
			query.Set("columns", "all")
			p.All = p.Here + "?" + query.Encode()
		}
	}
	o := &from.Options
	p.Site = v.field("site", t.Site, field{Type: "search", Autocomplete: "off", Hint: t.SiteHint, Value: v.value("site", string(o.Site))})
	p.Type = v.field(typeField, t.Type, field{
		Hint: t.TypeHint, Options: options(rollcall.ContactTypes(), v.t.Words.Types, v.value(typeField, o.DefaultType), ""),
	})
	p.Create = v.checks("create_sites", t.Missing, "", []option{{"yes", t.CreateSites, o.CreateSites}})
	p.Clear = v.checks("empty_clears", t.Empty, "", []option{{"yes", t.EmptyClears, o.EmptyClears}})
	return v.show("import_file", p)
}

// readBefore returns the dry run with which the file was read before, as the query says, and the usual options without one.
func (v *visit) readBefore(file *service.Import) (service.Import, error) {
	usual := service.Import{Options: service.ImportOptions{DefaultType: "secondary"}}
	id := v.r.URL.Query().Get("from")
	if id == "" {
		return usual, nil
	}
	i, err := v.service.Import(v.r.Context(), v.caller(), rollcall.ImportID(id))
	if rollcall.KindOf(err) == rollcall.ImportNotFound || err == nil && i.Source != file.ID {
		return usual, nil
	}
	return i, err
}

// columnField returns the choice of the field of a column.
func (v *visit) columnField(i int, c *service.PreviewColumn) columnField {
	t := &v.t.Import
	name := columnName(i)
	chosen := v.value(name, c.Field)
	hint := t.NoExamples
	if len(c.Examples) > 0 {
		shown := make([]string, len(c.Examples))
		for n, example := range c.Examples {
			shown[n] = isolated(v.freeText(example))
		}
		hint = t.Examples + ": " + strings.Join(shown, " · ")
	}
	f := columnField{field: v.field(name, c.Name, field{Hint: hint, Value: chosen}), Column: c.Name}
	known := chosen == ""
	for _, group := range importFields {
		g := optionGroup{Label: t.Groups[group.group]}
		for _, name := range group.fields {
			known = known || name == chosen
			g.Options = append(g.Options, option{name, t.fieldLabel(name), name == chosen})
		}
		f.Groups = append(f.Groups, g)
	}
	if !known {
		f.Groups = append(f.Groups, optionGroup{t.Groups["other"], []option{{chosen, t.fieldLabel(chosen), true}}})
	}
	return f
}

// columnName returns the name of the form's field for a column.
func columnName(i int) string { return "column." + strconv.Itoa(i) }

// fieldLabel returns a field of an import in words.
func (t *importTexts) fieldLabel(name string) string {
	if label, ok := t.Fields[name]; ok {
		return label
	}
	base, part := name, ""
	for _, suffix := range []string{".extension", ".label", ".kind", ".value"} {
		if rest, ok := strings.CutSuffix(base, suffix); ok {
			base, part = rest, suffix
		}
	}
	label, ok := t.Fields[base]
	if at := strings.LastIndexByte(base, '.'); at > 0 && !ok {
		n, err := strconv.Atoi(base[at+1:])
		switch {
		case err != nil:
		case base[:at] == "points":
			label, ok = fmt.Sprintf(t.Fields["point"], n), true
		case t.Fields[base[:at]] != "":
			label, ok = t.Fields[base[:at]]+" "+strconv.Itoa(n), true
		}
	}
	if !ok {
		return name
	}
	if format := map[string]string{".extension": t.ExtensionOf, ".label": t.LabelOf, ".kind": t.KindOf}[part]; format != "" {
		return fmt.Sprintf(format, label)
	}
	return label
}

// postImportFile checks the list of a file that waits.
func (v *visit) postImportFile(file *service.Import) error {
	ctx, caller := v.r.Context(), v.caller()
	again := func(err error) error {
		return v.again(err, func(v *visit) error { return v.importFile(file) })
	}
	preview, err := v.service.PreviewUploaded(ctx, caller, file.ID, nil)
	if err != nil {
		return err
	}
	columns, bad := v.chosenColumns(&preview)
	o := service.ImportOptions{
		CreateSites: v.form.Get("create_sites") != "", EmptyClears: v.form.Get("empty_clears") != "",
		DefaultType: v.form.Get(typeField), DryRun: true,
	}
	if rollcall.CheckOneOf(o.DefaultType, rollcall.ContactTypes()) != nil {
		bad = append(bad, wrongImport(typeField, v.t.Import.NoField))
	}
	if o.Site, err = v.importSite(&bad); err != nil {
		return err
	}
	if bad == nil {
		read, err := v.service.PreviewUploaded(ctx, caller, file.ID, columns)
		switch {
		case rollcall.KindOf(err) == rollcall.ValidationFailed:
			bad = v.wrongFields(err, &preview)
		case err != nil:
			return err
		default:
			bad = v.missingColumns(&read, o.Site != "")
		}
	}
	if bad != nil {
		return again(invalidFields(bad))
	}
	started, err := v.service.ImportUploaded(ctx, caller, file.ID, o, columns)
	if rollcall.KindOf(err) == rollcall.QuotaReached {
		v.alert = v.t.Import.TooMany
		v.status, v.filled = http.StatusConflict, v.form
		return v.importFile(file)
	}
	if err != nil {
		return again(err)
	}
	return v.redirect(importPathOf(started.ID))
}

// chosenColumns returns the fields of the columns that the form has, by their names, and what is wrong with them.
func (v *visit) chosenColumns(preview *service.ImportPreview) (columns map[string]string, bad []rollcall.FieldError) {
	columns, taken := map[string]string{}, map[string]bool{}
	for i, c := range preview.Columns {
		name := columnName(i)
		if !v.form.Has(name) || c.Name == "" {
			continue
		}
		chosen := v.form.Get(name)
		if chosen != "" && taken[chosen] {
			bad = append(bad, wrongImport(name, v.t.Import.Twice))
		}
		taken[chosen], columns[c.Name] = true, chosen
	}
	return columns, bad
}

// wrongFields returns the columns that are read into fields that don't exist.
func (v *visit) wrongFields(err error, preview *service.ImportPreview) (bad []rollcall.FieldError) {
	var e *rollcall.Error
	if !errors.As(err, &e) {
		return nil
	}
	for _, d := range e.Details {
		i := slices.IndexFunc(preview.Columns, func(c service.PreviewColumn) bool { return d.Field == "mapping."+c.Name })
		bad = append(bad, wrongImport(columnName(max(i, 0)), v.t.Import.NoField))
	}
	return bad
}

// missingColumns returns what no column says and every row needs.
func (v *visit) missingColumns(read *service.ImportPreview, site bool) (bad []rollcall.FieldError) {
	if !read.Named {
		first := slices.IndexFunc(read.Columns, func(c service.PreviewColumn) bool { return c.Name != "" && c.Field == "" })
		bad = append(bad, wrongImport(columnName(max(first, 0)), v.t.Import.NoName))
	}
	namesSite := func(c service.PreviewColumn) bool { return c.Field == "site_id" || c.Field == "account_reference_id" }
	if !site && !slices.ContainsFunc(read.Columns, namesSite) {
		bad = append(bad, wrongImport("site", v.t.Import.SiteNeeded))
	}
	return bad
}

// importSite returns the site that was typed, empty without one. It adds to bad if none or several match.
func (v *visit) importSite(bad *[]rollcall.FieldError) (rollcall.SiteID, error) {
	typed := strings.TrimSpace(v.form.Get("site"))
	if typed == "" {
		return "", nil
	}
	found, err := v.sitesTyped(typed)
	switch {
	case err != nil:
		return "", err
	case len(found) == 1:
		return found[0].ID, nil
	}
	*bad = append(*bad, wrongImport("site", v.whichSite(found)))
	return "", nil
}

// whichSite says that none of the sites, or that several of them, were typed.
func (v *visit) whichSite(found []rollcall.Site) string {
	if len(found) == 0 {
		return v.t.Import.NoSite
	}
	return fmt.Sprintf(v.t.Import.SeveralSites, severalSites(found))
}

// wrongImport returns what is wrong with a field of the form, in words.
func wrongImport(field, text string) rollcall.FieldError {
	return rollcall.FieldError{Field: field, Code: "import", Message: text}
}

// importOf shows a file that waits, an import or a dry run.
func (v *visit) importOf() error {
	id := rollcall.ImportID(v.params["import_id"])
	file, err := v.service.Uploaded(v.r.Context(), v.caller(), id)
	switch {
	case err == nil && file.Status == service.ImportUsed:
		return v.redirect(importPathOf(file.Run))
	case err == nil:
		return v.importFile(&file)
	case rollcall.KindOf(err) != rollcall.ImportNotFound:
		return err
	}
	i, err := v.service.Import(v.r.Context(), v.caller(), id)
	if err != nil {
		return err
	}
	return v.importResult(&i)
}

// postImportOf does what the buttons of these pages say.
func (v *visit) postImportOf() error {
	ctx, id := v.r.Context(), rollcall.ImportID(v.params["import_id"])
	switch {
	case v.form.Has("reveal"):
		if _, err := v.service.Import(ctx, v.caller(), id); err != nil {
			return err
		}
		if err := v.reveal("", ""); err != nil {
			return v.again(err, (*visit).importOf)
		}
		return v.redirect(importPathOf(id))
	case v.form.Get("do") == "run":
		return v.runImport(id)
	}
	file, err := v.service.Uploaded(ctx, v.caller(), id)
	switch {
	case err != nil:
		return err
	case file.Status == service.ImportUsed:
		return v.redirect(importPathOf(file.Run))
	case v.form.Get("do") == "remove":
		if err := v.service.DeleteUploaded(ctx, v.caller(), id); err != nil {
			return err
		}
		return v.done(importPath, "import_removed")
	}
	return v.postImportFile(&file)
}

// runImport imports the file of a dry run as it was read there.
func (v *visit) runImport(id rollcall.ImportID) error {
	ctx := v.r.Context()
	tried, err := v.service.Import(ctx, v.caller(), id)
	if err != nil {
		return err
	}
	if err := v.readOnBehalfOf(); err != nil {
		return v.again(err, func(v *visit) error { return v.importResult(&tried) })
	}
	if !tried.Options.DryRun || tried.Source == "" || tried.Status != service.ImportFinished {
		return v.redirect(importPathOf(id))
	}
	o := tried.Options
	o.DryRun = false
	started, err := v.service.ImportUploaded(ctx, v.caller(), tried.Source, o, tried.Map)
	switch kind := rollcall.KindOf(err); {
	case err == nil:
		return v.redirect(importPathOf(started.ID))
	case kind == rollcall.QuotaReached:
		v.status, v.alert = http.StatusConflict, v.t.Import.TooMany
	case kind == rollcall.ImportNotFound:
		v.status = http.StatusConflict // the page says that the file is gone
	case kind == rollcall.SiteNotFound:
		v.status, v.alert = http.StatusConflict, v.t.Import.NoSite
	default:
		return err
	}
	return v.importResult(&tried)
}

// rereadPath returns the path of the page that asks how the file of a dry run is read.
func rereadPath(tried *service.Import) string {
	return importPathOf(tried.Source) + "?from=" + url.QueryEscape(string(tried.ID))
}
