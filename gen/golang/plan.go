package golang

import (
	"errors"
	"fmt"
	"go/token"
	"maps"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/internal/names"
	"github.com/qapi-go/qapi-go/ir"
)

// A plan is everything that is decided before anything is written.
type plan struct {
	schema *ir.Schema
	opts   Options

	pkg      *scope // of the package
	commands *scope // of Client's methods and Handlers' fields
	clashes  []Clash
	renamed  map[string]bool // keys of Options.Rename that were of use

	names  map[ir.Type]string // Go names of enums, structs, unions and alternates
	links  map[string]string  // what a doc link to a definition is written as
	cycles map[ir.Type]int    // see findCycles
	made   map[ir.Type]bool   // types that are declared in a file, or will be
	files  []*file
	unions bool // there is a union
}

// A file is one generated file.
type file struct {
	path   string
	module *ir.Module
	decls  []decl
}

// A decl is what is generated for one definition.
type decl interface{ emit(e *emitter) }

type (
	enumDecl struct {
		name   string
		enum   *ir.Enum
		consts []string // names of the values
	}

	// An objectDecl is a Go struct for a JSON object.
	objectDecl struct {
		name    string
		def     ir.Def // the struct, union, command or event it is for
		fields  []field
		union   *ir.Union // whose branches it has, or nil
		tag     string    // name of the discriminator's field
		extra   bool      // it has Extra
		event   bool      // it is an event's
		limited bool      // … and a server limits its rate
	}

	alternateDecl struct {
		name   string
		alt    *ir.Alternate
		fields []field
	}

	commandDecl struct {
		cmd      *ir.Command
		internal bool   // the runtime runs it: it has no method and no handler
		method   string // of Client, and field of Handlers
		args     string // Go type of the arguments; empty if there are none
	}

	// An argsDecl is the name that ends in Args of arguments whose type has a name in the schema.
	argsDecl struct {
		name string
		cmd  *ir.Command
	}
)

// A field is a field for a member of an object or a branch of an alternate.
type field struct {
	name     string
	key      string // of Options.Rename
	wire     string // name on the wire; empty in alternates
	typ      ir.Type
	form     form
	doc      *ir.Section
	cond     ir.Cond
	features []ir.Feature
	in       ir.Presence
	owner    ir.Def // in whose documentation the features are explained; nil if there is none
}

// A form says how a field holds its value.
type form uint8

const (
	plain    form = iota // T
	pointer              // *T
	present              // bool: the value null
	indirect             // *T, mandatory: a T by value would contain itself
)

// newPlan decides all names. What clashes gets the names that Options.Prefer gives
// it, and is an error if that gives none.
func newPlan(s *ir.Schema, o Options) (*plan, error) {
	p, err := tryPlan(s, o)
	var clash *ClashError
	if o.Prefer == "" || !errors.As(err, &clash) {
		return p, err
	}
	o.Rename = maps.Clone(o.Rename)
	if o.Rename == nil {
		o.Rename = make(map[string]string)
	}
	for _, c := range clash.Clashes {
		if key, name, ok := c.settle(o.Prefer); ok {
			o.Rename[key] = name
		}
	}
	return tryPlan(s, o)
}

func tryPlan(s *ir.Schema, o Options) (*plan, error) {
	p := &plan{
		schema: s, opts: o,
		pkg: newScope(""), commands: newScope("Client"),
		renamed: make(map[string]bool),
		names:   make(map[ir.Type]string),
		links:   make(map[string]string),
		made:    make(map[ir.Type]bool),
		cycles:  findCycles(s),
	}
	p.reserve()
	p.nameDefinitions()
	for _, m := range s.Modules {
		f := &file{path: p.fileName(m), module: m}
		p.files = append(p.files, f)
		for def := range m.Definitions() {
			p.declare(f, def)
		}
	}
	p.checkFiles()
	if len(p.clashes) > 0 {
		return nil, &ClashError{p.clashes, s.Fset}
	}
	for _, key := range slices.Sorted(maps.Keys(o.Rename)) {
		if !p.renamed[key] {
			return nil, fmt.Errorf("nothing is called %q that could be renamed to %s", key, o.Rename[key])
		}
		if name := o.Rename[key]; isFileName(name) {
			if name != fileName(strings.TrimSuffix(name, ".go")) {
				return nil, fmt.Errorf("the file of %q cannot be called %q: its name may have letters, digits, '-' and '.'", key, name)
			}
			continue
		}
		if name := o.Rename[key]; !token.IsIdentifier(name) || !token.IsExported(name) {
			return nil, fmt.Errorf("%q cannot be renamed to %q: that is not an exported Go name", key, name)
		}
	}
	return p, nil
}

