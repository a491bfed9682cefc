package transcript

import (
	"go/token"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// A placer finds the lines of examples in the text of a section. They come in
// the order of the text.
type placer struct {
	section *ir.Section
	lines   []string
	next    int
}

func newPlacer(s *ir.Section) *placer {
	return &placer{s, strings.Split(s.Text, "\n"), 0}
}

// find returns the number of the text's line, from 0, that an example's line is,
// or -1.
func (p *placer) find(text string) int {
	text = strings.Join(strings.Fields(text), " ")
	for i := p.next; i < len(p.lines); i++ {
		if strings.HasSuffix(strings.Join(strings.Fields(p.lines[i]), " "), text) {
			p.next = i + 1
			return i
		}
	}
	return -1
}

// pos returns the place of text at the end of the line of that number.
func (p *placer) pos(row int, text string) token.Pos { return p.section.Pos }
