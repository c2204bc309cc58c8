package archtest

import (
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestLinks(t *testing.T) {
	prove(t, "links", checkLinks)
	hold(t, checkLinks)
}

var (
	inlineLink    = regexp.MustCompile(`\]\(\s*<?([^)\s>]+)>?(?:\s+["'][^)]*)?\)`)
	referenceLink = regexp.MustCompile(`^ {0,3}\[[^\]^][^\]]*\]:\s*<?([^\s>]+)`)
	htmlLink      = regexp.MustCompile(`\b(?:href|src)="([^"]+)"`)
	codeLine      = regexp.MustCompile(`^#L\d+(-L\d+)?$`)
)

// checkLinks follows every link of the Markdown files that stays within the tree, to the heading where it names one.
func checkLinks(t tree) []finding {
	var found []finding
	known := make(map[string]map[string]bool)
	for _, name := range t.files {
		if path.Ext(name) != ".md" {
			continue
		}
		text, err := t.read(name)
		if err != nil {
			found = append(found, finding{name, 1, err.Error()})
			continue
		}
		for i, line := range prose(string(text)) {
			for _, target := range linksOf(line) {
				if problem := t.follow(known, name, target); problem != "" {
					found = append(found, finding{name, i + 1, problem})
				}
			}
		}
	}
	return found
}

func linksOf(line string) []string {
	line = blankCode(line)
	var targets []string
	for _, pattern := range []*regexp.Regexp{inlineLink, referenceLink, htmlLink} {
		for _, match := range pattern.FindAllStringSubmatch(line, -1) {
			targets = append(targets, match[1])
		}
	}
	return targets
}

// follow says what is wrong with a link in the file from, or nothing.
func (t tree) follow(known map[string]map[string]bool, from, target string) string {
	link, err := url.Parse(target)
	if err != nil {
		return fmt.Sprintf("%s is no link that a browser could follow: %v", target, err)
	}
	if link.IsAbs() || link.Host != "" {
		return ""
	}
	to := from
	if link.Path != "" {
		to = path.Join(path.Dir(from), link.Path)
		if strings.HasPrefix(link.Path, "/") {
			to = path.Clean(link.Path[1:])
		}
	}
	if to == ".." || strings.HasPrefix(to, "../") {
		return fmt.Sprintf("%s leads out of the repository: link to what is in it", target)
	}
	info, err := os.Stat(filepath.Join(t.root, filepath.FromSlash(to)))
	if err != nil {
		return fmt.Sprintf("%s leads to %s, which does not exist: correct it, or take the link out", target, to)
	}
	if link.Fragment == "" || !info.IsDir() && codeLine.MatchString("#"+link.Fragment) {
		return ""
	}
	if info.IsDir() || path.Ext(to) != ".md" {
		return fmt.Sprintf("%s names a heading, but %s is no Markdown file", target, to)
	}
	if known[to] == nil {
		text, err := t.read(to)
		if err != nil {
			return err.Error()
		}
		known[to] = anchors(string(text))
	}
	if !known[to][link.Fragment] {
		return fmt.Sprintf("%s names a heading that %s does not have: take the anchor of one that it has", target, to)
	}
	return ""
}