func (p *plan) has(part Parts) bool { return p.opts.Parts&part != 0 }

// reserve takes the names that do not come from the schema.
func (p *plan) reserve() {
	if p.has(Client) {
		p.pkg.reserve("the package's", "Client", "NewClient", historyVar)
	}
	if p.has(Events) {
		p.pkg.reserve("the package's", "SubscribeAll")
	}
	if p.has(Server) {
		p.pkg.reserve("the package's", "Handlers")
		if len(p.schema.Releases) > 0 {
			p.pkg.reserve("the package's", releaseFeaturesFunc)
		}
		p.commands.reserve("the method", "Commands")
	}
	for _, t := range p.schema.Types {
		if _, ok := t.(*ir.Union); ok {
			p.unions = true
			p.pkg.reserve("the package's", "UnknownBranch")
			break
		}
	}
}

// rename returns the name that the user wants for key, or else the given one.
func (p *plan) rename(key, name string) string {
	if n, ok := p.opts.Rename[key]; ok && !isFileName(n) {
		p.renamed[key] = true
		return n
	}
	return name
}

// nameDefinitions names the types that the modules define, so that they can be
// referred to from anywhere.
func (p *plan) nameDefinitions() {
	for def := range p.schema.ByModule() {
		switch d := def.(type) {
		case ir.Type:
			p.nameType(d)
		case *ir.Command:
			if p.has(Client) && !negotiates(d) {
				p.links[d.Name] = "Client." + p.method(d)
			}
		case *ir.Event:
			if p.has(Events) {
				p.links[d.Name] = p.event(d)
			}
		}
	}
}

func (p *plan) nameType(t ir.Type) {
	info := t.Head()
	name := p.rename(info.Name, names.Type(info.Name))
	p.names[t], p.links[info.Name], p.made[t] = name, name, true
	p.take(p.pkg, name, Origin{what(t), info.NamePos, info.Name, info.In})
}

// negotiates reports whether a command is the one that opens a QMP session. The
// runtime sends and answers it; it has no method and no handler.
func negotiates(c *ir.Command) bool { return c.Name == names.Negotiation }

func (p *plan) method(c *ir.Command) string { return p.rename(c.Name, names.Command(c.Name)) }
func (p *plan) event(e *ir.Event) string    { return p.rename(e.Name, names.Event(e.Name)) }

// what says what a definition is, for messages.
func what(d ir.Def) string { return d.Kind() + " '" + d.Head().Name + "'" }

func (p *plan) declare(f *file, def ir.Def) {
	switch d := def.(type) {
	case *ir.Enum:
		p.declareEnum(f, d)
	case *ir.Struct:
		p.declareStruct(f, d)
	case *ir.Union:
		p.declareUnion(f, d)
	case *ir.Alternate:
		p.declareAlternate(f, d)
	case *ir.Command:
		p.declareCommand(f, d)
	case *ir.Event:
		p.declareEvent(f, d)
	}
}

// refer makes sure that a type is declared: one that no module defines, such as
// QType or an implicit struct, is declared where it is first used.
func (p *plan) refer(f *file, t ir.Type) {
	switch u := t.(type) {
	case *ir.Builtin, nil:
		return
	case *ir.Array:
		p.refer(f, u.Elem)
		return
	}
	if !p.made[t] {
		p.nameType(t)
		p.declare(f, t)
	}
}

func (p *plan) declareEnum(f *file, enum *ir.Enum) {
	d := &enumDecl{name: p.names[enum], enum: enum}
	for _, v := range enum.Values {
		name := p.rename(enum.Name+"."+v.Name, names.Value(d.name, v.Name))
		p.take(p.pkg, name, Origin{"value '" + v.Name + "' of " + what(enum), v.Pos, enum.Name + "." + v.Name, within(v.In, enum.In)})
		d.consts = append(d.consts, name)
	}
	f.decls = append(f.decls, d)
}

func (p *plan) declareStruct(f *file, s *ir.Struct) {
	d := &objectDecl{name: p.names[s], def: s}
	p.addMembers(f, d, newScope(d.name), s, s.AllMembers())
	f.decls = append(f.decls, d)
}

