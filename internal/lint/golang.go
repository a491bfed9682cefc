package lint

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
)

// A Clash is a Go name that two things of a schema would get.
type Clash struct {
	Message string    // what clashes with what
	First   token.Pos // where what has the name stands; NoPos for a name every package has
	Second  token.Pos // where what would get it, too, stands
}

// ReportClashes adds an error for each clash of names with which Go cannot be
// generated. errs knows the text of the schema.
func ReportClashes(errs *diag.List, clashes []Clash) {
	text := func(file string) string { return errs.Lookup(file).Text }
	for _, c := range clashes {
		pos, end := stringAt(errs.Fset, text, c.Second)
		noteFirst(errs.Errorf(diag.StageSchema, pos, end, codeGoCollision, "%s", c.Message), errs.Fset, text, c)
	}
}

// goCollisions finds names that would be the same in generated Go, which the
// generator refuses unless one of the two is renamed.
func (l *linter) goCollisions() {
	if l.Clashes == nil {
		return
	}
	for _, c := range l.Clashes(l.IR) {
		pos, end := stringAt(l.IR.Fset, l.Text, c.Second)
		noteFirst(l.warn(codeGoCollision, nil, pos, end, c.Message), l.IR.Fset, l.Text, c)
	}
}

// noteFirst adds a note that points at what has the name already.
func noteFirst(d *diag.Diagnostic, fset *token.FileSet, text func(file string) string, c Clash) {
	if c.First.IsValid() {
		pos, end := stringAt(fset, text, c.First)
		d.Note(pos, end, "this has it")
	}
}

// stringAt returns the span of the string that starts at pos; if there is none,
// that of the line's rest.
func stringAt(fset *token.FileSet, text func(file string) string, pos token.Pos) (from, to token.Pos) {
	f := fset.File(pos)
	if f == nil {
		return pos, pos
	}
	rest := text(f.Name())[f.Offset(pos):]
	if strings.HasPrefix(rest, "'") {
		if i := strings.IndexByte(rest[1:], '\''); i >= 0 {
			return pos, pos + token.Pos(i+2)
		}
	}
	return pos, pos + token.Pos(lineLength(rest))
}

// goKeywords finds types whose names mean something else in Go, so that they get
// another name there than the schema gives them.
func (l *linter) goKeywords() {
	for it, def := range l.definitions {
		switch def.(type) {
		case *ast.Command, *ast.Event:
			continue
		}
		name := def.Head().Name
		switch {
		case token.IsKeyword(name.Value):
			l.warn(codeGoKeyword, it, name.From, name.To, fmt.Sprintf("'%s' is a keyword of Go: the type gets another name there", name.Value))
		case types.Universe.Lookup(name.Value) != nil:
			l.warn(codeGoKeyword, it, name.From, name.To, fmt.Sprintf("'%s' is predeclared in Go: the type gets another name there", name.Value))
		}
	}
}
