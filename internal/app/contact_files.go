package app

import (
	"errors"
	"io"
	"slices"

	"example.org/rollcall/internal/formats"
	"example.org/rollcall/internal/httpapi"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// NewContactExport begins a file of contacts, csv or jsonl, and returns the function that writes contacts to it.
func NewContactExport(w io.Writer, format string) (write func([]service.SiteContact) error, err error) {
	if format == "csv" {
		csv, err := formats.NewContactWriter(w)
		return csv.Write, err
	}
	return func(contacts []service.SiteContact) error {
		for i := range contacts {
			if err := formats.WriteJSONLine(w, httpapi.Data(&contacts[i])); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// importMax is the size of the largest file that the API imports.
const importMax = 64 << 20

// openImport implements service.Options.OpenImport.
func openImport(file io.Reader, columns map[string]string) (service.ImportFile, error) {
	contacts, err := formats.OpenContacts(file, columns, formats.Options{MaxBytes: importMax})
	if err != nil {
		return nil, importFailure(err)
	}
	return importFile{contacts}, nil
}

// importFile implements service.ImportFile.
type importFile struct{ contacts *formats.ContactFile }

func (f importFile) Next() (service.ImportRow, error) {
	row, err := f.contacts.Next()
	return row, importFailure(err)
}

func (f importFile) Columns() service.ImportColumns {
	mapping := f.contacts.Mapping()
	return service.ImportColumns{Names: f.contacts.Columns(), Fields: mapping.Fields(), Ignored: append(mapping.Ignored(), mapping.Secret()...)}
}

func (f importFile) Close() error { return f.contacts.Close() }

// Of a file that waits, this much is shown.
const (
	previewRows     = 50
	previewExamples = 3
	previewLength   = 60 // of an example, in characters
)

// previewImport implements service.Options.PreviewImport.
func previewImport(file io.Reader, columns map[string]string) (p service.ImportPreview, err error) {
	rows, err := formats.Open(file, formats.Options{MaxBytes: importMax})
	if err != nil {
		return p, importFailure(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	mapping, err := rows.Map(formats.Contacts(), columns)
	if err != nil {
		return p, err
	}
	examples := map[string][]string{}
	read := 0
	for ; read < previewRows; read++ {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return p, importFailure(err)
		}
		for i, name := range rows.Columns() {
			if value := short(row.Value(i)); value != "" && len(examples[name]) < previewExamples && !slices.Contains(examples[name], value) {
				examples[name] = append(examples[name], value)
			}
		}
	}
	if read == 0 {
		return p, importFailure(&formats.FileError{Problem: formats.Empty, Message: "the file has no rows below its header"})
	}
	fields := mapping.Fields()
	for _, name := range rows.Columns() {
		if mapping.IsOwn(name) {
			p.Columns = append(p.Columns, service.PreviewColumn{})
			continue
		}
		p.Columns = append(p.Columns, service.PreviewColumn{Name: name, Field: fields[name], Examples: examples[name]})
	}
	p.Named = mapping.Named()
	return p, nil
}

// short returns the beginning of a long value.
func short(value string) string {
	if runes := []rune(value); len(runes) > previewLength {
		return string(runes[:previewLength]) + "…"
	}
	return value
}

// importFailure returns the error of a file or of its mapping as the API shows it, and other errors as they are.
func importFailure(err error) error {
	var file *formats.FileError
	var mapping *rollcall.Error
	switch {
	case errors.As(err, &file):
		return &service.ImportFailure{Code: string(file.Problem), Message: file.Message, Line: file.Line, Column: file.Column}
	case errors.As(err, &mapping) && mapping.Kind == rollcall.ValidationFailed:
		return &service.ImportFailure{Code: string(mapping.Kind), Message: mapping.Message}
	}
	return err
}

// newRefused begins a file of refused rows.
func newRefused(w io.Writer, columns []string) (httpapi.RefusedWriter, error) {
	return formats.NewRefusedWriter(w, columns)
}
