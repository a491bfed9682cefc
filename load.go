// Package qapigo reads QAPI schemas, which describe the protocols of QEMU, its
// storage daemon and its guest agent.
//
// [Load] is the whole front end: it reads a schema of any QEMU release and
// returns it resolved, as package ir describes. The back ends gen/golang and
// gen/docs turn that into Go and into documentation; the command cmd/qapi-go is
// made of these packages.
package qapigo

import (
	"go/token"
	"io/fs"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/parser"
	"github.com/qapi-go/qapi-go/resolver"
)

// Options change how [Load] reads a schema. The zero value detects the dialect
// and names files as they are named in the file system.
type Options struct {
	// Dialect is the QEMU release whose rules the schema follows; zero means
	// that it is detected.
	Dialect dialect.Release

	// Display returns the name of a file in diagnostics; nil means its path in
	// the file system.
	Display func(path string) string

	// Fset is the file set to add files to, so that several schemas can share
	// one; nil means a new one.
	Fset *token.FileSet

	// NoDocs leaves documentation out of the schema: it is checked, but all docs of
	// the schema are nil, which takes a third of the memory less.
	NoDocs bool

	// Parsed, if not nil, is called with the syntax trees once they are
	// complete, before names are resolved. Result.Root is nil if the root file
	// could not be read.
	Parsed func(*parser.Result)
}

// Load reads the schema whose root file is at the path root of fsys, with the
// files that it includes, and resolves it. The path is clean and has slashes.
//
// The list holds all errors and warnings, and knows the source text that
// [diag.List.Print] shows. The schema is nil if there is an error.
func Load(fsys fs.FS, root string, opts Options) (*ir.Schema, *diag.List) {
	fset := opts.Fset
	if fset == nil {
		fset = token.NewFileSet()
	}
	errs := &diag.List{Fset: fset}
	res := parser.Load(fset, parser.Source{FS: fsys, Root: root, Display: opts.Display, Dialect: opts.Dialect, NoDocs: opts.NoDocs}, errs)
	errs.Lookup = res.Lookup
	if opts.Parsed != nil {
		opts.Parsed(res)
	}
	if res.Root == nil {
		return nil, errs
	}
	schema := resolver.Resolve(fset, res.Root, res.Files, errs)
	if errs.HasErrors() {
		return nil, errs
	}
	return schema, errs
}
