package lint

import (
	"fmt"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/internal/prose"
)

// docMissing finds definitions without documentation. What other rules want of
// documentation is then not asked for.
func (l *linter) docMissing() {
	for it, def := range l.definitions {
		if it.doc == nil {
			name := def.Head().Name
			l.warn(codeDocMissing, it, name.From, name.To, fmt.Sprintf("the %s is not documented", def.Keyword()))
		}
	}
}

// docMembers finds members, arguments, values and branches that are not
// documented. A pragma may except the definition, but readers miss them all the
// same.
func (l *linter) docMembers() {
	for it, def := range l.definitionDocs {
		for _, n := range undocumented(def) {
			l.warn(codeDocMember, it, n.name.From, n.name.To, fmt.Sprintf("%s '%s' is not documented", n.what, n.name.Value))
		}
	}
}

// undocumented returns what stands in the text of a definition that should be
// documented there, but is not.
func undocumented(def ast.Def) []nameUse {
	documented := make(map[string]bool)
	if doc := def.Head().Doc; doc != nil {
		for _, s := range doc.Sections {
			if s.Kind == ast.DocMember {
				documented[s.Name.Value] = true
			}
		}
	}
	var missing []nameUse
	for n := range names(def) {
		if !documented[n.name.Value] {
			missing = append(missing, n)
		}
	}
	return missing
}

// lacks finds definitions whose documentation has no section of a kind.
func (l *linter) lacks(it *item, kind ast.DocKind) bool {
	for _, s := range it.doc.Sections {
		if s.Kind == kind {
			return false
		}
	}
	return true
}

// docSince finds definitions that do not say since when there are.
func (l *linter) docSince() {
	for it, def := range l.definitionDocs {
		if name := def.Head().Name; l.lacks(it, ast.DocSince) {
			l.warn(codeDocSince, it, name.From, name.To, "the documentation has no 'Since:'")
		}
	}
}

// docReturns finds commands that do not say what they return.
func (l *linter) docReturns() {
	for it, def := range l.definitionDocs {
		if c, ok := def.(*ast.Command); ok && c.Returns != nil && l.lacks(it, ast.DocReturns) {
			l.warn(codeDocReturns, it, c.Name.From, c.Name.To, "the documentation has no 'Returns:'")
		}
	}
}

// docErrors finds commands that do not say how they fail. There is a section for
// it from QEMU 9.0 on.
func (l *linter) docErrors() {
	if l.release.Before(9, 0) {
		return
	}
	for it, def := range l.definitionDocs {
		if c, ok := def.(*ast.Command); ok && l.lacks(it, ast.DocErrors) {
			l.warn(codeDocErrors, it, c.Name.From, c.Name.To, "the documentation has no 'Errors:'")
		}
	}
}

// docExamples finds commands and events without an example.
func (l *linter) docExamples() {
	for it, def := range l.definitionDocs {
		switch def.(type) {
		case *ast.Command, *ast.Event:
			if name := def.Head().Name; !hasExample(it.doc) {
				l.warn(codeDocExample, it, name.From, name.To, "the documentation has no example")
			}
		}
	}
}

func hasExample(doc *ast.Doc) bool {
	for _, s := range doc.Sections {
		if s.Kind == ast.DocExample || holdsExample(prose.Parse(s.Text)) {
			return true
		}
	}
	return false
}

// holdsExample reports whether there is an example in blocks.
func holdsExample(blocks []prose.Block) bool {
	for n := range prose.Nodes(blocks) {
		switch n.(type) {
		case prose.Example, prose.Dialog:
			return true
		}
	}
	return false
}

// xrefRelease is the one from which on names in single back quotes refer to
// definitions.
var xrefRelease = dialect.Of(10, 1)
