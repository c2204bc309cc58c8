package web

import (
	"bufio"
	"net/http"
)

// Download is a file that is sent in parts, since the whole may not fit in memory. Write to Out, and call Flush after each part.
type Download struct {
	Out   *bufio.Writer
	w     http.ResponseWriter
	begun bool
}

// NewDownload returns a download that has not begun.
func NewDownload(w http.ResponseWriter) *Download {
	return &Download{Out: bufio.NewWriterSize(w, 64<<10), w: w}
}

// Begin sets the headers of the file.
func (d *Download) Begin(contentType, name string) {
	h := d.w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	d.begun = true
}

// Flush sends a part, and waits until the caller has received what doesn't fit into the buffers of the connection.
func (d *Download) Flush() error {
	Extend(d.w)
	if err := d.Out.Flush(); err != nil {
		return err
	}
	return http.NewResponseController(d.w).Flush()
}

// End ends the download with the error of the function that wrote it. It returns an error from before Begin, so that it can be shown. It
// breaks the connection after a later one, so that an incomplete file doesn't look complete.
func (d *Download) End(err error) error {
	if err != nil && d.begun {
		panic(http.ErrAbortHandler)
	}
	return err
}
