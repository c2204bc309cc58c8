package httpapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"mime"
	"mime/multipart"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/web"
)

// importForm is the body of createImport, multipart/form-data. The file goes to the store as it arrives.
type importForm struct {
	*server
	call    *call
	upload  *service.ImportUpload // nil before the file
	options service.ImportOptions
	mapping map[string]string
	content hash.Hash // of the file
	texts   map[string]string
}

// read reads the body: UnsupportedMediaType, PayloadTooLarge, InvalidRequest, ValidationFailed, PermissionDenied, QuotaReached.
func (f *importForm) read() error {
	reader, err := f.open()
	if err != nil {
		return err
	}
	f.content, f.texts = sha256.New(), map[string]string{}
	var unknown []rollcall.FieldError
	for {
		web.ExtendBody(f.call.w)
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return brokenForm(err)
		}
		switch name := part.FormName(); name {
		case "file":
			err = f.readFile(part)
		case "mapping", "options", "dry_run":
			err = f.readText(name, part)
		default:
			unknown = append(unknown, rollcall.FieldError{
				Field: shorten(name), Code: "unknown_field", Message: "unknown field; the fields are file, mapping, options, dry_run",
			})
		}
		if err != nil {
			return err
		}
	}
	web.Extend(f.call.w) // for the response, as the body may have taken minutes
	if err := f.call.unknownNames(rollcall.ValidationFailed, unknown); err != nil {
		return err
	}
	if f.upload == nil {
		return rollcall.InvalidField("file", rollcall.CodeRequired, "is required; send the file as a part of multipart/form-data, with curl: -F file=@people.csv")
	}
	return f.readOptions()
}

func (f *importForm) open() (*multipart.Reader, error) {
	r := f.call.r
	for _, coding := range r.Header.Values("Content-Encoding") {
		if !strings.EqualFold(coding, "identity") {
			return nil, unsupported("a Content-Encoding is not supported; send the body without one")
		}
	}
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "multipart/form-data" || params["boundary"] == "" {
		return nil, unsupported("send the file as multipart/form-data, with curl: -F file=@people.csv")
	}
	if r.ContentLength > f.maxImport+maxBody {
		return nil, f.tooLarge()
	}
	return multipart.NewReader(r.Body, params["boundary"]), nil
}

func (f *importForm) tooLarge() error {
	web.FromContext(f.call.context()).Limit = web.BodyLimit
	return &rollcall.Error{Kind: rollcall.PayloadTooLarge, Message: fmt.Sprintf("the file is larger than %d MiB; import it in parts", f.maxImport>>20)}
}

func brokenForm(err error) error {
	return &rollcall.Error{Kind: rollcall.InvalidRequest, Message: "the body ended early, took too long, or is not multipart/form-data; send the request again", Cause: err}
}

func (f *importForm) twice(name string) error {
	return &rollcall.Error{Kind: rollcall.InvalidRequest, Field: name, Message: name + ": must be given once"}
}

func (f *importForm) readFile(part io.Reader) (err error) {
	if f.upload != nil {
		return f.twice("file")
	}
	if f.upload, err = f.service.Upload(f.call.context(), f.call.caller); err != nil {
		return err
	}
	buffer := make([]byte, 64<<10)
	for size := int64(0); ; {
		web.ExtendBody(f.call.w)
		n, err := part.Read(buffer)
		if size += int64(n); size > f.maxImport {
			return f.tooLarge()
		}
		f.content.Write(buffer[:n])
		if _, failed := f.upload.Write(buffer[:n]); failed != nil {
			return failed
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return brokenForm(err)
		}
	}
}

func (f *importForm) readText(name string, part io.Reader) error {
	if _, given := f.texts[name]; given {
		return f.twice(name)
	}
	content, err := io.ReadAll(io.LimitReader(part, maxBody+1))
	if err != nil {
		return brokenForm(err)
	}
	if len(content) > maxBody {
		return &rollcall.Error{Kind: rollcall.PayloadTooLarge, Field: name, Message: fmt.Sprintf("%s: is larger than %d bytes; send less", name, maxBody)}
	}
	f.texts[name] = string(content)
	return nil
}

// readOptions reads the texts, and sets the body of the call to what a repetition of the request shares with it.
func (f *importForm) readOptions() error {
	var in struct {
		Create, Clears rollcall.Field[bool]
		Type, Site     rollcall.Field[string]
	}
	var whole rollcall.Field[struct{}]
	c := f.call
	if options := f.texts["options"]; options != "" {
		if !json.Valid([]byte(options)) {
			return &rollcall.Error{Kind: rollcall.InvalidRequest, Field: "options", Message: "options: must be a JSON object"}
		}
		c.body = []byte(`{"options": ` + options + `}`)
		if err := c.parse(fields{object("options", &whole, func(*struct{}) fields {
			return fields{boolean("create_sites", &in.Create), boolean("empty_clears", &in.Clears), text("default_type", &in.Type), text("site_id", &in.Site)}
		})}); err != nil {
			return err
		}
	}
	f.options = service.ImportOptions{
		CreateSites: in.Create.ValueOr(false), EmptyClears: in.Clears.ValueOr(false), DefaultType: in.Type.ValueOr(""), Site: rollcall.SiteID(in.Site.ValueOr("")),
	}
	switch f.texts["dry_run"] {
	case "", "false":
	case "true":
		f.options.DryRun = true
	default:
		return &rollcall.Error{Kind: rollcall.InvalidRequest, Field: "dry_run", Message: "dry_run: must be true or false"}
	}
	if text := f.texts["mapping"]; text != "" {
		var mapping map[string]*string
		if err := json.Unmarshal([]byte(text), &mapping); err != nil {
			return &rollcall.Error{
				Kind: rollcall.InvalidRequest, Field: "mapping",
				Message: `mapping: must be a JSON object of columns and fields, such as {"Cell Phone": "points.mobile"}`,
			}
		}
		f.mapping = map[string]string{}
		for column, field := range mapping {
			if f.mapping[column] = ""; field != nil {
				f.mapping[column] = *field
			}
		}
	}
	c.body = bytes.Join([][]byte{f.content.Sum(nil), []byte(f.texts["options"]), []byte(f.texts["mapping"]), []byte(f.texts["dry_run"])}, []byte{0})
	if f.options.CreateSites {
		return c.caller.Allow(rollcall.ScopeSitesWrite)
	}
	return nil
}

// cancel removes what was uploaded.
func (f *importForm) cancel() {
	if f.upload != nil {
		f.upload.Cancel()
	}
}
