package console

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/web"
)

// importsPage is the data of import.html.
type importsPage struct {
	shell
	File    field
	MaxFile int64 // in bytes
	Imports []importEntry
	Next    string // path of the next page; empty: this is the last
}

// importEntry is an earlier import in the list.
type importEntry struct {
	Path, Name, By, At string
	Badge              badge
	Counts             string // in words; empty: none yet
}

const importsPerPage = 20

// imports shows the form for a file, and the imports of the last days.
func (v *visit) imports() error {
	t := &v.t.Import
	p := importsPage{shell: v.listShell(t.Title), MaxFile: v.maxImport}
	p.File = v.field("file", t.File, field{Type: "file", Hint: t.FileHint, Required: true})
	if v.filled != nil && p.File.Problem == "" {
		p.File.Problem = t.FileAgain
	}
	found, last, err := v.service.Imports(v.r.Context(), v.caller(), rollcall.ImportID(v.r.URL.Query().Get("before")), importsPerPage)
	if err != nil {
		return err
	}
	if last != "" {
		p.Next = importPath + "?before=" + url.QueryEscape(string(last))
	}
	actors := make([]string, len(found))
	for i := range found {
		actors[i] = found[i].Actor()
	}
	names, err := v.actorNames(actors)
	if err != nil {
		return err
	}
	for i := range found {
		p.Imports = append(p.Imports, v.importEntry(&found[i], names))
	}
	return v.show("import", p)
}

// listShell returns the part that the pages for whole lists have in common.
func (v *visit) listShell(heading string) shell {
	s := v.shell(heading)
	s.TabsOf, s.Tabs = v.t.Import.Tabs, v.listTabs()
	return s
}

// listTabs returns the links between the pages for whole lists.
func (v *visit) listTabs() []navEntry {
	tabs := []navEntry{
		{Path: sitesPath, Label: v.t.Import.Sites}, {Path: importPath, Label: v.t.Import.Title}, {Path: exportPath, Label: v.t.Export.Title},
	}
	for i := range tabs {
		tabs[i].Current = tabs[i].Path == v.r.URL.Path || i > 0 && strings.HasPrefix(v.r.URL.Path, tabs[i].Path+"/")
	}
	return tabs
}

func (v *visit) importEntry(i *service.Import, names map[string]string) importEntry {
	e := importEntry{
		Path: importPathOf(i.ID), Name: v.importName(i), By: v.whoOf(names, i), At: v.t.moment(i.Created, time.UTC),
		Badge: v.importBadge(i),
	}
	if i.Counts.Rows > 0 {
		var counts []string
		for _, result := range service.ImportResults() {
			if n := countOf(&i.Counts, result); n > 0 {
				counts = append(counts, strconv.Itoa(n)+" "+v.t.Import.Counts[result])
			}
		}
		e.Counts = strings.Join(counts, ", ")
	}
	return e
}

// whoOf returns the name of who asked for an import.
func (v *visit) whoOf(names map[string]string, i *service.Import) string {
	return pastOf{visit: v, actors: names}.who(i.Actor())
}

// importName returns how the list of an import is called.
func (v *visit) importName(i *service.Import) string {
	if i.FileName == "" {
		return v.t.Import.Unnamed
	}
	return i.FileName
}

func (v *visit) importBadge(i *service.Import) badge {
	t := &v.t.Import
	class := map[service.ImportStatus]string{
		service.ImportFinished: "good", service.ImportFailed: "bad", service.ImportUploaded: "calm",
	}[i.Status]
	if class == "" {
		class = "wait"
	}
	text := t.States[i.Status]
	if i.Options.DryRun && i.Status == service.ImportFinished {
		text = t.WouldBe
	}
	return newBadge(class, text)
}

func importPathOf(id rollcall.ImportID) string { return importPath + "/" + url.PathEscape(string(id)) }

