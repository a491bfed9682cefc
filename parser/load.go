package parser

import (
	"cmp"
	"fmt"
	"go/token"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
)

// A Result is what [Load] could read.
type Result struct {
	// Root is the root file, nil if it could not be read.
	Root *ast.File

	// Files are the root file and all files it includes, in the order in which
	// they were opened, each once.
	Files []*ast.File

	// Dialect is the dialect that was given or detected.
	Dialect Dialect

	units map[string]*unit // by display name
}

// Lookup returns what a [diag.Printer] wants to know of a file, by the name that
// the file has in the file set. A file that was not read has no text.
func (r *Result) Lookup(name string) diag.File {
	u := r.units[name]
	if u == nil {
		return diag.File{}
	}
	return diag.File{Text: u.src, IncludedFrom: u.from, Upstream: u.upstream}
}

// Load reads the root file and everything it includes, each file once, and adds
// the files to fset under their display names. It reports what is wrong into
// errs and returns what could be read.
func Load(fset *token.FileSet, src Source, errs *diag.List) *Result {
	r := readAll(fset, src, errs, nil)
	if r.root == nil {
		return r.loader.res
	}
	r.loader.res.Root = r.root.ast
	r.loader.res.Dialect = r.dialect
	r.root.ast.Release, r.root.ast.Releases = r.dialect.Release, r.dialect.Releases
	a := &assembler{errs: &reporter{list: errs}, dialect: &r.dialect, release: r.dialect.Release, releases: r.dialect.Releases}
	a.nodes = &r.loader.nodes
	a.defs = make([]pending, 0, r.loader.items/2+1) // every other item is a comment
	a.unit(r.root)
	a.settleStyle(errs)
	a.lower(r.loader.res.Files)
	return r.loader.res
}

// Syntax reads the text of one file, but none that it includes, and adds it to fset
// under the given name. It reports only what keeps the text from being split into
// tokens and items: neither what these mean nor how they are documented. A release
// of 0 means that the dialect is detected. The result has no syntax tree.
func Syntax(fset *token.FileSet, name, text string, release dialect.Release, errs *diag.List) *Result {
	r := readAll(fset, Source{Root: name, Dialect: release}, errs, &text)
	if r.root != nil {
		for _, it := range r.root.items {
			for _, d := range it.errs {
				errs.Add(d)
			}
		}
	}
	r.loader.res.Files = nil
	return r.loader.res
}

// A reading is what was read, before it has a meaning.
type reading struct {
	loader  *loader
	root    *unit // nil if there is none, which has been reported
	dialect Dialect
}

// readAll reads the root file and all that it includes, by the lexical rules of
// their dialect. If the text of the root file is given, nothing else is read.
func readAll(fset *token.FileSet, src Source, errs *diag.List, alone *string) reading {
	d := pinned(cmp.Or(src.Dialect, dialect.Current))
	l := newLoader(fset, src, lexRulesOf(d.Release))
	l.alone = alone
	if src.Dialect == 0 {
		l.evidence = new(evidence)
	}
	root, err := l.root()
	if err == nil && src.Dialect == 0 {
		var v *version
		if alone == nil {
			v = findVersion(src.FS, src.Root)
		}
		// What an old dialect is detected by can be read by the rules of the
		// current one, but not all of it.
		if d = detect(l.evidence, v); lexRulesOf(d.Release) != l.rules {
			l.discard()
			rules := lexRulesOf(d.Release)
			rules.looseCommas = d.Release.Before(2, 4) // if there are any, detect reports it
			l = newLoader(fset, src, rules)
			l.alone, l.evidence = alone, new(evidence)
			if root, err = l.root(); err == nil {
				if again := detect(l.evidence, v); again.Release <= d.Release {
					d = again
				}
			}
		}
	}
	if err != nil {
		msg := fmt.Sprintf("can't read schema file '%s': %s", root.upstream, err.reason)
		errs.Add(&diag.Diagnostic{Code: err.code, Stage: diag.StageParse, Pos: err.pos, End: err.pos, Msg: msg})
		return reading{loader: l}
	}
	return reading{l, root, d}
}

func newLoader(fset *token.FileSet, src Source, rules lexRules) *loader {
	return &loader{
		fset: fset, src: src, rules: rules,
		seen: make(map[string]bool),
		res:  &Result{units: make(map[string]*unit)},
	}
}

// root opens the root file and all that it includes.
func (l *loader) root() (*unit, *readError) {
	display := l.display(l.src.Root)
	root := &unit{path: l.src.Root, upstream: display}
	return root, l.open(root, display)
}

// discard forgets the files that were read.
func (l *loader) discard() {
	for _, u := range l.res.units {
		l.fset.RemoveFile(u.file)
	}
}

// A loader reads files. What the items of a file mean, and all reporting, waits
// until everything is read.
type loader struct {
	fset   *token.FileSet
	src    Source
	res    *Result
	seen   map[string]bool // paths of all files that were opened
	stack  []*unit         // the files that are open, outermost first
	rules  lexRules
	buf    []byte // for reading files
	tokens tokenBuffer
	item   itemLexer // of the item that is being read
	nodes  converter
	found  int     // number of errors
	items  int     // number of items
	full   bool    // too many errors or items: stop
	alone  *string // the text of the root file, if nothing else is to be read

	evidence *evidence // of the dialect; nil if that was given
}

func (l *loader) display(path string) string {
	if l.src.Display != nil {
		return l.src.Display(path)
	}
	return path
}
