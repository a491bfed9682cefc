package main

import (
	"io"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/gen/golang"
	"github.com/qapi-go/qapi-go/internal/config"
	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/internal/outdir"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/ir/merge"
	"github.com/qapi-go/qapi-go/ir/subset"
)

// An input is the input of a package: a schema, or those of several releases.
type input struct {
	name    string   // of the schema, in generated files
	options []string // that belong to the input, for the manifest
	hint    string   // for names that clash

	read func(name string) ([]byte, error) // a file, by its path in the manifest
	load func(stderr io.Writer) (*ir.Schema, error)

	// Set by load.
	noted    func() []outdir.Input
	licence  func() string
	releases func() []merge.Release // nil: of one
	lookup   func(name string) diag.File

	close func()
}

// schemasOf returns the schemas of an output of a configuration.
func schemasOf(schema string, schemas []string, c *config.Config) []string {
	switch {
	case len(schemas) > 0:
		return schemas
	case schema != "":
		return []string{schema}
	case len(c.Schemas) > 0:
		return c.Schemas
	case c.Schema != "":
		return []string{c.Schema}
	}
	return nil
}

// open opens the input of an output.
func (g *generate) open(cmd *cobra.Command, o config.Generate) (*input, error) {
	if isReleases(o.Schemas) {
		if len(slices.Compact(slices.Clone(o.Schemas))) > 1 || len(o.Schemas) == 1 {
			return g.openReleases(cmd, o)
		}
		o.Schemas = o.Schemas[:1] // one schema given twice is that schema
	}
	if o.Prefer != "" {
		return nil, usagef(cmd, "--prefer belongs to several --schema")
	}
	src, err := g.openSource(cmd, strings.Join(o.Schemas, ""))
	if err != nil {
		return nil, err
	}
	read := &driver.Inputs{FS: src.FS, Dir: path.Dir(src.Root)}
	in := &input{name: path.Base(src.Root), read: read.Read, noted: read.Noted, licence: read.Licence, close: func() { src.Close() }}
	in.load = func(stderr io.Writer) (*ir.Schema, error) {
		src.FS = read
		got, err := g.LoadOne(src, stderr)
		if err != nil {
			return nil, err
		}
		in.lookup = got.Parsed.Lookup
		return got.Schema, nil
	}
	return in, nil
}

// openReleases opens the schemas of several releases, to be merged.
func (g *generate) openReleases(cmd *cobra.Command, o config.Generate) (*input, error) {
	roots, err := g.mergedRoots(cmd, o.Schemas, o.Prefer)
	if err != nil {
		return nil, err
	}
	newest := strings.FieldsFunc(roots[len(roots)-1].Root, func(r rune) bool { return r == '/' || r == '\\' || r == ':' })
	in := &input{name: newest[len(newest)-1], hint: ", --prefer the one of a release", read: readRelease(roots), close: func() {}}
	for i, r := range roots {
		if i == 0 || roots[i-1].Version != r.Version {
			in.options = append(in.options, "release="+r.Name)
		}
	}
	if len(in.options) == 1 { // one release given twice is the package of that release
		in.options = nil
	}
	in.load = func(stderr io.Writer) (*ir.Schema, error) {
		m, err := g.LoadMerged(roots, o.Prefer, stderr)
		if err != nil {
			return nil, err
		}
		in.noted = func() []outdir.Input { return m.Inputs }
		in.licence = func() string { return m.Licence }
		in.lookup = m.Lookup
		in.releases = func() []merge.Release { return m.Releases }
		return m.Schema, nil
	}
	return in, nil
}

// parts returns the releases, each with the commands and events that the package has.
func parts(o config.Generate, merged *ir.Schema, list []merge.Release) ([]golang.Release, error) {
	var out []golang.Release
	for _, r := range list {
		part := r.Schema
		if len(o.Define) > 0 {
			part = subset.Decide(part, o.Define)
		}
		if len(o.Define) > 0 || len(o.Include) > 0 || len(o.Exclude) > 0 {
			var err error
			if part, err = common(part, merged); err != nil {
				return nil, err
			}
		}
		out = append(out, golang.Release{Name: r.Name, Schema: part})
	}
	return out, nil
}

// common returns the commands and events of a schema that another one also has, and the types
// that they need.
func common(s, other *ir.Schema) (*ir.Schema, error) {
	var names []string
	for _, c := range s.Commands {
		if other.ByName[c.Name] != nil {
			names = append(names, c.Name)
		}
	}
	for _, e := range s.Events {
		if other.ByName[e.Name] != nil {
			names = append(names, e.Name)
		}
	}
	if len(names) == 0 {
		return &ir.Schema{Fset: s.Fset, Root: s.Root, Release: s.Release, ByName: make(map[string]ir.Def)}, nil
	}
	return subset.Select(s, names, nil)
}
