package app

import (
	"io"

	"example.org/rollcall/internal/formats"
	"example.org/rollcall/internal/httpapi"
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
