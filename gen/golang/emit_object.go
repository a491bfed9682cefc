package golang

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/qapi-go/qapi-go/internal/names"
	"github.com/qapi-go/qapi-go/ir"
)

func (d *objectDecl) emit(e *emitter) {
	e.comment(d.comment(e))
	e.out.Type().Id(d.name).StructFunc(func(g *jen.Group) {
		e.addFields(g, d.fields)
		if d.union != nil {
			branch := names.Branch(e.names[d.union])
			g.Comment(e.keep(text(fmt.Sprintf("Branch holds what depends on %s: see [%s].", d.tag, branch)), ""))
			g.Id("Branch").Id(branch).Tag(unnamed)
		}
		if d.extra {
			g.Comment(e.keep(text("Extra holds members that the schema does not name, beside the others on the wire."), ""))
			g.Id("Extra").Map(jen.String()).Any().Tag(unnamed)
		}
		if d.event {
			g.Comment("// Timestamp is when the event happened, by the server's clock.")
			g.Id("Timestamp").Qual(qmpPath, "Timestamp").Tag(unnamed)
		}
	})
	if d.event {
		e.eventMethods(d)
	}
	if d.union != nil {
		if d.def == ir.Def(d.union) {
			e.unionTypes(d)
		}
		e.comment(text("WireUnion describes the union to the codec."))
		e.out.Func().Params(jen.Op("*").Id(d.name)).Id("WireUnion").Params().
			Op("*").Qual(wirePath, "Union").
			Block(jen.Return(jen.Op("&").Id(tableName(e.names[d.union]))))
	}
	if d.ownJSON() {
		e.jsonMethods(d.name)
	}
}

// unnamed is the tag of fields that are not a member.
var unnamed = map[string]string{"json": "-"}

func (d *objectDecl) comment(e *emitter) *comment {
	info := d.def.Head()
	switch def := d.def.(type) {
	case *ir.Command:
		c := text(fmt.Sprintf("%s are the arguments of the command '%s'.", d.name, info.Name))
		e.condition(c, info.If)
		return c
	case *ir.Event:
		return e.definition(fmt.Sprintf("%s is the event '%s'.", d.name, info.Name), def)
	}
	first := fmt.Sprintf("%s is the %s '%s'.", d.name, d.def.Kind(), info.Name)
	if info.Implicit {
		first = fmt.Sprintf("%s is a struct that the schema does not name.", d.name)
	}
	return e.definition(first, d.def)
}
