package golang

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/qapi-go/qapi-go/internal/names"
	"github.com/qapi-go/qapi-go/ir"
)

// tableName returns the name of the variable that describes a union.
func tableName(union string) string { return "union" + union }

func markName(union string) string { return "is" + names.Branch(union) }

// unionTypes writes the interface of a union's branches, what makes types
// branches, and the table for the codec.
func (e *emitter) unionTypes(d *objectDecl) {
	branch, mark, table := names.Branch(d.name), markName(d.name), tableName(d.name)
	e.comment(e.branches(d))
	e.out.Type().Id(branch).Interface(jen.Id(mark).Params())

	// One type can be the branch of several values.
	marked := make(map[ir.Type]bool)
	for _, b := range d.union.Branches {
		if b.Type != nil && !marked[b.Type] {
			marked[b.Type] = true
			e.mark(e.names[b.Type], mark)
		}
	}
	e.mark("UnknownBranch", mark)
	e.out.Line()

	e.out.Var().Id(table).Op("=").Qual(wirePath, "Union").Values(
		jen.Line().Id("Tag").Op(":").Lit(d.union.Discriminator.Name),
		jen.Line().Id("Branches").Op(":").Index().Qual(wirePath, "UnionBranch").ValuesFunc(func(g *jen.Group) {
			for _, b := range d.union.Branches {
				value := jen.Line().Values(jen.Id("Value").Op(":").Lit(b.Name))
				if b.Type != nil {
					value = jen.Line().Values(
						jen.Id("Value").Op(":").Lit(b.Name),
						jen.Id("Type").Op(":").Add(nilPointer(e.typ(b.Type))))
				}
				g.Add(value)
			}
			g.Line()
		}),
		jen.Line().Id("Unknown").Op(":").Add(nilPointer(jen.Id("UnknownBranch"))),
		jen.Line(),
	)
}

// mark makes a type a branch of a union.
func (e *emitter) mark(name, mark string) {
	e.out.Func().Params(jen.Op("*").Id(name)).Id(mark).Params().Block()
}

// nilPointer returns (*T)(nil): static data that tells the runtime a type.
func nilPointer(t jen.Code) *jen.Statement {
	return jen.Parens(jen.Op("*").Add(t)).Call(jen.Nil())
}

// unknownBranch writes the type of branches that the schema does not have.
func (e *emitter) unknownBranch() {
	e.comment(text("UnknownBranch is a branch, of any union, that the schema does not have. It is written back as it was received."))
	e.out.Type().Id("UnknownBranch").Struct(jen.Qual(wirePath, "Unknown"))
}

func (d *alternateDecl) emit(e *emitter) {
	first := fmt.Sprintf("%s is the alternate '%s': exactly one field is set.", d.name, d.alt.Name)
	e.comment(e.definition(first, d.alt))
	e.out.Type().Id(d.name).StructFunc(func(g *jen.Group) { e.addFields(g, d.fields) })
	e.comment(text("WireAlternate marks the type for the codec."))
	e.out.Func().Params(jen.Op("*").Id(d.name)).Id("WireAlternate").Params().Block()
	e.jsonMethods(d.name)
}
