package lint

import (
	"fmt"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/internal/prose"
)

// docMissing finds definitions without documentation. Other rules on documentation do not
// apply to them.
func (l *linter) docMissing() {
	for it, def := range l.definitions {
		if it.doc == nil {
			name := def.Head().Name
			l.warn(codeDocMissing, it, name.From, name.To, fmt.Sprintf("undocumented %s", def.Keyword()))
		}
	}
}

// docMembers finds members, arguments, values and branches that are not documented. This
// includes definitions that a pragma excepts.
func (l *linter) docMembers() {
	for it, def := range l.definitionDocs {
		for _, n := range undocumented(def) {
			l.warn(codeDocMember, it, n.name.From, n.name.To, fmt.Sprintf("undocumented %s '%s'", n.what, n.name.Value))
		}
	}
}

// undocumented returns the parts of a definition that it should document, but does not.
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
	for n := range namesIn(def) {
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

// docSince finds definitions without "Since:".
func (l *linter) docSince() {
	for it, def := range l.definitionDocs {
		if name := def.Head().Name; l.lacks(it, ast.DocSince) {
			l.warn(codeDocSince, it, name.From, name.To, "documentation without 'Since:'")
		}
	}
}

// docReturns finds commands with a result but without "Returns:".
func (l *linter) docReturns() {
	for it, def := range l.definitionDocs {
		if c, ok := def.(*ast.Command); ok && c.Returns != nil && l.lacks(it, ast.DocReturns) {
			l.warn(codeDocReturns, it, c.Name.From, c.Name.To, "documentation without 'Returns:'")
		}
	}
}

// docErrors finds commands without "Errors:", a section that exists from QEMU 9.0 on.
func (l *linter) docErrors() {
	if l.release.Before(9, 0) {
		return
	}
	for it, def := range l.definitionDocs {
		if c, ok := def.(*ast.Command); ok && l.lacks(it, ast.DocErrors) {
			l.warn(codeDocErrors, it, c.Name.From, c.Name.To, "documentation without 'Errors:'")
		}
	}
}

// docExamples finds commands and events without an example.
func (l *linter) docExamples() {
	for it, def := range l.definitionDocs {
		switch def.(type) {
		case *ast.Command, *ast.Event:
			if name := def.Head().Name; !hasExample(it.doc) {
				l.warn(codeDocExample, it, name.From, name.To, "documentation without an example")
			}
		}
	}
}

func hasExample(doc *ast.Doc) bool {
	for _, s := range doc.Sections {
		if s.Kind == ast.DocExample || exampleIn(prose.Parse(s.Text)) {
			return true
		}
	}
	return false
}

// exampleIn reports whether blocks contain an example.
func exampleIn(blocks []prose.Block) bool {
	for n := range prose.Nodes(blocks) {
		switch n.(type) {
		case prose.Example, prose.Dialog:
			return true
		}
	}
	return false
}

// xrefRelease is the first release in which names in single back quotes refer to
// definitions.
var xrefRelease = dialect.Of(10, 1)
