package model

import (
	"iter"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/qapi-go/qapi-go/internal/prose"
)

// mentions finds the commands and events that texts mention.
func (b *builder) mentions() {
	for _, d := range b.Definitions {
		for _, p := range d.prose() {
			for in := range prose.Inlines(p.Blocks) {
				b.mention(d, p, in)
			}
		}
		for _, ex := range d.Examples {
			for l := range dialogLines(ex.Blocks) {
				for _, m := range message().FindAllStringSubmatch(l.Text, -1) {
					b.related(d, b.byName[m[1]])
				}
			}
		}
	}
	for _, d := range b.Definitions {
		slices.SortFunc(d.Mentions, byName)
		slices.SortFunc(d.MentionedBy, byName)
	}
}

// message matches the member of a message that names its command or event.
var message = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`["'](?:execute|exec-oob|event)["']\s*:\s*["']([A-Za-z0-9_.-]+)["']`)
})

// prose returns all texts about a definition except examples.
func (d *Definition) prose() []Prose {
	list := slices.Concat(d.Blurb, []Prose{d.ReturnsText}, d.Errors, d.Notes)
	for _, f := range d.Features {
		list = append(list, f.Text)
	}
	for _, m := range d.Members {
		list = append(list, m.Text)
	}
	return list
}

// mention records the definitions that an inline refers to.
func (b *builder) mention(d *Definition, p Prose, in prose.Inline) {
	switch in := in.(type) {
	case prose.Ref:
		if t := b.Resolve(p, in); t.Member == nil {
			b.related(d, t.Definition)
		}
	case prose.Code:
		b.related(d, b.byName[in.Text])
	case prose.Text:
		for _, w := range b.Names(in.Text) {
			if to := b.byName[in.Text[w[0]:w[1]]]; d.Member(to.Name) == nil {
				b.related(d, to)
			}
		}
	}
}

// Names finds the names of commands and events in plain text and returns the start and end
// of each. It only considers names that can hardly be words: of events in capitals, and of
// commands with a hyphen or underscore, of four letters or more.
func (r *Reference) Names(text string) [][2]int {
	var out [][2]int
	for i := 0; i < len(text); {
		start := i
		marked, lower := false, false
		for i < len(text) && isNameByte(text[i]) {
			c := text[i]
			marked = marked || c == '-' || c == '_'
			lower = lower || c >= 'a' && c <= 'z'
			i++
		}
		if i == start {
			i++
			continue
		}
		if i-start < 4 || lower && !marked {
			continue
		}
		switch d := r.byName[text[start:i]]; {
		case d == nil:
		case d.Kind == Event && !lower, d.Kind == Command && marked:
			out = append(out, [2]int{start, i})
		}
	}
	return out
}

func isNameByte(c byte) bool {
	return c == '-' || c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// related records that a definition mentions a command or event.
func (b *builder) related(from, to *Definition) {
	if to == nil || to == from || to.IsType() || slices.Contains(from.Mentions, to) {
		return
	}
	from.Mentions = append(from.Mentions, to)
	to.MentionedBy = append(to.MentionedBy, from)
}

// dialogLines yields the lines of the messages of an example.
func dialogLines(blocks []prose.Block) iter.Seq[prose.Line] {
	return func(yield func(prose.Line) bool) {
		for n := range prose.Nodes(blocks) {
			if d, ok := n.(prose.Dialog); ok {
				for _, l := range d.Lines {
					if !yield(l) {
						return
					}
				}
			}
		}
	}
}

// ErrorClasses returns those of the known error classes that the text of "Errors:" names.
func (d *Definition) ErrorClasses(known []string) []string {
	var out []string
	for _, p := range d.Errors {
		for in := range prose.Inlines(p.Blocks) {
			text := PlainText([]prose.Inline{in})
			for word := range strings.FieldsFuncSeq(text, func(c rune) bool { return c > 0x7f || !isNameByte(byte(c)) }) {
				if slices.Contains(known, word) && !slices.Contains(out, word) {
					out = append(out, word)
				}
			}
		}
	}
	return out
}
