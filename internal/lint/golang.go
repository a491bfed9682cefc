package lint

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/names"
)

// ReportClashes adds an error for each clash of names, since no Go can be generated. errs
// must have the text of the schema.
func ReportClashes(errs *diag.List, clashes []names.Clash) {
	text := func(file string) string { return errs.Lookup(file).Text }
	for _, c := range clashes {
		pos, end := stringAt(errs.Fset, text, c.Second.Pos)
		noteFirst(errs.Errorf(diag.StageSchema, pos, end, codeGoCollision, "%s", c.Message()), errs.Fset, text, c)
	}
}

// goCollisions finds names that are the same in generated Go, which the generator refuses
// unless one of the two is renamed.
func (l *linter) goCollisions() {
	schema := l.Merged
	if schema == nil {
		schema = l.IR
	}
	for _, c := range names.Clashes(schema) {
		pos, end := stringAt(l.IR.Fset, l.Text, c.Second.Pos)
		noteFirst(l.warn(codeGoCollision, nil, pos, end, c.Message()), l.IR.Fset, l.Text, c)
	}
}

// noteFirst adds a note at the item that already has the name.
func noteFirst(d *diag.Diagnostic, fset *token.FileSet, text func(file string) string, c names.Clash) {
	if c.First.Pos.IsValid() {
		pos, end := stringAt(fset, text, c.First.Pos)
		d.Note(pos, end, "first used here")
	}
}

// stringAt returns the span of the string that starts at pos, or of the rest of the line if
// there is none.
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

// goKeywords finds types whose names are keywords or predeclared in Go, so that they get
// another name there.
func (l *linter) goKeywords() {
	for it, def := range l.definitions {
		switch def.(type) {
		case *ast.Command, *ast.Event:
			continue
		}
		name := def.Head().Name
		switch {
		case token.IsKeyword(name.Value):
			l.warn(codeGoKeyword, it, name.From, name.To, fmt.Sprintf("'%s' is a Go keyword: the Go type has another name", name.Value))
		case types.Universe.Lookup(name.Value) != nil:
			l.warn(codeGoKeyword, it, name.From, name.To, fmt.Sprintf("'%s' is predeclared in Go: the Go type has another name", name.Value))
		}
	}
}
