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
	d := newDownload(c)
	var write func([]service.SiteContact) error
	err := s.service.ExportContacts(c.context(), c.caller, q, func(page []service.SiteContact) (err error) {
		if write == nil {
			d.begin(exportTypes[format], "contacts."+format)
			if write, err = s.newExport(d.out, format); err != nil {
				return err
			}
		}
		if err := write(page); err != nil {
			return err
		}
		return d.flush()
	})
	return d.end(err)
}

// download is a response that is written in parts, since the whole may not fit in memory.
type download struct {
	call  *call
	out   *bufio.Writer
	begun bool
}

func newDownload(c *call) *download { return &download{call: c, out: bufio.NewWriterSize(c.w, 64<<10)} }

// begin sets the headers of a file.
func (d *download) begin(contentType, name string) {
	h := d.call.w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	d.begun = true
}

// flush sends a part, and waits until the caller has received what doesn't fit into the buffers of the connection.
func (d *download) flush() error {
	web.Extend(d.call.w)
	if err := d.out.Flush(); err != nil {
		return err
	}
	return http.NewResponseController(d.call.w).Flush()
}

// end returns the answer of a handler whose download ended with err.
func (d *download) end(err error) (answer, error) {
	switch {
	case err == nil:
		return answer{written: true}, nil
	case d.begun:
		panic(http.ErrAbortHandler) // so that an incomplete file doesn't look complete
	}
	return answer{}, err
}
