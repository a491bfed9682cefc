package golang

import (
	"fmt"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/qapi-go/qapi-go/internal/names"
	"github.com/qapi-go/qapi-go/ir"
)

// tableName returns the name of the variable that describes a union to the codec.
func tableName(union string) string { return "union" + union }

func markName(union string) string { return "is" + names.Branch(union) }

// unionTypes writes the interface of a union's branches, the methods that implement it, and
// the table for the codec.
func (e *emitter) unionTypes(d *names.Object) {
	branch, mark := names.Branch(d.Name), markName(d.Name)
	e.comment(e.branches(d))
	e.out.Type().Id(branch).Interface(jen.Id(mark).Params())

	// Several values can have the same branch type.
	marked := make(map[ir.Type]bool)
	for _, b := range d.Union.Branches {
		if b.Type != nil && !marked[b.Type] {
			marked[b.Type] = true
			e.mark(e.Type(b.Type), mark)
		}
	}
	e.mark(names.UnknownBranch, mark)
	e.out.Line()

	branches := make([]jen.Code, len(d.Union.Branches))
	for i, b := range d.Union.Branches {
		row := []jen.Code{jen.Id("Value").Op(":").Lit(b.Name)}
		if b.Type != nil {
			row = append(row, jen.Id("Type").Op(":").Add(nilPointer(e.typ(b.Type))))
		}
		branches[i] = jen.Values(row...)
	}
	table := []jen.Code{
		jen.Id("Tag").Op(":").Lit(d.Union.Discriminator.Name),
		jen.Id("Branches").Op(":").Index().Qual(wirePath, "UnionBranch").Values(lines(branches)...),
	}
	if s := shared(d.Union); len(s) > 0 {
		table = append(table, jen.Id("Shared").Op(":").Index().String().Values(lines(s)...))
	}
	table = append(table, jen.Id("Unknown").Op(":").Add(nilPointer(jen.Id(names.UnknownBranch))))
	e.out.Var().Id(tableName(d.Name)).Op("=").Qual(wirePath, "Union").Values(lines(table)...)
}

// shared returns the names of common members that branches have as well. There are some in
// merged schemas, if a member moved between the base and a branch.
func shared(u *ir.Union) []jen.Code {
	var names []jen.Code
	for _, m := range u.Base.AllMembers() {
		if inBranch(u, m.Name, make(map[*ir.Union]bool)) {
			names = append(names, jen.Lit(m.Name))
		}
	}
	return names
}

// inBranch reports whether a branch of a union, or of a union nested in a branch, has a
// member.
func inBranch(u *ir.Union, name string, seen map[*ir.Union]bool) bool {
	if seen[u] {
		return false
	}
	seen[u] = true
	has := func(list []*ir.Member) bool {
		return slices.ContainsFunc(list, func(m *ir.Member) bool { return m.Name == name })
	}
	for _, b := range u.Branches {
		switch t := b.Type.(type) {
		case *ir.Struct:
			if has(t.AllMembers()) {
				return true
			}
		case *ir.Union:
			if has(t.Base.AllMembers()) || inBranch(t, name, seen) {
				return true
			}
		}
	}
	return false
}

// mark writes the method that makes a type a branch of a union.
func (e *emitter) mark(name, mark string) {
	e.out.Func().Params(jen.Op("*").Id(name)).Id(mark).Params().Block()
}

// nilPointer returns (*T)(nil), static data that tells the runtime the type.
func nilPointer(t jen.Code) *jen.Statement {
	return jen.Parens(jen.Op("*").Add(t)).Call(jen.Nil())
}

// unknownBranch writes the type of branches that are not in the schema.
func (e *emitter) unknownBranch() {
	e.comment(text("UnknownBranch is a branch of any union that is not in the schema. It is encoded as it was received."))
	e.out.Type().Id("UnknownBranch").Struct(jen.Qual(wirePath, "Unknown"))
}

func (e *emitter) alternate(d *names.Alternate) {
	fields := make([]field, len(d.Fields))
	for i, b := range d.Def.Branches {
		fields[i] = branchField(d.Fields[i], b)
	}
	first := fmt.Sprintf("%s is the alternate '%s': exactly one field is set.", d.Name, d.Def.Name)
	e.comment(e.definition(first, d.Def))
	e.out.Type().Id(d.Name).StructFunc(func(g *jen.Group) { e.addFields(g, fields) })
	e.comment(text("WireAlternate marks the type as an alternate for the codec."))
	e.out.Func().Params(jen.Op("*").Id(d.Name)).Id("WireAlternate").Params().Block()
	e.jsonMethods(d.Name)
}
