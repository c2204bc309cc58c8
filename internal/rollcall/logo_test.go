package rollcall

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/png"
	"strings"
	"testing"
)

// picture returns a PNG of this size.
func picture(t *testing.T, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// huge returns a PNG that says that it is so many pixels wide.
func huge(t *testing.T, width uint32) []byte {
	t.Helper()
	data := picture(t, 8, 8)
	binary.BigEndian.PutUint32(data[16:], width)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

const svgHead = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 8 8">`

func TestLogoIsTaken(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{
		"png":           string(picture(t, 8, 8)),
		"large png":     string(huge(t, 4096)),
		"svg":           svgHead + `<path d="M0 0h8v8z" fill="#333"/></svg>`,
		"declaration":   `<?xml version="1.0" encoding="UTF-8"?>` + "\n<!-- made by hand -->" + svgHead + `<title>Harbour Alarm</title></svg>`,
		"gradient":      svgHead + `<defs><linearGradient id="a"><stop offset="0" stop-color="red"/></linearGradient></defs><rect fill="url(#a)" width="8" height="8"/></svg>`,
		"use":           svgHead + `<defs><g id="b"><circle r="1"/></g></defs><use href="#b"/><use xlink:href="#b"/></svg>`,
		"style":         svgHead + `<style type="text/css"><![CDATA[.st0{fill:#FFF;filter:url("#f")}]]></style><rect class="st0"/></svg>`,
		"other program": `<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" inkscape:version="1.0 @ x"/>`,
		"prefix":        `<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:circle r="1"/></s:svg>`,
	} {
		if logo, p := readLogo([]byte(data)); p.bad() {
			t.Errorf("%s is refused: %s", name, p.message)
		} else if strings.Contains(name, "png") != (logo.MediaType == pngType) {
			t.Errorf("%s is taken as %s", name, logo.MediaType)
		}
	}
}

func TestLogoIsRefused(t *testing.T) {
	t.Parallel()
	inside := func(s string) string { return svgHead + s + `</svg>` }
	for name, data := range map[string]string{
		"nothing":               "",
		"too much":              svgHead + strings.Repeat(" ", LogoMax) + `</svg>`,
		"gif":                   "GIF89a",
		"half a png":            string(picture(t, 8, 8)[:20]),
		"a huge png":            string(huge(t, 4097)),
		"html":                  `<html><body/></html>`,
		"no namespace":          `<svg><circle/></svg>`,
		"other namespace":       `<svg xmlns="http://www.w3.org/1999/xhtml"/>`,
		"not closed":            svgHead,
		"two roots":             inside("") + inside("<script/>"),
		"script":                inside(`<script>alert(1)</script>`),
		"script by a prefix":    inside(`<h:script xmlns:h="http://www.w3.org/1999/xhtml">1</h:script>`),
		"foreignObject":         inside(`<foreignObject><p/></foreignObject>`),
		"handler":               inside(`<rect onclick="x()"/>`),
		"handler in capitals":   inside(`<rect ONLOAD="x()"/>`),
		"handler by a prefix":   inside(`<rect xlink:onload="x()"/>`),
		"link":                  inside(`<a href="#x"><rect/></a>`),
		"picture from afar":     inside(`<image href="https://example.org/x.png"/>`),
		"use from afar":         inside(`<use href="https://example.org/x.svg#a"/>`),
		"use of data":           inside(`<use xlink:href="data:image/svg+xml;base64,AAAA"/>`),
		"javascript":            inside(`<use href="javascript:x()"/>`),
		"animation":             inside(`<set attributeName="href" to="javascript:x()"/>`),
		"fill from afar":        inside(`<rect fill="url(https://example.org/x#a)"/>`),
		"style from afar":       inside(`<rect style="fill:url( 'https://example.org/x#a')"/>`),
		"import":                inside(`<style>@import "https://example.org/x.css";</style>`),
		"font from afar":        inside(`<style>@font-face{src:url(https://example.org/x)}</style>`),
		"escaped style":         inside(`<style>rect{fill:\75rl(https://example.org/x)}</style>`),
		"style in two pieces":   inside(`<style>rect{fill:u<!-- -->rl(https://example.org/x)}</style>`),
		"style around elements": inside(`<style>rect{fill:u<title/>rl(https://example.org/x)}</style>`),
		"base":                  inside(`<g xml:base="https://example.org/"/>`),
		"doctype":               `<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">` + inside(""),
		"entity":                `<!DOCTYPE svg [<!ENTITY x "y">]>` + inside("&x;"),
		"unknown entity":        inside("<title>&x;</title>"),
		"stylesheet":            `<?xml-stylesheet href="https://example.org/x.css"?>` + inside(""),
		"latin 1":               `<?xml version="1.0" encoding="ISO-8859-1"?>` + inside(""),
		"not utf-8":             inside("<title>\xff</title>"),
	} {
		if _, p := readLogo([]byte(data)); !p.bad() || p.message == "" {
			t.Errorf("%s is taken", name)
		}
	}
}
