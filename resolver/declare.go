package resolver

import (
	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/ir"
)

// builtins lists the built-in types in the order of QEMU's compiler.
var builtins = []struct {
	name  string
	json  ir.JSONKind
	since dialect.Release // 0 if the oldest has it
}{
	{"str", ir.JSONString, 0},
	{"number", ir.JSONNumber, 0},
	{"int", ir.JSONInt, 0},
	{"int8", ir.JSONInt, 0},
	{"int16", ir.JSONInt, 0},
	{"int32", ir.JSONInt, 0},
	{"int64", ir.JSONInt, 0},
	{"uint8", ir.JSONInt, 0},
	{"uint16", ir.JSONInt, 0},
	{"uint32", ir.JSONInt, 0},
	{"uint64", ir.JSONInt, 0},
	{"size", ir.JSONInt, 0},
	{"bool", ir.JSONBoolean, 0},
	{"any", ir.JSONValue, dialect.Of(2, 5)},
	{"null", ir.JSONNull, dialect.Of(2, 10)},
}

// qtypes lists the values of the predefined enum QType.
var qtypes = []string{"none", "qnull", "qnum", "qstring", "qdict", "qlist", "qbool"}

// predefine declares the built-in types.
func (r *resolver) predefine() {
	for _, b := range builtins {
		if r.releases.Last >= b.since {
			r.addType(&ir.Builtin{Info: ir.Info{Name: b.name}, JSON: b.json}, nil)
		}
	}
	r.predefineQType()
	for _, name := range anyTypes {
		if r.releases.First <= name.last {
			r.addType(&ir.Builtin{Info: ir.Info{Name: name.name}, JSON: ir.JSONValue}, nil)
		}
	}
}

// predefineQType declares the enum QType, which QEMU 2.6 added.
func (r *resolver) predefineQType() {
	if !r.releases.Since(2, 6) {
		return
	}
	q := &ir.Enum{Info: ir.Info{Name: "QType", Implicit: true}, Prefix: "QTYPE"}
	for _, name := range qtypes {
		q.Values = append(q.Values, &ir.EnumValue{Name: name})
	}
	r.addType(q, nil)
}

// anyTypes lists the former names of the type any, with the last release that had each.
var anyTypes = []struct {
	name string
	last dialect.Release
}{
	{"visitor", dialect.Of(2, 3)},
	{"**", dialect.Of(2, 4)},
}

// unchecked declares the undefined types, such as 'dict', that commands without generated code
// mention. Compilers before QEMU 2.4 did not check these commands. The types accept any value.
func (r *resolver) unchecked() {
	if !r.releases.Before(2, 4) {
		return
	}
	for _, c := range r.schema.Commands {
		if c.Gen {
			continue
		}
		src := r.entity(c).src.(*ast.Command)
		if src.Data != nil {
			r.uncheckedMembers(src.Data.Members)
		}
		if src.Returns != nil {
			r.uncheckedType(src.Returns)
		}
	}
}

func (r *resolver) uncheckedMembers(members []*ast.Member) {
	for _, m := range members {
		r.uncheckedMembers(m.Type.Members)
		r.uncheckedType(&m.Type)
	}
}

func (r *resolver) uncheckedType(ref *ast.TypeRef) {
	name := ref.Name.Value
	if !ref.Nested && r.schema.ByName[name] == nil && !r.lost[name] {
		r.addType(&ir.Builtin{Info: ir.Info{Name: name}, JSON: ir.JSONValue}, nil)
	}
}

// addType declares a type that is not written in the schema.
func (r *resolver) addType(t ir.Type, src ast.Def) *entity {
	r.schema.Types = append(r.schema.Types, t)
	r.schema.ByName[t.Head().Name] = t
	return r.enter(t, src)
}

// declare enters all definitions in order, each after its implicit types.
func (r *resolver) declare() {
	for file, decl := range ast.All(r.root) {
		m := r.modules[file]
		switch d := decl.(type) {
		case *ast.Include:
			if d.File != nil {
				m.Items = append(m.Items, &ir.Include{Module: r.modules[d.File]})
			}
		case *ast.FreeDoc:
			if doc := r.convertDoc(d.Doc); doc != nil {
				m.Items = append(m.Items, &ir.FreeDoc{Doc: doc})
			}
		case ast.Def:
			def := r.definition(d, m)
			m.Items = append(m.Items, def)
			r.define(def, d)
		}
	}
}

// define enters a definition under its name. If the name is taken, the definition is still
// checked, but nothing can refer to it.
func (r *resolver) define(def ir.Def, src ast.Def) {
	e := r.enter(def, src)
	e.documented = src.Head().Doc != nil
	if src, ok := src.(*ast.Struct); ok {
		e.members = src.Members
	}
	switch def := def.(type) {
	case ir.Type:
		r.schema.Types = append(r.schema.Types, def)
	case *ir.Command:
		r.schema.Commands = append(r.schema.Commands, def)
	case *ir.Event:
		r.schema.Events = append(r.schema.Events, def)
	}
	name := def.Head().Name
	if other, taken := r.schema.ByName[name]; taken {
		r.redefined(def, src, other)
		return
	}
	r.schema.ByName[name] = def
}

