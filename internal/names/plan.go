package names

import (
	"errors"
	"fmt"
	"go/token"
	"maps"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// New returns the plan of the package for a schema. The error is a [*ClashError] if two things
// would have the same name and Options.Prefer does not resolve that.
func New(s *ir.Schema, o Options) (*Plan, error) {
	p, err := plan(s, o)
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
	return plan(s, o)
}

// Clashes returns the clashes in a package with all parts and no renamings.
func Clashes(s *ir.Schema) []Clash {
	var clash *ClashError
	if _, err := New(s, Options{Client: true, Events: true, Server: true}); errors.As(err, &clash) {
		return clash.Clashes
	}
	return nil
}

// A planner creates a plan.
type planner struct {
	*Plan
	schema *ir.Schema
	opts   Options

	pkg     *scope // names of the package
	methods *scope // names of Client's methods and Handlers' fields
	clashes []Clash
	renamed map[string]bool // keys of Options.Rename in use
}

func plan(s *ir.Schema, o Options) (*Plan, error) {
	p := &planner{
		Plan:   &Plan{types: make(map[ir.Type]string), links: make(map[string]string)},
		schema: s, opts: o,
		pkg: newScope(""), methods: newScope(Client),
		renamed: make(map[string]bool),
	}
	p.reserve()
	p.nameDefinitions()
	for _, m := range s.Modules {
		f := &File{Path: p.fileName(m), Module: m}
		p.Files = append(p.Files, f)
		for def := range m.Definitions() {
			p.declare(f, def)
		}
	}
	p.checkFiles()
	if len(p.clashes) > 0 {
		return nil, &ClashError{p.clashes, s.Fset}
	}
	if err := p.checkRenamings(); err != nil {
		return nil, err
	}
	return p.Plan, nil
}

// reserve reserves the names that do not come from the schema.
func (p *planner) reserve() {
	if p.opts.Client {
		p.pkg.reserve("the package's", Client, NewClient, History)
	}
	if p.opts.Events {
		p.pkg.reserve("the package's", SubscribeAll)
	}
	if p.opts.Server {
		p.pkg.reserve("the package's", Handlers)
		if len(p.schema.Releases) > 0 {
			p.pkg.reserve("the package's", ReleaseFeatures)
		}
		p.methods.reserve("the method", "Commands")
	}
	if slices.ContainsFunc(p.schema.Types, isUnion) {
		p.pkg.reserve("the package's", UnknownBranch)
	}
}

func isUnion(t ir.Type) bool { _, ok := t.(*ir.Union); return ok }

// nameDefinitions names the definitions of all modules, so that declarations can refer to them.
func (p *planner) nameDefinitions() {
	for def := range p.schema.ByModule() {
		switch d := def.(type) {
		case ir.Type:
			p.nameType(d)
		case *ir.Command:
			if p.opts.Client && d.Name != Negotiation {
				p.links[d.Name] = Client + "." + p.method(d)
			}
		case *ir.Event:
			if p.opts.Events {
				p.links[d.Name] = p.event(d)
			}
		}
	}
}

func (p *planner) nameType(t ir.Type) {
	info := t.Head()
	name := p.rename(info.Name, Type(info.Name))
	p.types[t], p.links[info.Name] = name, name
	p.take(p.pkg, name, Origin{what(t), info.NamePos, info.Name, info.In})
}

func (p *planner) method(c *ir.Command) string { return p.rename(c.Name, Command(c.Name)) }
func (p *planner) event(e *ir.Event) string    { return p.rename(e.Name, Event(e.Name)) }

// declare adds the declarations for a definition.
func (p *planner) declare(f *File, def ir.Def) {
	switch d := def.(type) {
	case *ir.Enum:
		p.declareEnum(f, d)
	case *ir.Struct:
		o := &Object{Name: p.types[d], Def: d, Type: d}
		p.addMembers(f, o, newScope(o.Name), d.AllMembers())
		f.Decls = append(f.Decls, o)
	case *ir.Union:
		o := &Object{Name: p.types[d], Def: d, Type: d}
		p.take(p.pkg, Branch(o.Name), Origin{"the branches of " + what(d), d.NamePos, d.Name, d.In})
		f.Decls = append(f.Decls, o)
		p.addUnion(f, o, newScope(o.Name), d)
		for _, b := range d.Branches {
			p.refer(f, b.Type)
		}
	case *ir.Alternate:
		p.declareAlternate(f, d)
	case *ir.Command:
		p.declareCommand(f, d)
	case *ir.Event:
		p.declareEvent(f, d)
	}
}

// refer declares a type that no module defines, such as QType or an implicit struct, at its
// first use.
func (p *planner) refer(f *File, t ir.Type) {
	switch u := t.(type) {
	case *ir.Builtin, nil:
		return
	case *ir.Array:
		p.refer(f, u.Elem)
		return
	}
	if _, ok := p.types[t]; !ok {
		p.nameType(t)
		p.declare(f, t)
	}
}

func (p *planner) declareEnum(f *File, enum *ir.Enum) {
	d := &Enum{Name: p.types[enum], Def: enum, Values: make([]string, len(enum.Values))}
	f.Decls = append(f.Decls, d)
	for i, v := range enum.Values {
		key := enum.Name + "." + v.Name
		d.Values[i] = p.rename(key, Value(d.Name, v.Name))
		p.take(p.pkg, d.Values[i], Origin{"value '" + v.Name + "' of " + what(enum), v.Pos, key, within(v.In, enum.In)})
	}
}

func (p *planner) declareAlternate(f *File, a *ir.Alternate) {
	d := &Alternate{Name: p.types[a], Def: a, Fields: make([]string, len(a.Branches))}
	f.Decls = append(f.Decls, d)
	fields := newScope(d.Name)
	fields.reserve("the method", "WireAlternate", "MarshalJSON", "UnmarshalJSON")
	for i, b := range a.Branches {
		p.refer(f, b.Type)
		key := a.Name + "." + b.Name
		d.Fields[i] = p.rename(key, AltBranch(b))
		p.take(fields, d.Fields[i], Origin{"branch '" + b.Name + "' of " + what(a), b.Pos, key, within(b.In, a.In)})
	}
}

func (p *planner) declareCommand(f *File, c *ir.Command) {
	method := p.method(c)
	d := &Method{Command: c}
	if c.Name != Negotiation {
		d.Name = method
		p.take(p.methods, method, Origin{what(c), c.NamePos, c.Name, c.In})
	}
	p.refer(f, c.Returns)
	args := Origin{"the arguments of " + what(c), c.NamePos, c.Name, c.In}
	switch {
	case c.Arg == nil:
	case OwnArgs(c):
		o := &Object{Name: Args(method), Def: c, Type: c.Arg, Extra: !c.Gen}
		p.take(p.pkg, o.Name, args)
		f.Decls = append(f.Decls, o)
		p.addData(f, o, newScope(o.Name))
		d.Args = o.Name
	default:
		p.refer(f, c.Arg)
		d.Args = p.types[c.Arg]
		if name := Args(method); name != d.Args {
			p.take(p.pkg, name, args)
			f.Decls = append(f.Decls, &Alias{name, c})
		}
	}
	f.Decls = append(f.Decls, d)
}

func (p *planner) declareEvent(f *File, e *ir.Event) {
	name := p.event(e) // marks its renaming as used even if there are no events
	if !p.opts.Events {
		return
	}
	o := &Object{Name: name, Def: e, Type: e.Arg, RateLimited: p.opts.Server && e.RateLimited()}
	p.take(p.pkg, o.Name, Origin{what(e), e.NamePos, e.Name, e.In})
	f.Decls = append(f.Decls, o)
	fields := newScope(o.Name)
	fields.reserve("the method", "EventName", "EventTime")
	fields.reserve("the field", "Timestamp")
	if o.RateLimited {
		fields.reserve("the method", "RateKey")
	}
	p.addData(f, o, fields)
}

// addData adds the members of a command's or event's data, flat.
func (p *planner) addData(f *File, o *Object, fields *scope) {
	if o.Extra {
		fields.reserve("the field", "Extra")
	}
	switch t := o.Type.(type) {
	case *ir.Struct:
		members := t.AllMembers()
		if o.Extra {
			members = slices.DeleteFunc(members, (*ir.Member).IsWildcard)
		}
		p.addMembers(f, o, fields, members)
	case *ir.Union:
		p.addUnion(f, o, fields, t)
	}
}

// addUnion adds the common members and the branches of a union.
func (p *planner) addUnion(f *File, o *Object, fields *scope, u *ir.Union) {
	o.Union = u
	fields.reserve("the field", "Branch")
	fields.reserve("the method", "WireUnion")
	p.refer(f, u)
	p.addMembers(f, o, fields, u.Base.AllMembers())
	for _, field := range o.Fields {
		if u.Discriminator != nil && field.Member.Name == u.Discriminator.Name {
			o.Tag = field.Name
		}
	}
}

// addMembers adds fields for members.
func (p *planner) addMembers(f *File, o *Object, taken *scope, members []*ir.Member) {
	o.Fields = make([]Field, len(members))
	keys := make([]string, len(members))
	for i, m := range members {
		p.refer(f, m.Type)
		keys[i] = Owner(m, o.Def).Head().Name + "." + m.Name
		o.Fields[i] = Field{p.rename(keys[i], Member(m.Name)), m}
	}
	if o.JSON = needsJSON(o); o.JSON {
		taken.reserve("the method", "MarshalJSON", "UnmarshalJSON")
	}
	for i, m := range members {
		p.take(taken, o.Fields[i].Name, Origin{"member '" + m.Name + "' of " + what(o.Def), m.Pos, keys[i], within(m.In, o.Def.Head().In)})
	}
}

// Owner returns the definition whose text contains a member of def.
func Owner(m *ir.Member, def ir.Def) ir.Def {
	if m.Owner != nil {
		return m.Owner
	}
	return def
}

// what describes a definition in messages.
func what(d ir.Def) string { return d.Kind() + " '" + d.Head().Name + "'" }

// rename returns the name for key in Options.Rename, or else the given name.
func (p *planner) rename(key, name string) string {
	if n, ok := p.opts.Rename[key]; ok && !isFileName(n) {
		p.renamed[key] = true
		return n
	}
	return name
}

// checkRenamings returns an error for a renaming of something that does not exist, or to an
// invalid name.
func (p *planner) checkRenamings() error {
	for _, key := range slices.Sorted(maps.Keys(p.opts.Rename)) {
		name := p.opts.Rename[key]
		switch {
		case !p.renamed[key]:
			return fmt.Errorf("nothing is called %q that could be renamed to %s", key, name)
		case isFileName(name):
			if name != fileName(strings.TrimSuffix(name, ".go")) {
				return fmt.Errorf("the file of %q cannot be called %q: its name may have letters, digits, '-' and '.'", key, name)
			}
		case !token.IsIdentifier(name) || !token.IsExported(name):
			return fmt.Errorf("%q cannot be renamed to %q: that is not an exported Go name", key, name)
		}
	}
	return nil
}