// postImport stores a file, which the next page asks how to read.
func (v *visit) postImport() error {
	t := &v.t.Import
	part, err := v.filePart()
	if err != nil {
		return err
	}
	if part == nil {
		return v.badFile(http.StatusUnprocessableEntity, t.NoFile)
	}
	upload, err := v.service.Upload(v.r.Context(), v.caller())
	if rollcall.KindOf(err) == rollcall.QuotaReached {
		return v.badFile(http.StatusConflict, t.TooMany)
	}
	if err != nil {
		return err
	}
	kept, err := v.storeFile(upload, part)
	if err != nil {
		upload.Cancel()
	}
	web.Extend(v.w) // for the page, as the file may have taken minutes
	var failure *service.ImportFailure
	switch {
	case errors.As(err, &failure):
		return v.badFile(http.StatusUnprocessableEntity, v.t.failure(failure))
	case rollcall.KindOf(err) == rollcall.QuotaReached:
		return v.badFile(http.StatusConflict, t.TooMany)
	case rollcall.KindOf(err) == rollcall.PayloadTooLarge:
		web.FromContext(v.r.Context()).Limit = web.BodyLimit
		return v.badFile(http.StatusRequestEntityTooLarge, t.TooLarge)
	case err != nil:
		return err
	}
	return v.redirect(importPathOf(kept.ID))
}

// badFile shows the form again, with what is wrong with the file.
func (v *visit) badFile(status int, problem string) error {
	v.status, v.problems = status, map[string]string{"file": problem}
	return v.imports()
}

// filePart returns the part of the form that has the file, nil if no file was chosen: InvalidRequest.
func (v *visit) filePart() (*multipart.Part, error) {
	parts, err := v.r.MultipartReader()
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // a form without a file
	}
	for {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil, nil //nolint:nilnil // no file
		case err != nil:
			return nil, &rollcall.Error{Kind: rollcall.InvalidRequest, Cause: err}
		case part.FormName() == "file" && part.FileName() != "":
			return part, nil
		}
	}
}

// storeFile stores the file: PayloadTooLarge, InvalidRequest if it ends early, and as ImportUpload.Keep. Of a file that is too large it
// reads on for a while, since a browser that is still sending shows no answer.
func (v *visit) storeFile(upload *service.ImportUpload, part *multipart.Part) (service.Import, error) {
	buffer := make([]byte, 64<<10)
	for size := int64(0); ; {
		web.ExtendBody(v.w)
		n, err := part.Read(buffer)
		size += int64(n)
		if size <= v.maxImport {
			if _, failed := upload.Write(buffer[:n]); failed != nil {
				return service.Import{}, failed
			}
		}
		switch {
		case size > 4*v.maxImport, errors.Is(err, io.EOF) && size > v.maxImport:
			return service.Import{}, &rollcall.Error{Kind: rollcall.PayloadTooLarge}
		case errors.Is(err, io.EOF):
			return upload.Keep(fileName(part.FileName()))
		case err != nil:
			return service.Import{}, &rollcall.Error{Kind: rollcall.InvalidRequest, Cause: err}
		}
	}
}

// fileName returns a name of a file as it is stored: without a folder and without characters that are not shown.
func fileName(given string) string {
	given = given[strings.LastIndexAny(given, `/\`)+1:]
	shown := strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(given, ""))
	const most = 100
	if runes := []rune(shown); len(runes) > most {
		return string(runes[:most])
	}
	return shown
}

// failure says what is wrong with a file, and where.
func (t *texts) failure(f *service.ImportFailure) string {
	text, ok := t.Import.Failures[f.Code]
	if !ok {
		text = f.Message
	}
	switch {
	case f.Line > 0 && f.Column > 0:
		text = fmt.Sprintf(t.Import.Place, f.Line, f.Column) + " " + text
	case f.Line > 0:
		text = fmt.Sprintf(t.Import.PlaceRow, f.Line) + " " + text
	}
	return text
}
