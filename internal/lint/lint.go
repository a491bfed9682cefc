// Package lint checks schemas for what is allowed but discouraged: names and results that
// are allowed only as exceptions, documentation that is missing, broken or misread,
// unneeded exceptions, and names that clash in Go.
//
// A rule is identified by its code, in capitals like those of package compat, and explained
// in package diag like the codes of errors. A finding is a [diag.Diagnostic] with severity
// warning. Rules come in groups; [Options] selects the rules to check, and where.
//
// Single findings can be ignored with a comment
//
//	# qapi-go:ignore RULE reason
//
// It applies to its own line or, if nothing else is on that line, to what follows: inside a
// definition to the next line, outside to the whole definition, directive or free-form
// comment. A comment that ignores nothing is a finding itself.
package lint

import (
	"go/token"
	"slices"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/ir"
)

// A Schema is a schema without errors, in all the forms that rules need.
type Schema struct {
	IR   *ir.Schema
	Root *ast.File

	// Text returns the text of a file by its name in the file set of IR.
	Text func(file string) string

	// Others are the other schemas of the run. Documentation may refer to their
	// definitions, as that of QEMU's guest agent does.
	Others []*ir.Schema

	// History is the history of releases up to this one. If it is nil, rules that need it
	// find nothing.
	History *compat.History

	// Merged is that of the releases of which this one is the newest, if one Go
	// package is made for all of them: its names are checked. Nil is IR.
	Merged *ir.Schema
}

// Run checks a schema and adds its findings to the list, as warnings. The options must be
// valid, see [Options.Check].
func Run(s Schema, o Options, list *diag.List) {
	l := &linter{Schema: s, on: o.rules(), release: s.IR.Release}
	l.collect()
	for _, r := range Rules() {
		if l.on[r.Code] && r.check != nil {
			r.check(l)
		}
	}
	for _, d := range l.applyComments() {
		if file := l.IR.Fset.File(d.Pos); file == nil || !o.ignores(d.Code, file.Name()) {
			list.Add(d)
		}
	}
}

// A linter checks one schema.
type linter struct {
	Schema
	release dialect.Release
	on      map[diag.Code]bool
	items   []*item            // of all files, in reading order
	found   []*diag.Diagnostic // in rule order
}

// An item is a top-level item of a file.
type item struct {
	file *ast.File
	decl ast.Decl
	def  ast.Def  // nil if it is not a definition
	doc  *ast.Doc // nil if it has no documentation

	lines []docLine // of doc, see docLines
}

// from returns the start of an item, including its documentation.
func (it *item) from() token.Pos {
	if it.doc != nil && it.doc.From < it.decl.Pos() {
		return it.doc.From
	}
	return it.decl.Pos()
}

// collect lists the items.
func (l *linter) collect() {
	for file, decl := range ast.All(l.Root) {
		it := &item{file: file, decl: decl}
		switch d := decl.(type) {
		case ast.Def:
			it.def, it.doc = d, d.Head().Doc
		case *ast.FreeDoc:
			it.doc = d.Doc
		}
		l.items = append(l.items, it)
	}
}

// definitions yields the items that are definitions.
func (l *linter) definitions(yield func(*item, ast.Def) bool) {
	for _, it := range l.items {
		if it.def != nil && !yield(it, it.def) {
			return
		}
	}
}

// warn adds a finding over [pos, end).
func (l *linter) warn(code diag.Code, it *item, pos, end token.Pos, msg string) *diag.Diagnostic {
	d := &diag.Diagnostic{Severity: diag.Warning, Code: code, Stage: diag.StageSchema, Pos: pos, End: end, Msg: msg}
	if it != nil && it.def != nil {
		d.Within(it.def.Keyword()+" '"+it.def.Head().Name.Value+"'", it.def.Pos())
	}
	l.found = append(l.found, d)
	return d
}

// text returns the source in [from, to), which is in one file.
func (l *linter) text(from, to token.Pos) string {
	f := l.IR.Fset.File(from)
	if f == nil {
		return ""
	}
	src := l.Text(f.Name())
	a, b := f.Offset(from), f.Offset(to)
	if a > b || b > len(src) {
		return ""
	}
	return src[a:b]
}

// exceptions returns the list of a pragma as a set.
func exceptions(names []string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, n := range names {
		set[n] = true
	}
	return set
}

// hasFeature reports whether the list contains the named feature.
func hasFeature(features []*ast.Feature, name string) bool {
	return slices.ContainsFunc(features, func(f *ast.Feature) bool { return f.Name.Value == name })
}
