package app

import (
	"errors"
	"io"

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