func (r *resolver) redefined(def ir.Def, src ast.Def, other ir.Def) {
	name := &src.Head().Name
	first := r.entity(other)
	if first.src == nil {
		r.errorf(src, name, codeRedefined, "%s is already defined", describe(other))
		return
	}
	d := r.errorf(src, name, codeRedefined, "'%s' is already defined", name.Value)
	previous := &diag.Diagnostic{Msg: "previous definition"}
	d.Upstream = &diag.Upstream{Also: previous.Within(within(first.src))}
	noteDef(d, other, "previous definition")
}

// definition converts the definition src of module m.
func (r *resolver) definition(src ast.Def, m *ir.Module) ir.Def {
	h := src.Head()
	info := ir.Info{
		Name:     h.Name.Value,
		Pos:      src.Pos(),
		NamePos:  h.Name.Pos(),
		Module:   m,
		Doc:      r.convertDoc(h.Doc),
		If:       convertCond(h.If),
		Features: r.convertFeatures(src, h.Features),
	}
	switch src := src.(type) {
	case *ast.Enum:
		return r.enum(src, info)
	case *ast.Struct:
		s := &ir.Struct{Info: info}
		s.Members = r.members(src, src.Members, s)
		return s
	case *ast.Union:
		return r.union(src, info)
	case *ast.Alternate:
		return r.alternate(src, info)
	case *ast.Command:
		c := &ir.Command{
			Info:            info,
			Boxed:           src.Boxed,
			Gen:             !src.NoGen,
			SuccessResponse: !src.NoSuccessResponse,
			AllowOOB:        src.AllowOOB,
			AllowPreconfig:  src.AllowPreconfig,
			Coroutine:       src.Coroutine,
		}
		c.Arg = r.arguments(src, src.Data, c)
		if src.Returns != nil {
			c.Returns = r.use(src, src.Returns)
		}
		return c
	case *ast.Event:
		e := &ir.Event{Info: info, Boxed: src.Boxed}
		e.Arg = r.arguments(src, src.Data, e)
		return e
	}
	panic("resolver: unknown kind of definition: " + src.Keyword())
}

func (r *resolver) enum(src *ast.Enum, info ir.Info) *ir.Enum {
	e := &ir.Enum{Info: info}
	if src.Prefix != nil {
		e.Prefix = src.Prefix.Value
	}
	if len(src.Values) == 0 {
		return e
	}
	block := make([]ir.EnumValue, len(src.Values))
	e.Values = make([]*ir.EnumValue, len(src.Values))
	for i, v := range src.Values {
		block[i] = ir.EnumValue{
			Name:     v.Name.Value,
			Pos:      v.Name.Pos(),
			If:       convertCond(v.If),
			Features: r.convertFeatures(src, v.Features),
		}
		e.Values[i] = &block[i]
	}
	return e
}

func (r *resolver) alternate(src *ast.Alternate, info ir.Info) *ir.Alternate {
	a := &ir.Alternate{Info: info}
	for _, b := range src.Branches {
		branch := &ir.AltBranch{Name: b.Name.Value, Pos: b.Name.Pos(), If: convertCond(b.If)}
		branch.Type = r.use(src, &b.Type)
		a.Branches = append(a.Branches, branch)
	}
	return a
}

// members converts members and enters the array types they use. The owner is the definition
// that contains their text.
func (r *resolver) members(src ast.Def, members []*ast.Member, owner ir.Def) []*ir.Member {
	if len(members) == 0 {
		return nil
	}
	all := make([]*ir.Member, 0, len(members))
	block := make([]ir.Member, len(members))
	for i, m := range members {
		member := &block[i]
		*member = ir.Member{
			Name:     m.Name.Value,
			Pos:      m.Name.Pos(),
			Optional: m.Optional,
			If:       convertCond(m.If),
			Owner:    owner,
		}
		if m.Type.Nested {
			member.Type = r.nested(src, m, owner)
		} else {
			member.Type = r.use(src, &m.Type)
		}
		member.Features = r.convertFeatures(src, m.Features)
		all = append(all, member)
	}
	return all
}

// convertFeatures converts features and counts new names.
func (r *resolver) convertFeatures(src ast.Def, features []*ast.Feature) []ir.Feature {
	var all []ir.Feature
	for _, f := range features {
		all = append(all, ir.Feature{Name: f.Name.Value, Pos: f.Name.Pos(), If: convertCond(f.If)})
		if !r.features[f.Name.Value] {
			r.features[f.Name.Value] = true
			if len(r.features) == maxFeatures+1 {
				r.surplus, r.surplusIn = f, src
			}
		}
	}
	return all
}

func convertCond(c ast.Cond) ir.Cond {
	switch c := c.(type) {
	case *ast.CondMacro:
		return ir.CondMacro{Name: c.Name}
	case *ast.CondAll:
		return ir.CondAll{Conds: convertConds(c.Conds)}
	case *ast.CondAny:
		return ir.CondAny{Conds: convertConds(c.Conds)}
	case *ast.CondText:
		return ir.CondText{Text: c.Text}
	case *ast.CondNot:
		return ir.CondNot{Cond: convertCond(c.Cond)}
	}
	return nil
}

func convertConds(conds []ast.Cond) []ir.Cond {
	all := make([]ir.Cond, len(conds))
	for i, c := range conds {
		all[i] = convertCond(c)
	}
	return all
}
