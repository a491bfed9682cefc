package text

import (
	"strings"

	"github.com/qapi-go/qapi-go/internal/prose"
	"github.com/qapi-go/qapi-go/ir"
)

// enum writes the possible values: in one list if none is described, else one
// below the other. Neighbours that are not described share a line.
func (w entryWriter) enum(indent string, e *ir.Enum) {
	var plain [][]string // the words of values that wait to be written
	described := false
	flush := func() {
		var words []string
		for i, p := range plain {
			if i < len(plain)-1 {
				p[len(p)-1] += ","
			}
			words = append(words, p...)
		}
		switch plain = nil; {
		case len(words) == 0:
		case described:
			w.wrap(indent+"- ", indent+step, words)
		default:
			w.wrap(indent, indent+step, append([]string{"Possible", "values:"}, words...))
		}
	}
	for _, v := range e.Values {
		if _, blocks := valueText(e, v); len(blocks) > 0 {
			described = true
			w.wrap(indent, indent, []string{"Possible", "values:"})
			break
		}
	}
	for _, v := range e.Values {
		since, blocks := valueText(e, v)
		marks := append(since, featureMarks(v.Features)...)
		marks = append(marks, condition(v.If)...)
		tail := ""
		if len(marks) > 0 {
			tail = "(" + strings.Join(marks, ", ") + ")"
		}
		if len(blocks) == 0 {
			plain = append(plain, unbroken(strings.TrimRight(`"`+v.Name+`" `+tail, " ")))
			continue
		}
		flush()
		w.text(e.Doc).item(indent+`- "`+v.Name+`":`, indent+step, blocks, strings.Fields(tail))
	}
	flush()
}

// valueText returns what is said of a value. If that is only since when it is
// there, such as "Since 2.9", it is a mark instead of a text.
func valueText(e *ir.Enum, v *ir.EnumValue) (since []string, blocks []prose.Block) {
	blocks = sectionProse(e, v.Doc).blocks
	if len(blocks) == 1 {
		if p, ok := blocks[0].(prose.Paragraph); ok && len(p.Inlines) == 1 {
			if t, ok := p.Inlines[0].(prose.Text); ok && isSince(t.Text) {
				return []string{strings.Trim(t.Text, "().")}, nil
			}
		}
	}
	return nil, blocks
}

// isSince recognises "Since 2.9", "(since: 2.9)" and the like.
func isSince(text string) bool {
	word, version, ok := strings.Cut(strings.Trim(text, "()."), " ")
	return ok && strings.EqualFold(strings.TrimSuffix(word, ":"), "since") && strings.Trim(version, "0123456789.") == ""
}
