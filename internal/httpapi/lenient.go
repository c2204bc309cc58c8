package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/ogen-go/ogen/ogenerrors"
	"github.com/ogen-go/ogen/validate"

	"example.org/rollcall/api"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

// The generated decoder stops at the first thing that it does not like, and does not say which field it was in a way
// that a caller could use. So a body that it refused is read again here, leniently: a value of the wrong JSON type is
// named, everything else goes to the core, which names every field that breaks a rule. A body in which neither finds a
// fault (of a duplicate key the first was wrong, say) is served after all.

// field is one field of a body, with the JSON type that it must have where it is not null.
type field struct {
	name   string
	want   string  // "string", "boolean", "integer", "array" (of strings) or "object"
	fields []field // of an object
}

func texts(names ...string) []field {
	fields := make([]field, len(names))
	for i, name := range names {
		fields[i] = field{name: name, want: "string"}
	}
	return fields
}

// contactFields are those of a contact, its identifiers first, which count on create alone.
func contactFields() []field {
	return append(
		texts("contact_id", "external_contact_id", "first_name", "last_name", "email", "phone", "type", "role"),
		field{"notification_preferences", "object", []field{
			{name: "email", want: "boolean"}, {name: "sms", want: "boolean"}, {name: "push", want: "boolean"},
		}})
}

// siteFields are those of a site, its identifier first, which counts on create alone.
func siteFields() []field {
	return append(
		texts("site_id", "account_reference_id", "account_number", "name", "timezone", "language", "status"),
		field{"address", "object", texts("street", "city", "state", "zip", "country")})
}

// readAgain finds out why the body of r was refused. It returns nil where it has answered the request after all.
func (s *server) readAgain(ctx context.Context, w http.ResponseWriter, r *http.Request, refused *ogenerrors.DecodeRequestError) error {
	if _, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || otherMedia(refused) {
		return unsupportedMediaType
	}
	kept := web.FromContext(r.Context()).Body
	body, err := parseObject(kept.Bytes())
	if err != nil {
		return err
	}
	if err := checkBody(refused.OperationName(), body); err != nil {
		return err
	}
	clean, err := json.Marshal(body)
	if err != nil || bytes.Equal(clean, kept.Bytes()) {
		return errors.Join(refused, err) // the contract refuses what the core allows: a fault of ours
	}
	again := r.Clone(ctx)
	again.Body, again.ContentLength = io.NopCloser(bytes.NewReader(clean)), int64(len(clean))
	web.LimitBody(w, again, bodyLimit(refused.OperationName()))
	s.ogen.ServeHTTP(w, again)
	return nil
}

// otherMedia reports whether a body was refused for its media type.
func otherMedia(refused error) bool {
	var media *validate.InvalidContentTypeError
	return errors.As(refused, &media)
}

// parseObject parses a body, which must be a JSON object.
func parseObject(body []byte) (map[string]any, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, badBody("the body is empty; send a JSON object")
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return nil, badBody(fmt.Sprintf("the body is not JSON: it breaks off or goes wrong at byte %d", syntax.Offset))
		}
		return nil, badBody("the body is not JSON")
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, badBody("the body must be a JSON object, not " + typeName(value))
	}
	return object, nil
}

func badBody(message string) error {
	return &rollcall.Error{Kind: rollcall.InvalidRequest, Message: message}
}

// checkBody returns why the body of an operation is not as it must be, nil where there is no fault in it.
func checkBody(operation string, body map[string]any) error {
	switch operation {
	case api.CreateContactOperation, api.CreateContactByReferenceOperation:
		if err := checkTypes("", body, contactFields()); err != nil {
			return err
		}
		in := contactFromJSON(body)
		return in.Check(true)
	case api.UpdateContactOperation, api.PatchContactOperation, api.PutContactByReferenceOperation:
		if err := checkTypes("", body, contactFields()[2:]); err != nil {
			return err
		}
		in := contactFromJSON(body)
		return in.Check(false)
	case api.CreateSiteOperation:
		if err := checkTypes("", body, siteFields()); err != nil {
			return err
		}
		in := siteFromJSON(body)
		return in.Check(true)
	case api.UpdateSiteOperation, api.PatchSiteOperation:
		if err := checkTypes("", body, siteFields()[1:]); err != nil {
			return err
		}
		in := siteFromJSON(body)
		return in.Check(false)
	case api.SendValidationOperation, api.SendValidationByReferenceOperation:
		if err := checkTypes("", body, texts("method", "message")); err != nil {
			return err
		}
		in := rollcall.ValidationInput{Method: text(body, "method"), Message: text(body, "message")}
		return in.Check()
	case api.CheckValidationOperation:
		if err := checkTypes("", body, texts("code")); err != nil {
			return err
		}
		in := rollcall.CodeInput{Code: text(body, "code")}
		return in.Check()
	case api.AttestContactOperation:
		if err := checkTypes("", body, texts("point", "note", "from_contact_id")); err != nil {
			return err
		}
		in := rollcall.AttestationInput{Point: text(body, "point"), Note: text(body, "note"), From: text(body, "from_contact_id")}
		return in.Check()
	}
	return checkDealerBody(operation, body)
}

