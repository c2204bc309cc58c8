package httpapi

import (
	"slices"

	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/web"
)

// exportQuery are the parameters of exportContacts.
var exportQuery = append(slices.Clone(allContactsFilters), "format")

// exportTypes are the formats of an export, and the Content-Type of each.
var exportTypes = map[string]string{"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}

// exportContacts writes the response itself, page by page, since the contacts may not fit in memory.
func (s *server) exportContacts(c *call) (answer, error) {
	p := c.params()
	q := p.allContacts()
	format := p.text("format").ValueOr("csv")
	if exportTypes[format] == "" {
		p.fail("format", "must be csv or jsonl")
	}
	if p.err != nil {
		return answer{}, p.err
	}
	d := web.NewDownload(c.w)
	var write func([]service.SiteContact) error
	err := s.service.ExportContacts(c.context(), c.caller, q, func(page []service.SiteContact) (err error) {
		if write == nil {
			d.Begin(exportTypes[format], "contacts."+format)
			if write, err = s.newExport(d.Out, format); err != nil {
				return err
			}
		}
		if err := write(page); err != nil {
			return err
		}
		return d.Flush()
	})
	return answer{written: true}, d.End(err)
}
