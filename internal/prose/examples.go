package prose

import "strings"

// Examples takes the examples out of blocks that belong together. A line such
// as "For instance:" directly above one becomes its title, and "Example:" alone
// goes with it.
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
		}
		examples = append(examples, ex)
	}
	return rest, examples
}

// announcement returns the title that a paragraph such as "For instance:" gives
// to the example below it. It returns no title for "Example:" alone.
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