func (p *plan) declareUnion(f *file, u *ir.Union) {
	d := &objectDecl{name: p.names[u], def: u}
	p.take(p.pkg, names.Branch(d.name), Origin{"the branches of " + what(u), u.NamePos, u.Name, u.In})
	f.decls = append(f.decls, d)
	p.addUnion(f, d, newScope(d.name), u)
	for _, b := range u.Branches {
		p.refer(f, b.Type)
	}
}

func (p *plan) declareAlternate(f *file, a *ir.Alternate) {
	d := &alternateDecl{name: p.names[a], alt: a}
	f.decls = append(f.decls, d)
	fields := newScope(d.name)
	fields.reserve("the method", "WireAlternate", "MarshalJSON", "UnmarshalJSON")
	for _, b := range a.Branches {
		p.refer(f, b.Type)
		form, name := pointer, names.Member(b.Name)
		switch t := b.Type.(type) {
		case *ir.Array:
			form = plain
		case *ir.Builtin:
			if t.JSON == ir.JSONNull {
				form, name = present, "Null"
			}
		}
		name = p.rename(a.Name+"."+b.Name, name)
		p.take(fields, name, Origin{"branch '" + b.Name + "' of " + what(a), b.Pos, a.Name + "." + b.Name, within(b.In, a.In)})
		d.fields = append(d.fields, field{name: name, typ: b.Type, form: form, doc: b.Doc, cond: b.If, in: b.In})
	}
}

func (p *plan) declareCommand(f *file, c *ir.Command) {
	d := &commandDecl{cmd: c, internal: negotiates(c)}
	method := p.method(c)
	if !d.internal {
		d.method = method
		p.take(p.commands, method, Origin{what(c), c.NamePos, c.Name, c.In})
	}
	p.refer(f, c.Returns)
	info := ir.Def(c)
	switch {
	case c.Arg == nil:
	case !c.Gen || c.Arg.Head().Implicit:
		args := &objectDecl{name: names.Args(method), def: info, extra: !c.Gen}
		p.take(p.pkg, args.name, Origin{"the arguments of " + what(c), c.NamePos, c.Name, c.In})
		f.decls = append(f.decls, args)
		p.addData(f, args, newScope(args.name), c.Arg)
		d.args = args.name
	default:
		p.refer(f, c.Arg)
		d.args = p.names[c.Arg]
		if name := names.Args(method); name != d.args {
			p.take(p.pkg, name, Origin{"the arguments of " + what(c), c.NamePos, c.Name, c.In})
			f.decls = append(f.decls, &argsDecl{name, c})
		}
	}
	f.decls = append(f.decls, d)
}

func (p *plan) declareEvent(f *file, e *ir.Event) {
	if !p.has(Events) {
		p.event(e) // its name may be in Options.Rename all the same
		return
	}
	d := &objectDecl{name: p.event(e), def: e, event: true}
	p.take(p.pkg, d.name, Origin{what(e), e.NamePos, e.Name, e.In})
	f.decls = append(f.decls, d)
	fields := newScope(d.name)
	fields.reserve("the method", "EventName", "EventTime")
	fields.reserve("the field", "Timestamp")
	if d.limited = p.has(Server) && e.RateLimited(); d.limited {
		fields.reserve("the method", "RateKey")
	}
	p.addData(f, d, fields, e.Arg)
}

// addData adds the members of a command's or event's data, flat.
func (p *plan) addData(f *file, d *objectDecl, fields *scope, data ir.Type) {
	if d.extra {
		fields.reserve("the field", "Extra")
	}
	switch t := data.(type) {
	case *ir.Struct:
		members := t.AllMembers()
		if d.extra {
			members = slices.DeleteFunc(members, standsForMore)
		}
		p.addMembers(f, d, fields, t, members)
	case *ir.Union:
		p.addUnion(f, d, fields, t)
	}
}

// standsForMore reports whether a member is none itself, but says that there may be
// any others: '*props': '**' in commands up to QEMU 2.4.
func standsForMore(m *ir.Member) bool {
	return m.Optional && isAny(m.Type) && m.Type.Head().Name == "**"
}

