package client

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"iter"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// NewImport says how a file of contacts is imported.
type NewImport struct {
	Mapping     map[string]string // columns to fields, where the names of the columns don't say it; an empty field leaves a column out
	CreateSites bool              // sites that do not exist are created
	EmptyClears bool              // an empty cell clears its field, instead of changing nothing
	DefaultType string            // of new contacts without a type; empty: secondary
	SiteID      string            // of rows that name no site
	DryRun      bool              // every check is made, and nothing is changed
}

// Import is an import of contacts.
type Import struct {
	ImportID       string            `json:"import_id"`
	Status         string            `json:"status"` // queued, running, finished or failed
	DryRun         bool              `json:"dry_run"`
	Rows           int               `json:"rows"` // handled so far
	Counts         ImportCounts      `json:"counts"`
	Mapping        map[string]string `json:"mapping"`
	IgnoredColumns []string          `json:"ignored_columns"`
	Failure        *ImportFailure    `json:"failure"` // nil unless Status is failed
	CreatedAt      time.Time         `json:"created_at"`
	FinishedAt     time.Time         `json:"finished_at"`
	Warnings       []Warning         `json:"warnings"`
}

// ImportCounts counts rows by their result.
type ImportCounts struct {
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Refused   int `json:"refused"`
}

// ImportFailure says why a file could not be read. Line and Column are 0 if it is about the whole file or line.
type ImportFailure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
}

// ImportRow is a row that was handled.
type ImportRow struct {
	Line      int          `json:"line"`
	Result    string       `json:"result"` // created, updated, unchanged or refused
	SiteID    string       `json:"site_id"`
	ContactID string       `json:"contact_id"`
	Errors    []ImportNote `json:"errors"`
	Warnings  []ImportNote `json:"warnings"`
}

// ImportNote is an error or a warning of a row. Message completes a sentence that begins with the column.
type ImportNote struct {
	Column  string `json:"column"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// ImportRows is a page of rows. NextAfter continues it; it is empty on the last page.
type ImportRows struct {
	Rows      []ImportRow `json:"rows"`
	NextAfter string      `json:"next_after"`
	Warnings  []Warning   `json:"warnings"`
}

// Imports has the calls for imports of contacts.
type Imports struct{ c *Client }

const importsPath = "/ext/v1/imports"

// Create sends a file of contacts: CSV, .xlsx or JSON lines, of at most 64 MiB, which it reads into memory. The server imports it after
// the response; Get says how far it is. The Timeout of Client.HTTP does not apply.
func (s Imports) Create(ctx context.Context, file io.Reader, in NewImport, options ...Option) (made Import, err error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	r := &request{
		method: http.MethodPost, path: importsPath, header: http.Header{"Content-Type": {form.FormDataContentType()}}, patient: true,
	}
	if err := in.write(form, file); err != nil {
		return made, err
	}
	r.body = body.Bytes()
	_, err = s.c.do(ctx, r, &made, options...)
	return made, err
}

func (in *NewImport) write(form *multipart.Writer, file io.Reader) error {
	how, err := json.Marshal(struct {
		CreateSites bool   `json:"create_sites"`
		EmptyClears bool   `json:"empty_clears"`
		DefaultType string `json:"default_type,omitempty"`
		SiteID      string `json:"site_id,omitempty"`
	}{in.CreateSites, in.EmptyClears, in.DefaultType, in.SiteID})
	if err != nil {
		return err
	}
	mapping, err := json.Marshal(in.Mapping)
	if err != nil {
		return err
	}
	texts := [][2]string{{"options", string(how)}, {"dry_run", strconv.FormatBool(in.DryRun)}}
	if len(in.Mapping) > 0 {
		texts = append(texts, [2]string{"mapping", string(mapping)})
	}
	for _, text := range texts {
		if err := form.WriteField(text[0], text[1]); err != nil {
			return err
		}
	}
	part, err := form.CreateFormFile("file", "contacts")
	if err != nil {
		return err
	}
	if _, err := io.Copy(part, file); err != nil {
		return err
	}
	return form.Close()
}

// Get returns an import.
func (s Imports) Get(ctx context.Context, id string) (found Import, err error) {
	_, err = s.c.call(ctx, "GET", importsPath+"/"+url.PathEscape(id), nil, nil, &found)
	return found, err
}

// ListRows returns a page of the rows of an import that were handled so far. An empty result means any; zero for limit returns 100.
func (s Imports) ListRows(ctx context.Context, id, result, after string, limit int) (list ImportRows, err error) {
	query := values("result", result, "after", after, "limit", limit)
	_, err = s.c.call(ctx, "GET", importsPath+"/"+url.PathEscape(id)+"/rows", query, nil, &list)
	return list, err
}

// Rows returns all rows of an import that were handled so far. An empty result means any. It ends at the first error.
func (s Imports) Rows(ctx context.Context, id, result string) iter.Seq2[ImportRow, error] {
	return cursorPages("", func(after string) ([]ImportRow, string, error) {
		list, err := s.ListRows(ctx, id, result, after, 500)
		return list.Rows, list.NextAfter, err
	})
}

// Refused returns a CSV file of the refused rows, each with the reason in its first cell. The caller closes it.
func (s Imports) Refused(ctx context.Context, id string) (io.ReadCloser, error) {
	return s.c.stream(ctx, importsPath+"/"+url.PathEscape(id)+"/refused.csv", nil)
}
