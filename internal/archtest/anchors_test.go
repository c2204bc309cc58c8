package archtest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

var (
	fence       = regexp.MustCompile("^ {0,3}(```+|~~~+)")
	hashHeading = regexp.MustCompile(`^ {0,3}#{1,6}(?:\s+(.*?))?(?:\s+#+)?\s*$`)
	underline   = regexp.MustCompile(`^ {0,3}(=+|-+)\s*$`)
	namedPlace  = regexp.MustCompile(`<\w+[^>]*\b(?:id|name)="([^"]+)"`)
	codeSpan    = regexp.MustCompile("(`+)[^`]+(`+)")
	linkText    = regexp.MustCompile(`!?\[([^\]]*)\](\([^)]*\)|\[[^\]]*\])`)
	htmlTag     = regexp.MustCompile(`</?\w[^>]*>`)
	emphasis    = regexp.MustCompile(`(^|[^\pL\pN])_+([^_]+)_+($|[^\pL\pN])`)
)

// prose gives a document's lines, those of code blocks emptied.
func prose(text string) []string {
	lines := strings.Split(text, "\n")
	closing := ""
	for i, line := range lines {
		mark := fence.FindStringSubmatch(line)
		switch {
		case closing == "" && mark == nil:
			continue
		case closing == "":
			closing = mark[1]
		case mark != nil && strings.HasPrefix(mark[1], closing) && strings.TrimSpace(line) == mark[1]:
			closing = ""
		}
		lines[i] = ""
	}
	return lines
}

// blankCode empties code spans and leaves everything else at its place.
func blankCode(line string) string {
	return codeSpan.ReplaceAllStringFunc(line, func(span string) string { return strings.Repeat(" ", len(span)) })
}

// anchors gives what a link to a document may name after `#`.
func anchors(text string) map[string]bool {
	found := make(map[string]bool)
	lines := prose(text)
	for i, line := range lines {
		for _, match := range namedPlace.FindAllStringSubmatch(blankCode(line), -1) {
			found[match[1]] = true
		}
		heading := hashHeading.FindStringSubmatch(line)
		if heading == nil && i+1 < len(lines) && strings.TrimSpace(line) != "" && underline.MatchString(lines[i+1]) {
			heading = []string{line, line}
		}
		if heading == nil {
			continue
		}
		slug := slugOf(heading[1])
		unique := slug
		for n := 1; found[unique]; n++ {
			unique = fmt.Sprintf("%s-%d", slug, n)
		}
		found[unique] = true
	}
	return found
}

// slugOf makes an anchor as GitHub does: the heading's visible text in lower case, spaces as hyphens, and nothing but
// letters, marks, digits, hyphens and underscores.
func slugOf(heading string) string {
	heading = linkText.ReplaceAllString(heading, "$1")
	var visible strings.Builder
	for i, part := range strings.Split(heading, "`") {
		if i%2 == 0 {
			part = htmlTag.ReplaceAllString(part, "")
			part = emphasis.ReplaceAllString(part, "$1$2$3")
		}
		visible.WriteString(part)
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r):
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimSpace(visible.String()))
}

func TestSlugs(t *testing.T) {
	for heading, want := range map[string]string{
		"One request, end to end":     "one-request-end-to-end",
		"`GET /ext/v1/sites/{id}`":    "get-extv1sitesid",
		"Options & settings":          "options--settings",
		"`ROLLCALL_SECRET` and more":  "rollcall_secret-and-more",
		"See [the API](api.md), here": "see-the-api-here",
		"Über die Größe":              "über-die-größe",
		"*Dealer* and __site__":       "dealer-and-site",
		"v1.2 — what is new":          "v12--what-is-new",
		"rollcall key create":         "rollcall-key-create",
	} {
		if got := slugOf(heading); got != want {
			t.Errorf("heading %q: anchor %q, want %q", heading, got, want)
		}
	}
}

func TestAnchors(t *testing.T) {
	text := "# Use\n\n## Use ##\n\n```sh\n# not a heading\n```\n\nUnder a line\n---\n\n<a id=\"by-hand\"></a>\n\n### Use\n"
	got := slices.Sorted(maps.Keys(anchors(text)))
	want := []string{"by-hand", "under-a-line", "use", "use-1", "use-2"}
	if !slices.Equal(got, want) {
		t.Errorf("anchors: %q, want %q", got, want)
	}
}
