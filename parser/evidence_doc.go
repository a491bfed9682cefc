package parser

import (
	"go/token"
	"strings"

	"github.com/qapi-go/qapi-go/dialect"
)

// doc collects the constructs of a comment, which starts at from.
func (e *evidence) doc(text string, from token.Pos) {
	definition, blank := false, true // the comment documents a definition; the last line is blank
	optional := false                // "#optional" was found
	for pos := 0; pos < len(text); {
		length := lineLength(text[pos:])
		line := text[pos : pos+length]
		at := from + token.Pos(pos)
		if !optional && mayHoldOptional(line) {
			if i := strings.Index(line, "#optional"); i >= 0 {
				optional = true
				e.use(optionalWord, at+token.Pos(i))
			}
		}
		pos += length + 1
		if len(line) > 2 && line[0] == '#' && line[1] == ' ' && line[2] >= 'a' { // most lines
			blank = false
			if line[2] != '|' {
				continue
			}
		}
		line, ok := strings.CutPrefix(strings.TrimLeft(line, " \t"), "# ")
		if !ok || line == "" {
			blank = true
			continue
		}
		after := blank
		blank = false
		switch line[0] {
		case '@':
			definition = true
		case 'E', 'N', 'F', 'S':
			if definition {
				e.tag(line, at, after)
			}
		case '|':
			e.use(exampleLine, at)
		case '.':
			if strings.HasPrefix(line, ".. qmp-example::") {
				e.use(qmpExample, at)
			}
		}
	}
}

// mayHoldOptional reports whether line may contain "#optional". It rules out the usual line,
// whose only '#' is the first byte and has a space after it.
func mayHoldOptional(line string) bool {
	return len(line) > 1 && (line[1] == 'o' || strings.IndexByte(line[1:], '#') >= 0)
}

// tag records the tag at the start of a line, if any. A note tag counts as a section after a
// blank line; elsewhere it is plain text from QEMU 9.0 on.
func (e *evidence) tag(line string, at token.Pos, afterBlank bool) {
	tag, rest, ok := strings.Cut(line, ":")
	if !ok || strings.HasPrefix(rest, ":") {
		return
	}
	switch tag {
	case "Errors":
		e.use(docErrors, at)
	case "Features":
		e.use(docFeatures, at)
	case "Note", "Notes", "Example", "Examples":
		if afterBlank {
			e.use(noteSection, at)
		} else {
			e.use(noteLine, at)
		}
	case "Since":
		if r := e.release(strings.TrimSpace(rest)); r > e.newest {
			e.newest, e.dated = r, at
		}
	}
}

// release returns the release that text names, 0 if it names none. The same few releases are
// named again and again.
func (e *evidence) release(text string) dialect.Release {
	r, ok := e.dates[text]
	if !ok {
		if e.dates == nil {
			e.dates = make(map[string]dialect.Release)
		}
		r, _ = dialect.Parse(text) // 0 if it is none
		e.dates[text] = r
	}
	return r
}
