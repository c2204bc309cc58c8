package rollcall

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"strings"
)

// The kinds of pictures that a logo may be.
const (
	pngType = "image/png"
	svgType = "image/svg+xml"
)

func logoTypes() []string { return []string{pngType, svgType} }

const logoSideMax = 4096 // pixels

// readLogo returns a picture with its kind: a PNG, or an SVG in which nothing can run and that fetches nothing.
func readLogo(data []byte) (Logo, problem) {
	switch {
	case len(data) == 0:
		return Logo{}, problem{codeRequired, "must not be empty; give null for logo to have none"}
	case len(data) > LogoMax:
		return Logo{}, problem{codeTooLong, "must be at most 100 KiB, before base64"}
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return Logo{MediaType: pngType, Data: data}, checkPNG(data)
	case bytes.Contains(data, []byte("<")):
		return Logo{MediaType: svgType, Data: data}, checkSVG(data)
	}
	return Logo{}, problem{codeInvalid, "must be a PNG or an SVG"}
}

func checkPNG(data []byte) problem {
	config, err := png.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil:
		return problem{codeInvalid, "must be a PNG that can be read"}
	case config.Width > logoSideMax || config.Height > logoSideMax:
		return problem{codeInvalid, "must be at most 4096 pixels wide and high"}
	}
	return problem{}
}

const svgSpace = "http://www.w3.org/2000/svg"

// svgElements are what a logo may be drawn with. What is not among them could run (script, foreignObject, set, animate) or
// fetch (image, feImage, a), or nobody needs it.
const svgElements = " svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textPath title desc " +
	"style linearGradient radialGradient stop pattern clipPath mask marker filter feBlend feColorMatrix feComponentTransfer " +
	"feComposite feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology " +
	"feOffset feTile feTurbulence "

// checkSVG refuses whatever is not plain drawing: other elements than svgElements, event handlers, references to anything
// outside of the picture, document types (and with them entities), and instructions to programs.
func checkSVG(data []byte) problem {
	decoder := xml.NewDecoder(bytes.NewReader(data))
	var check svgCheck
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && check.begun {
			return problem{}
		}
		if err != nil {
			return problem{codeInvalid, "must be an SVG that is well-formed XML in UTF-8, without entities of its own"}
		}
		if why := check.fault(token); why != "" {
			return problem{codeInvalid, why}
		}
	}
}

// svgCheck is how far an SVG was looked at.
type svgCheck struct {
	begun   bool
	inStyle bool
	style   strings.Builder // the text of the style element so far, of which programs see one piece
}

// fault returns what is wrong with the next token, "" where nothing is.
func (c *svgCheck) fault(token xml.Token) string {
	switch token := token.(type) {
	case xml.StartElement:
		if c.inStyle {
			return "must have nothing but text in style"
		}
		root := !c.begun
		c.begun, c.inStyle = true, token.Name.Local == "style"
		c.style.Reset()
		return svgFault(token, root)
	case xml.EndElement:
		if c.inStyle {
			c.inStyle = false
			return cssFault(c.style.String())
		}
	case xml.CharData:
		if c.inStyle {
			c.style.Write(token)
		}
	case xml.Directive:
		return "must have no document type"
	case xml.ProcInst:
		if token.Target != "xml" || c.begun {
			return "must have no instructions to programs, such as xml-stylesheet"
		}
	}
	return ""
}

func svgFault(e xml.StartElement, root bool) string {
	switch {
	case root && (e.Name.Local != "svg" || e.Name.Space != svgSpace):
		return "must begin with an svg element of " + svgSpace
	case e.Name.Space != svgSpace, !strings.Contains(svgElements, " "+e.Name.Local+" "):
		return "must be plain drawing, without scripts, links, animation and embedded documents or pictures; export it as plain or optimised SVG"
	}
	for _, a := range e.Attr {
		name := strings.ToLower(a.Name.Local)
		switch {
		case a.Name.Space == "xmlns" || a.Name.Space == "" && name == "xmlns":
		case strings.HasPrefix(name, "on"):
			return "must have no event handlers"
		case name == "href" || name == "src" || name == "base":
			if !strings.HasPrefix(a.Value, "#") {
				return "must refer to nothing outside of itself"
			}
		case a.Name.Space != "": // means nothing to what shows the picture
		default:
			if why := cssFault(a.Value); why != "" {
				return why
			}
		}
	}
	return ""
}

// cssFault refuses a style, or the value of an attribute, that would fetch something: what is not plain enough to tell, too.
func cssFault(s string) string {
	const outside = "must refer to nothing outside of itself, also in styles"
	s = strings.ToLower(s)
	if strings.ContainsAny(s, `\@`) || strings.Contains(s, "javascript:") || strings.Contains(s, "image-set") ||
		strings.Contains(s, "image(") || strings.Contains(s, "expression(") || strings.Contains(s, "src(") {
		return outside
	}
	for rest := s; ; {
		_, after, found := strings.Cut(rest, "url(")
		if !found {
			return ""
		}
		if !strings.HasPrefix(strings.TrimLeft(after, " \t\r\n\"'"), "#") {
			return outside
		}
		rest = after
	}
}
