package prose

import (
	"slices"
	"strings"
)

// Examples takes the examples out of blocks that belong together. A line such
// as "For instance:" directly above one becomes its title, and "Example:" alone
// goes with it. Above one that has a title of its own, no colon is left dangling.
func Examples(blocks []Block) (rest []Block, examples []Example) {
	for _, b := range blocks {
		ex, ok := b.(Example)
		if !ok {
			rest = append(rest, b)
			continue
		}
		if n := len(rest) - 1; n >= 0 && len(ex.Title) == 0 {
			if title, ok := announcement(rest[n]); ok {
				ex.Title, rest = title, rest[:n]
			}
		} else {
			rest = WithoutColon(rest)
		}
		examples = append(examples, ex)
	}
	return rest, examples
}

// announcement returns the title that a paragraph such as "For instance:" gives to the
// example below it. It returns no title for "Example:".
func announcement(b Block) ([]Inline, bool) {
	p, ok := b.(Paragraph)
	if !ok || len(p.Inlines) == 0 {
		return nil, false
	}
	last, ok := p.Inlines[len(p.Inlines)-1].(Text)
	if !ok || !strings.HasSuffix(last.Text, ":") {
		return nil, false
	}
	if len(p.Inlines) == 1 && (last.Text == "Example:" || last.Text == "Examples:") {
		return nil, true
	}
	return p.Inlines, true
}

// lone are what a line may consist of that only says what follows it.
var lone = []string{"Arguments:", "Data:", "Example:", "Examples:", "Features:", "Returns:"}

// WithoutColon returns blocks that do not end with the announcement of something that
// does not follow them any more: a last colon becomes a full stop, and a line such as
// "Example:" goes. It does not change blocks in place.
func WithoutColon(blocks []Block) []Block {
	n := len(blocks) - 1
	if n < 0 {
		return blocks
	}
	p, ok := blocks[n].(Paragraph)
	if !ok || len(p.Inlines) == 0 {
		return blocks
	}
	last, ok := p.Inlines[len(p.Inlines)-1].(Text)
	head, found := strings.CutSuffix(last.Text, ":")
	if !ok || !found {
		return blocks
	}
	if len(p.Inlines) == 1 && slices.Contains(lone, last.Text) {
		return blocks[:n:n]
	}
	inlines := append(slices.Clone(p.Inlines[:len(p.Inlines)-1]), Text{head + "."})
	return append(slices.Clone(blocks[:n]), Paragraph{inlines})
}
