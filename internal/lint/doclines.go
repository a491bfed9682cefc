package lint

import (
	"fmt"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/internal/docstyle"
)

// A docLine is a line of a documentation comment other than its "##" lines.
type docLine struct {
	text string    // after "# ", without trailing white space
	pos  token.Pos // of text
}

// docLines returns the lines of the comment of an item.
func (l *linter) docLines(it *item) []docLine {
	if it.doc == nil || it.lines != nil {
		return it.lines
	}
	pos := it.doc.From
	for line := range strings.Lines(l.text(it.doc.From, it.doc.To)) {
		body := strings.TrimLeft(line, " \t")
		at := pos + token.Pos(len(line)-len(body))
		pos += token.Pos(len(line))
		text, ok := strings.CutPrefix(strings.TrimSpace(body), "#")
		if !ok || strings.HasPrefix(text, "#") {
			continue
		}
		at++
		if rest, ok := strings.CutPrefix(text, " "); ok {
			text, at = rest, at+1
		}
		it.lines = append(it.lines, docLine{text, at})
	}
	return it.lines
}

// sectionLines returns the lines of one section.
func (l *linter) sectionLines(it *item, s *ast.DocSection) []docLine {
	lines := l.docLines(it)
	return lines[lineAfter(lines, s.From):lineAfter(lines, s.To)]
}

// lineAfter returns the index of the first line whose text starts after pos, or the number
// of lines.
func lineAfter(lines []docLine, pos token.Pos) int {
	i, _ := slices.BinarySearchFunc(lines, pos, func(line docLine, pos token.Pos) int {
		if line.pos <= pos {
			return -1
		}
		return 1
	})
	return i
}

// docs yields the items that have documentation.
func (l *linter) docs(yield func(*item, *ast.Doc) bool) {
	for _, it := range l.items {
		if it.doc != nil && !yield(it, it.doc) {
			return
		}
	}
}

// longLines finds lines of documentation that are too long.
func (l *linter) longLines() {
	for it := range l.docs {
		var style docstyle.Checker
		for _, line := range l.docLines(it) {
			if style.Next(line.text); style.Long() {
				l.warn(codeLine70, it, line.pos, line.pos+token.Pos(len(line.text)),
					fmt.Sprintf("documentation line longer than %d characters", docstyle.MaxColumns))
			}
		}
	}
}

// joinedSentences finds sentences that start one space after the previous one.
func (l *linter) joinedSentences() {
	for it := range l.docs {
		var style docstyle.Checker
		for _, line := range l.docLines(it) {
			style.Next(line.text)
			for _, j := range style.Joints() {
				l.warn(codeTwoSpaces, it, line.pos+token.Pos(j.From), line.pos+token.Pos(j.To), "one space between sentences, not two")
			}
		}
	}
}

// A tag in any case, perhaps without its colon if a version follows.
var almostTag = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^ *((?i:since|returns?|errors?|features?|todo)) ?:(?:[^:]|$)|^((?i:since)) +\d+\.\d+(?:\.\d+)?\.?$`)
})

// sectionTags finds lines that look like the start of a section, but are text.
func (l *linter) sectionTags() {
	for it := range l.definitionDocs {
		for _, s := range it.doc.Sections {
			if s.Kind == ast.DocExample {
				continue
			}
			var style docstyle.Checker
			for _, line := range l.sectionLines(it, s) {
				style.Next(line.text)
				m := almostTag().FindStringSubmatchIndex(line.text)
				if m == nil || style.Literal() {
					continue
				}
				from, to := m[2], m[3]
				if from < 0 {
					from, to = m[4], m[5]
				}
				at := line.pos + token.Pos(from)
				if at == s.Name.From && s.Kind != ast.DocMember && s.Kind != ast.DocFeature {
					continue // it starts the section
				}
				if line.text == "Features:" && from == 0 && l.startsFeatures(it, line) {
					continue
				}
				l.warn(codeSectionTag, it, at, at+token.Pos(to-from), fmt.Sprintf("'%s' does not start a section here: this line is text", line.text[from:to])).
					Hint(l.tagHint(line.text[from:to]))
			}
		}
	}
}

// startsFeatures reports whether a line is before the first feature.
func (l *linter) startsFeatures(it *item, line docLine) bool {
	for _, s := range it.doc.Sections {
		if s.Kind == ast.DocFeature {
			return line.pos < s.From
		}
	}
	return false
}

func (l *linter) tagHint(word string) string {
	tag := strings.ToUpper(word[:1]) + strings.ToLower(word[1:])
	switch tag {
	case "Return", "Error", "Feature":
		tag += "s"
	case "Todo":
		tag = "TODO"
	}
	return fmt.Sprintf("a section starts with '%s:' after a blank line, without indentation", tag)
}

// definitionDocs yields the items that are documented definitions.
func (l *linter) definitionDocs(yield func(*item, ast.Def) bool) {
	for it, def := range l.definitions {
		if it.doc != nil && !yield(it, def) {
			return
		}
	}
}

// deindents finds text directly below a description or section that is not part of it,
// since it is not indented. Up to QEMU 5.1 indentation has no meaning, and from 5.2 to 8.2
// this is an error.
func (l *linter) deindents() {
	if !l.modern() {
		return
	}
	for it := range l.definitionDocs {
		lines := l.docLines(it)
		for i, s := range it.doc.Sections {
			if s.Kind != ast.DocPlain || i == 0 {
				continue
			}
			if n := lineAfter(lines, s.From); n > 0 && n < len(lines) && lines[n-1].text != "" {
				line := lines[n]
				l.warn(codeDeindent, it, line.pos, line.pos+token.Pos(len(line.text)), "this is not indented, so it is not part of the section above").
					Hint("indent it, or put a blank line before it")
			}
		}
	}
}
