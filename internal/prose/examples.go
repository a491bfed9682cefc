package prose

import (
	"slices"
	"strings"
)

// Examples separates the examples from other blocks. A paragraph such as "For instance:"
// directly above an example becomes its title, and a mere "Example:" is dropped. Above an
// example with a title, a colon at the end of the text is removed as by [WithoutColon].
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

// announcement reports whether a paragraph such as "For instance:" introduces the example below
// it, and returns it as the title. The title is nil for "Example:".
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

// lone are lines that only introduce what follows.
var lone = []string{"Arguments:", "Data:", "Example:", "Examples:", "Features:", "Returns:"}

// WithoutColon returns blocks without an introduction at the end, for text that no longer
// precedes what it introduces: it replaces a colon at the end with a full stop, and drops a
// line such as "Example:". It does not modify its argument.
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
