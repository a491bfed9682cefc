package lint

import (
	"fmt"
	"strings"

	"github.com/qapi-go/qapi-go/internal/example"
	"github.com/qapi-go/qapi-go/ir"
)

// examplesValid finds messages in examples that are invalid according to the schema.
// Omissions marked with "..." are valid.
func (l *linter) examplesValid() {
	byName := make(map[string]*item)
	for it, def := range l.definitionDocs {
		byName[def.Head().Name.Value] = it
	}
	for doc, def := range l.IR.Docs() {
		if def == nil {
			l.exampleDoc(nil, doc)
		} else {
			l.exampleDoc(byName[def.Head().Name], doc)
		}
	}
}

// exampleDoc checks the examples of one comment. The item is nil for free-form text.
func (l *linter) exampleDoc(it *item, doc *ir.Doc) {
	for _, ex := range example.Read(l.IR, doc).Examples {
		for _, m := range ex.Messages {
			for _, f := range m.Findings {
				if !f.Pos.IsValid() {
					continue
				}
				pos, end := f.Pos, m.Pos(f.Offset+wordLength(m.Text[min(f.Offset, len(m.Text)):]))
				if end <= pos { // at the end of a line, where something is missing
					pos, end = pos-1, pos
				}
				l.warn(codeExampleValid, it, pos, end, fmt.Sprintf("in an example: %s", f))
			}
		}
	}
}

// wordLength returns the length of the JSON token at the start of text, or 1 if there is
// none.
func wordLength(text string) int {
	if text == "" || text[0] == '\n' {
		return 0
	}
	if text[0] == '"' {
		if i := strings.IndexAny(text[1:], "\"\n"); i >= 0 && text[1+i] == '"' {
			return i + 2
		}
	}
	if n := strings.IndexAny(text, " \t\n{}[]:,\""); n > 0 {
		return n
	}
	return 1
}
