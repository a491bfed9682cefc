package resolver

import (
	"go/token"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/ir"
)

// use returns the array type that ref names, which it enters at its first use. It returns nil
// for other types, see bind.
func (r *resolver) use(src ast.Def, ref *ast.TypeRef) ir.Type {
	if ref.Array {
		return r.arrayOf(src, ref)
	}
	return nil
}

func (r *resolver) arrayOf(src ast.Def, ref *ast.TypeRef) *ir.Array {
	if a := r.arrays[ref.Name.Value]; a != nil {
		return a
	}
	a := &ir.Array{Info: ir.Info{Name: ref.Name.Value + "List", Pos: ref.Pos(), NamePos: ref.Pos(), Implicit: true}}
	r.arrays[ref.Name.Value] = a
	r.schema.Types = append(r.schema.Types, a)
	if _, taken := r.schema.ByName[a.Name]; !taken {
		r.schema.ByName[a.Name] = a
	}
	r.enter(a, src).use = ref
	return a
}

// object creates and enters the implicit object type with the role "arg" or "base" in the
// definition owner, which contains the text of its members.
func (r *resolver) object(src ast.Def, pos token.Pos, owner ir.Def, role string, members []*ast.Member) *ir.Struct {
	of := owner.Head()
	s := &ir.Struct{Info: ir.Info{
		Name:     "q_obj_" + of.Name + "-" + role,
		Pos:      pos,
		NamePos:  pos,
		Module:   of.Module,
		If:       of.If,
		Implicit: true,
	}}
	s.Members = r.members(src, members, owner)
	r.enterImplicit(s, src).members = members
	return s
}

// nested creates and enters the implicit struct that is the type of the member m. The
// definition owner contains its text.
func (r *resolver) nested(src ast.Def, m *ast.Member, owner ir.Def) *ir.Struct {
	of := owner.Head()
	s := &ir.Struct{Nested: true, Info: ir.Info{
		Name:     "q_obj_" + of.Name + "-" + m.Name.Value,
		Pos:      m.Type.Pos(),
		NamePos:  m.Type.Pos(),
		Module:   of.Module,
		If:       of.If,
		Implicit: true,
	}}
	s.Members = r.members(src, m.Type.Members, owner)
	r.enterImplicit(s, src).members = m.Type.Members
	return s
}

// enterImplicit enters an implicit type. Its name is taken only if its definition's name is
// taken too, which is reported there.
func (r *resolver) enterImplicit(t ir.Type, src ast.Def) *entity {
	r.schema.Types = append(r.schema.Types, t)
	if name := t.Head().Name; r.schema.ByName[name] == nil {
		r.schema.ByName[name] = t
	}
	return r.enter(t, src)
}

// arguments returns the argument type of a command or event with members of its own. Empty
// 'data' is the same as none.
func (r *resolver) arguments(src ast.Def, data *ast.Data, owner ir.Def) ir.Type {
	if data == nil || data.Name != nil || len(data.Members) == 0 {
		return nil
	}
	return r.object(src, data.Pos(), owner, "arg", data.Members)
}

// union converts a union and enters its implicit types.
func (r *resolver) union(src *ast.Union, info ir.Info) *ir.Union {
	u := &ir.Union{Info: info}
	if src.Discriminator == nil {
		r.simpleUnion(src, u)
		return u
	}
	if src.Base != nil && src.Base.Name == nil {
		u.Base = r.object(src, src.Base.Pos(), u, "base", src.Base.Members)
	}
	for _, b := range src.Branches {
		branch := &ir.Branch{Name: b.Name.Value, Pos: b.Name.Pos(), If: convertCond(b.If)}
		branch.Type = r.use(src, &b.Type)
		u.Branches = append(u.Branches, branch)
	}
	return u
}

// simpleUnion lowers a union without a discriminator (up to QEMU 6.1) to the equivalent flat
// union: an implicit enum of the branch names, a base with the discriminator "type", and for
// each branch a wrapper struct whose only member is "data". Unions with branches of the same
// type share its wrapper.
func (r *resolver) simpleUnion(src *ast.Union, u *ir.Union) {
	u.Simple = true
	kind := &ir.Enum{Info: r.derived(u, u.Name+"Kind")}
	for _, b := range src.Branches {
		branch := &ir.Branch{Name: b.Name.Value, Pos: b.Name.Pos(), If: convertCond(b.If)}
		branch.Type = r.wrapper(src, u, b)
		branch.Value = &ir.EnumValue{Name: branch.Name, Pos: branch.Pos, If: branch.If}
		kind.Values = append(kind.Values, branch.Value)
		u.Branches = append(u.Branches, branch)
	}
	r.enterImplicit(kind, src)

	u.Discriminator = &ir.Member{Name: "type", Pos: u.NamePos, Type: kind, Owner: u}
	u.Base = &ir.Struct{Info: r.derived(u, "q_obj_"+u.Name+"-base"), Members: []*ir.Member{u.Discriminator}}
	r.enterImplicit(u.Base, src)
}

func (r *resolver) wrapper(src *ast.Union, u *ir.Union, b *ast.Branch) *ir.Struct {
	typeName := b.Type.Name.Value
	if b.Type.Array {
		typeName += "List"
	}
	name := "q_obj_" + typeName + "-wrapper"
	if w, ok := r.schema.ByName[name].(*ir.Struct); ok {
		return w
	}
	data := &ir.Member{Name: "data", Pos: b.Type.Pos(), Owner: u}
	written := &ast.Member{Span: b.Span, Name: b.Name, Type: b.Type}
	data.Type = r.use(src, &written.Type)
	w := &ir.Struct{Info: r.derived(u, name), Members: []*ir.Member{data}}
	w.If = nil // bind sets it to that of the wrapped type
	r.wrappers = append(r.wrappers, w)
	r.enterImplicit(w, src).members = []*ast.Member{written}
	return w
}

// derived returns the Info of an implicit type of a definition.
func (r *resolver) derived(of ir.Def, name string) ir.Info {
	i := of.Head()
	return ir.Info{Name: name, Pos: i.Pos, NamePos: i.NamePos, Module: i.Module, If: i.If, Implicit: true}
}
