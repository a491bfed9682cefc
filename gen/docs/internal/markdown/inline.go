package markdown

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/prose"
)

// space is a placeholder for a space at which a line may end. It never occurs in text.
const space = "\x00"

// paragraph returns running text, one line a sentence.
func (p *page) paragraph(in model.Prose, ins []prose.Inline) []string {
	return sentences(p.inlines(in, ins, space))
}

// running returns running text as one line.
func (p *page) running(in model.Prose, ins []prose.Inline) string {
	return strings.Join(strings.Fields(p.inlines(in, ins, " ")), " ")
}

// sentences splits escaped text, with [space] between words, into lines of one sentence.
func sentences(text string) []string {
	var lines []string
	var line []string
	flush := func() {
		if len(line) > 0 {
			lines = append(lines, startLine(strings.Join(line, " ")))
		}
		line = nil
	}
	for word := range strings.SplitSeq(text, space) {
		word = strings.Trim(word, " ")
		if word == "" {
			continue
		}
		if n := len(line); n > 0 && endsSentence(line[n-1]) && startsSentence(word) {
			flush()
		}
		line = append(line, word)
	}
	flush()
	return lines
}

// isAbbreviation reports whether a word ends with a full stop that does not end a sentence.
func isAbbreviation(word string) bool {
	switch word {
	case "approx.", "cf.", "e.g.", "eg.", "etc.", "i.e.", "ie.", "incl.", "no.", "resp.",
		"vs.":
		return true
	}
	return false
}

// endsSentence reports whether an escaped word can be the last of a sentence.
func endsSentence(word string) bool {
	core := strings.TrimRight(word, `)"'\]*`)
	if core == "" || !strings.ContainsRune(".!?", rune(core[len(core)-1])) {
		return false
	}
	core = strings.ToLower(strings.TrimLeft(core, `("'\[*`))
	return !isAbbreviation(core) && len(core) > 2
}

// startsSentence reports whether an escaped word can be the first of a sentence.
func startsSentence(word string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(word, `("'\*`))
	return unicode.IsUpper(r) || r == '`' || r == '['
}

// inlines returns running text, with blank in place of the spaces between words.
func (p *page) inlines(in model.Prose, ins []prose.Inline, blank string) string {
	var b strings.Builder
	for _, i := range ins {
		switch i := i.(type) {
		case prose.Text:
			b.WriteString(strings.ReplaceAll(p.text(in, i.Text), " ", blank))
		case prose.Code:
			b.WriteString(code(i.Text))
		case prose.Emph:
			b.WriteString(emphasis("*", p.inlines(in, i.Inlines, " ")))
		case prose.Strong:
			b.WriteString(emphasis("**", p.inlines(in, i.Inlines, " ")))
		case prose.Ref:
			b.WriteString(p.ref(in, i))
		case prose.Link:
			b.WriteString(webLink(i.Text, i.URL))
		}
	}
	return b.String()
}

func emphasis(mark, text string) string {
	if strings.TrimSpace(text) != text || text == "" {
		return text // it would not be parsed as emphasis
	}
	return mark + text + mark
}

// text returns plain text, with links at names of commands and events.
func (p *page) text(in model.Prose, text string) string {
	var b strings.Builder
	end := 0
	for _, w := range p.Names(text) {
		d := p.Lookup(text[w[0]:w[1]])
		if d == in.In || in.In != nil && in.In.Member(d.Name) != nil {
			continue
		}
		b.WriteString(escape(text[end:w[0]]))
		b.WriteString(p.link(d))
		end = w[1]
	}
	b.WriteString(escape(text[end:]))
	return b.String()
}

// ref returns a reference: a link if it has a target in the schema, else code, or text if it
// refers to something else.
func (p *page) ref(in model.Prose, r prose.Ref) string {
	t := p.Resolve(in, r)
	switch {
	case t.Definition == in.In && t.Definition != nil && t.Member == nil, t.Definition == nil && (r.Role == "member" || r.Role == "any"):
		return code(model.RefText(r))
	case t.Definition != nil:
		return p.linkTarget(t, r.Text)
	case r.Text != "" && r.Text != r.Target:
		return escape(r.Text) + " (" + code(r.Target) + ")"
	default:
		return code(r.Target)
	}
}
