package parser

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// maxDocLine is the number of columns of a documentation line with its "# ".
const maxDocLine = 70

// docStyle is the state of the style check of one comment. Literal blocks are
// exempt.
type docStyle struct {
	literal bool
	indent  int // of the literal block, 0 until its first line
}

var (
	docURL      = regexp.MustCompile(`^ *(https?|ftp)://[^ ]*$`)
	docSentence = regexp.MustCompile(`\be\.g\. [A-Z0-9(]|^ *\d\. [A-Z0-9(]|([.!?]) [A-Z0-9(]`)
	docLiteral  = regexp.MustCompile(`^ *(\.\. +qmp-example)?:: *$`)
)

// checkStyle holds the current line to the rules of QEMU 10.2: at most 70
// columns, two spaces between sentences.
func (p *docParser) checkStyle() {
	l, s := p.cur, p.style
	switch {
	case strings.Contains(l.text, "::") && docLiteral.MatchString(l.text):
		*s = docStyle{literal: true}
	case s.literal && l.text != "" && s.indent == 0:
		s.indent = l.indent()
	case s.literal && l.text != "" && l.indent() < s.indent:
		s.literal = false
	}
	if s.literal {
		return
	}
	if n := utf8.RuneCountInString(l.text); n+2 > maxDocLine && !docURL.MatchString(l.text) {
		p.syntax(l.hash, l.at, l.at+len(l.text), CodeDocStyle, "documentation line longer than %d characters", maxDocLine)
	}
	if !mayJoinSentences(l.text) {
		return
	}
	for _, m := range docSentence.FindAllStringSubmatchIndex(l.text, -1) {
		if stop := m[2]; stop >= 0 {
			d := p.syntax(l.at+stop+1, l.at+stop, l.at+m[1], CodeDocStyle, "Use two spaces between sentences")
			d.Upstream.After = []string{"If this not the end of a sentence, please report a bug."}
		}
	}
}

// mayJoinSentences tells whether docSentence can match text. The expression
// alone would take half of the time that a schema takes to read.
func mayJoinSentences(text string) bool {
	for i := 2; i < len(text); i++ {
		if text[i-1] != ' ' || text[i-2] != '.' && text[i-2] != '!' && text[i-2] != '?' {
			continue
		}
		if c := text[i]; 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '(' {
			return true
		}
	}
	return false
}