// addUnion adds the common members of a union, and its branches.
func (p *plan) addUnion(f *file, d *objectDecl, fields *scope, u *ir.Union) {
	d.union = u
	fields.reserve("the field", "Branch")
	fields.reserve("the method", "WireUnion")
	p.refer(f, u)
	p.addMembers(f, d, fields, u, u.Base.AllMembers())
	for i, m := range u.Base.AllMembers() {
		if u.Discriminator != nil && m.Name == u.Discriminator.Name {
			d.tag = d.fields[i].name
		}
	}
}

// addMembers adds fields for members. holder is the type they make up.
func (p *plan) addMembers(f *file, d *objectDecl, taken *scope, holder ir.Type, members []*ir.Member) {
	fields := make([]field, len(members))
	for i, m := range members {
		p.refer(f, m.Type)
		fields[i] = p.newField(d, holder, m)
	}
	d.fields = fields
	if d.ownJSON() {
		taken.reserve("the method", "MarshalJSON", "UnmarshalJSON")
	}
	for i, m := range members {
		p.take(taken, fields[i].name, Origin{"member '" + m.Name + "' of " + what(d.def), m.Pos, fields[i].key, within(m.In, d.def.Head().In)})
	}
}

func (p *plan) newField(d *objectDecl, holder ir.Type, m *ir.Member) field {
	owner := d.def
	if m.Owner != nil {
		owner = m.Owner
	}
	key := owner.Head().Name + "." + m.Name
	f := field{
		name: p.rename(key, names.Member(m.Name)), key: key,
		wire: m.Name, typ: m.Type, doc: m.Doc, cond: m.If, features: m.Features, in: m.In, owner: owner,
	}
	_, isList := m.Type.(*ir.Array)
	switch {
	case m.Optional && !isList && !isAny(m.Type):
		f.form = pointer
	case !m.Optional && d.def == ir.Def(holder) && p.sameCycle(holder, m.Type):
		f.form = indirect
	}
	f.wire += omit(m)
	return f
}

// omit returns the option of an optional member's tag.
func omit(m *ir.Member) string {
	if m.Optional {
		return ",omitzero"
	}
	return ""
}

// ownJSON reports whether the type needs methods for encoding/json.
func (d *objectDecl) ownJSON() bool {
	return d.union != nil || d.extra || slices.ContainsFunc(d.fields, func(f field) bool {
		return holdsAny(f.typ) || isBytes(f.typ) || f.form == pointer && isNullable(f.typ)
	})
}

// isNullable reports whether null is a value of the type. In an optional member,
// encoding/json would take it for no value.
func isNullable(t ir.Type) bool {
	switch t := t.(type) {
	case *ir.Builtin:
		return t.JSON == ir.JSONNull
	case *ir.Alternate:
		return slices.ContainsFunc(t.Branches, func(b *ir.AltBranch) bool { return isNullable(b.Type) })
	}
	return false
}

func isAny(t ir.Type) bool {
	b, ok := t.(*ir.Builtin)
	return ok && b.JSON == ir.JSONValue
}

// holdsAny reports whether a Go value of the type holds an any that
// encoding/json would see: numbers in it would become float64.
func holdsAny(t ir.Type) bool {
	if a, ok := t.(*ir.Array); ok {
		return holdsAny(a.Elem)
	}
	return isAny(t)
}

// isBytes reports whether encoding/json takes a Go value of the type for bytes,
// which it writes in base64.
func isBytes(t ir.Type) bool {
	a, ok := t.(*ir.Array)
	if !ok {
		return false
	}
	b, ok := a.Elem.(*ir.Builtin)
	return ok && b.Name == "uint8"
}

// fileName returns the name of the file for a module.
func (p *plan) fileName(m *ir.Module) string {
	if name := p.opts.Rename[m.Name]; isFileName(name) {
		p.renamed[m.Name] = true
		return name
	}
	return fileName(m.Name)
}

// isFileName reports whether the value of a renaming is the name of a file. That of
// a member or value never has a dot.
func isFileName(name string) bool { return strings.HasSuffix(name, ".go") }

// checkFiles adds modules whose files would have the same name to the clashes,
// also on file systems that take no notice of case.
func (p *plan) checkFiles() {
	seen := newScope("")
	for _, f := range p.files {
		key := strings.ToLower(f.path)
		second := Origin{What: fmt.Sprintf("module '%s'", f.module.Name)}
		if first, ok := seen.taken[key]; ok {
			p.clashes = append(p.clashes, Clash{f.path, "", first, second})
			continue
		}
		seen.taken[key] = second
	}
}
