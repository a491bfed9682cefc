package golang

import (
	"github.com/qapi-go/qapi-go/internal/introspect"
	"github.com/qapi-go/qapi-go/internal/names"
	"github.com/qapi-go/qapi-go/ir"
)

// A plan holds all decisions made before emission: package names has planned the files, their
// declarations and all names.
type plan struct {
	*names.Plan
	schema *ir.Schema
	opts   Options
	cycles map[ir.Type]int // see findCycles

	// Of a server; empty if there is none.
	introspection string // reply to query-qmp-schema, JSON text
	releaseTable  string // for genrt.ReleaseFeatures
}

func newPlan(s *ir.Schema, o Options) (*plan, error) {
	n, err := names.New(s, names.Options{
		Client: o.Parts&Client != 0, Events: o.Parts&Events != 0, Server: o.Parts&Server != 0,
		Rename: o.Rename, Prefer: o.Prefer,
	})
	if err != nil {
		return nil, err
	}
	p := &plan{Plan: n, schema: s, opts: o, cycles: findCycles(s)}
	return p, p.introspect()
}

const introspectionCommand = "query-qmp-schema"

// introspect sets the introspection of servers: of the schema, if it has the command for it, and
// of each release.
func (p *plan) introspect() (err error) {
	if !p.has(Server) {
		return nil
	}
	if _, ok := p.schema.ByName[introspectionCommand].(*ir.Command); ok {
		if p.introspection, err = introspect.Lines(p.schema); err != nil {
			return err
		}
	}
	if len(p.opts.Releases) > 0 && len(p.schema.Releases) > 0 {
		var names []string
		var schemas []*ir.Schema
		for _, r := range p.opts.Releases {
			names, schemas = append(names, r.Name), append(schemas, r.Schema)
		}
		p.releaseTable, err = introspect.Releases(names, schemas)
	}
	return err
}

func (p *plan) has(part Parts) bool { return p.opts.Parts&part != 0 }

// decls ranges over all declarations.
func (p *plan) decls(yield func(names.Decl) bool) {
	for _, f := range p.Files {
		for _, d := range f.Decls {
			if !yield(d) {
				return
			}
		}
	}
}

// A field is the Go field for a member of an object or a branch of an alternate.
type field struct {
	name     string
	tag      string // for encoding/json and the codec
	typ      ir.Type
	form     form
	doc      *ir.Section
	cond     ir.Cond
	features []ir.Feature
	in       ir.Presence
	owner    ir.Def // its documentation describes the features; nil if there is none
}

// A form says how a field holds its value.
type form uint8

const (
	plain    form = iota // T
	pointer              // *T
	present              // bool: whether the value is null
	indirect             // *T, mandatory: a T by value would contain itself
)

// memberField returns the field for a member of an object.
func (p *plan) memberField(o *names.Object, n names.Field) field {
	m := n.Member
	f := field{
		name: n.Name, tag: m.Name, typ: m.Type,
		doc: m.Doc, cond: m.If, features: m.Features, in: m.In, owner: names.Owner(m, o.Def),
	}
	if m.Optional {
		f.tag += ",omitzero"
	}
	switch {
	case m.Optional && !isList(m.Type) && !ir.IsAny(m.Type):
		f.form = pointer
	case !m.Optional && o.Def == ir.Def(o.Type) && p.sameCycle(o.Type, m.Type):
		f.form = indirect
	}
	return f
}

// branchField returns the field for a branch of an alternate.
func branchField(name string, b *ir.AltBranch) field {
	f := field{name: name, tag: "-", typ: b.Type, form: pointer, doc: b.Doc, cond: b.If, in: b.In}
	switch ir.JSONKindOf(b.Type) {
	case ir.JSONArray:
		f.form = plain
	case ir.JSONNull:
		f.form = present
	}
	return f
}

func isList(t ir.Type) bool { _, ok := t.(*ir.Array); return ok }