// checkTypes names the first value of the wrong JSON type, and removes the fields that are not known.
func checkTypes(prefix string, object map[string]any, fields []field) error {
	known := make(map[string]bool, len(fields))
	for _, f := range fields {
		known[f.name] = true
		value, given := object[f.name]
		if !given || value == nil {
			continue
		}
		if err := checkType(prefix+f.name, value, f.want); err != nil {
			return err
		}
		if inner, ok := value.(map[string]any); ok {
			if err := checkTypes(prefix+f.name+".", inner, f.fields); err != nil {
				return err
			}
		}
	}
	for name := range object {
		if !known[name] {
			delete(object, name)
		}
	}
	return nil
}

// checkType says where a value is of the wrong JSON type.
func checkType(name string, value any, want string) error {
	got, article := typeName(value), "a "
	switch want {
	case "integer":
		if n, ok := value.(float64); ok && n == math.Trunc(n) && math.Abs(n) < 1<<31 {
			return nil
		}
		want = "whole number"
	case "array":
		items, ok := value.([]any)
		if ok && !slices.ContainsFunc(items, func(v any) bool { _, is := v.(string); return !is }) {
			return nil
		}
		want, article = "array of strings", "an "
	case "object":
		article = "an "
	}
	if strings.HasSuffix(got, want) {
		return nil
	}
	return &rollcall.Error{
		Kind: rollcall.InvalidRequest, Field: name, Message: name + ": must be " + article + want + ", not " + got,
	}
}

func typeName(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case float64:
		return "a number"
	case []any:
		return "an array"
	}
	return "an object"
}

// value returns a field of a JSON object whose types were checked.
func value[T any](object map[string]any, name string) rollcall.Field[T] {
	v, given := object[name]
	if !given {
		return rollcall.Field[T]{}
	}
	if v == nil {
		return rollcall.Null[T]()
	}
	return rollcall.Given(v.(T))
}

func text(object map[string]any, name string) rollcall.Field[string] {
	return value[string](object, name)
}

func contactFromJSON(o map[string]any) rollcall.ContactInput {
	in := rollcall.ContactInput{
		ContactID:  text(o, "contact_id"),
		ExternalID: text(o, "external_contact_id"),
		FirstName:  text(o, "first_name"),
		LastName:   text(o, "last_name"),
		Email:      text(o, "email"),
		Phone:      text(o, "phone"),
		Type:       text(o, "type"),
		Role:       text(o, "role"),
	}
	p := value[map[string]any](o, "notification_preferences")
	in.Preferences.Set, in.Preferences.Null = p.Set, p.Null
	in.Preferences.Value = rollcall.PreferencesInput{
		Email: value[bool](p.Value, "email"),
		SMS:   value[bool](p.Value, "sms"),
		Push:  value[bool](p.Value, "push"),
	}
	return in
}

func siteFromJSON(o map[string]any) rollcall.SiteInput {
	in := rollcall.SiteInput{
		SiteID:        text(o, "site_id"),
		Reference:     text(o, "account_reference_id"),
		AccountNumber: text(o, "account_number"),
		Name:          text(o, "name"),
		Timezone:      text(o, "timezone"),
		Language:      text(o, "language"),
		Status:        text(o, "status"),
	}
	a := value[map[string]any](o, "address")
	in.Address.Set, in.Address.Null = a.Set, a.Null
	in.Address.Value = rollcall.AddressInput{
		Street:  text(a.Value, "street"),
		City:    text(a.Value, "city"),
		State:   text(a.Value, "state"),
		Zip:     text(a.Value, "zip"),
		Country: text(a.Value, "country"),
	}
	return in
}
