package gateway

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"
)

// shapeOf returns the structure of a body without its texts; nil: the body is invalid. Bodies of one template have the same
// shape unless a text broke it.
func shapeOf(kind string, body []byte) []string {
	switch kind {
	case jsonType:
		return jsonShape(body)
	case formType:
		return formShape(string(body))
	}
	return xmlShape(body)
}

func jsonShape(body []byte) []string {
	var value any
	if json.Unmarshal(body, &value) != nil {
		return nil
	}
	shape := []string{"JSON"}
	var walk func(path string, value any)
	walk = func(path string, value any) {
		shape = append(shape, path)
		switch v := value.(type) {
		case map[string]any:
			for name, inner := range v {
				walk(path+"."+name, inner)
			}
		case []any:
			for _, inner := range v {
				walk(path+"[]", inner)
			}
		}
	}
	walk("", value)
	slices.Sort(shape)
	return shape
}

// formShape returns the names of the fields in order; nil: a value is not encoded.
func formShape(body string) []string {
	if strings.ContainsAny(strings.TrimSpace(body), "\r\n<>\" ") {
		return nil
	}
	shape := []string{"form"}
	for pair := range strings.SplitSeq(strings.TrimSpace(body), "&") {
		name, value, _ := strings.Cut(pair, "=")
		if _, err := url.QueryUnescape(value); err != nil {
			return nil
		}
		shape = append(shape, name)
	}
	return shape
}

func xmlShape(body []byte) []string {
	shape := []string{"XML"}
	for d := xml.NewDecoder(bytes.NewReader(body)); ; {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return shape
		case err != nil:
			return nil
		}
		switch t := token.(type) {
		case xml.StartElement:
			shape = append(shape, "<"+t.Name.Local)
			for _, a := range t.Attr {
				shape = append(shape, "@"+a.Name.Local)
			}
		case xml.EndElement:
			shape = append(shape, ">")
		}
	}
}

func toXML(value string) (string, error) {
	var b strings.Builder
	err := xml.EscapeText(&b, []byte(value))
	return b.String(), err
}
