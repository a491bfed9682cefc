package lint

import (
	"fmt"
	"go/token"
	"regexp"
	"sync"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/internal/compat"
)

// sinceHistory finds each "Since:" that contradicts the history.
func (l *linter) sinceHistory() {
	if l.History == nil {
		return
	}
	wrong := make(map[string]*compat.Item)
	for _, i := range l.History.Items {
		if i.Disagrees != "" && i.Removed == "" && i.Moved == "" {
			wrong[i.Kind+" "+i.Path] = i
		}
	}
	for it, def := range l.definitionDocs {
		name := def.Head().Name.Value
		for _, s := range it.doc.Sections {
			switch s.Kind {
			case ast.DocSince:
				l.disagrees(it, s, wrong[def.Keyword()+" "+name])
			case ast.DocMember:
				kind := "member"
				if def.Keyword() == "enum" {
					kind = "value"
				}
				l.disagrees(it, s, wrong[kind+" "+name+"."+s.Name.Value])
			}
		}
	}
}

var version = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\d+\.\d+`) })

// disagrees reports the version in a section, if the history contradicts it.
func (l *linter) disagrees(it *item, s *ast.DocSection, i *compat.Item) {
	if i == nil {
		return
	}
	from, to := s.From, s.To
	for _, line := range l.sectionLines(it, s) {
		for _, at := range version().FindAllStringIndex(line.text, -1) {
			if line.text[at[0]:] == i.Says || len(line.text) >= at[0]+len(i.Says) && line.text[at[0]:at[0]+len(i.Says)] == i.Says {
				from, to = line.pos+token.Pos(at[0]), line.pos+token.Pos(at[0]+len(i.Says))
			}
		}
	}
	l.warn(codeSinceHistory, it, from, to, fmt.Sprintf("%s says since %s, but %s", i.Path, i.Says, i.Disagrees))
}
