package httpapi

import (
	"bufio"
	"net/http"
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
	e := contactExport{call: c, out: bufio.NewWriterSize(c.w, 64<<10)}
	err := s.service.ExportContacts(c.context(), c.caller, q, func(page []service.SiteContact) error {
		if e.write == nil {
			if err := e.begin(s, format); err != nil {
				return err
			}
		}
		return e.page(page)
	})
	if err != nil && e.write == nil {
		return answer{}, err
	}
	if err != nil {
		panic(http.ErrAbortHandler) // so that an incomplete file doesn't look complete
	}
	return answer{written: true}, nil
}

// contactExport is the response of exportContacts. write is nil until it begins.
type contactExport struct {
	call  *call
	out   *bufio.Writer
	write func([]service.SiteContact) error
}

func (e *contactExport) begin(s *server, format string) (err error) {
	h := e.call.w.Header()
	h.Set("Content-Type", exportTypes[format])
	h.Set("Content-Disposition", `attachment; filename="contacts.`+format+`"`)
	e.write, err = s.newExport(e.out, format)
	return err
}

// page writes a page and waits until the caller has received what doesn't fit into the buffers of the connection.
func (e *contactExport) page(contacts []service.SiteContact) error {
	web.Extend(e.call.w)
	if err := e.write(contacts); err != nil {
		return err
	}
	if err := e.out.Flush(); err != nil {
		return err
	}
	return http.NewResponseController(e.call.w).Flush()
}
