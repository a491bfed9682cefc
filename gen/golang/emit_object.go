package golang

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/qapi-go/qapi-go/internal/names"
	"github.com/qapi-go/qapi-go/ir"
)

func (e *emitter) object(d *names.Object) {
	e.comment(e.objectComment(d))
	e.out.Type().Id(d.Name).StructFunc(func(g *jen.Group) {
		e.addFields(g, e.fields(d))
		if d.Union != nil {
			branch := names.Branch(e.Type(d.Union))
			g.Comment(text(fmt.Sprintf("Branch holds the members that depend on %s: see [%s].", d.Tag, branch)).source())
			g.Id("Branch").Id(branch).Tag(unnamed)
		}
		if d.Extra {
			g.Comment(text("Extra holds members that are not in the schema. They are encoded beside the others.").source())
			g.Id("Extra").Map(jen.String()).Any().Tag(unnamed)
		}
		if d.IsEvent() {
			g.Comment("// Timestamp is the time of the event by the server's clock.")
			g.Id("Timestamp").Qual(qmpPath, "Timestamp").Tag(unnamed)
		}
	})
	if d.IsEvent() {
		e.eventMethods(d)
	}
	if d.Union != nil {
		if d.Def == ir.Def(d.Union) {
			e.unionTypes(d)
		}
		e.comment(text("WireUnion describes the union to the codec."))
		e.out.Func().Params(jen.Op("*").Id(d.Name)).Id("WireUnion").Params().
			Op("*").Qual(wirePath, "Union").
			Block(jen.Return(jen.Op("&").Id(tableName(e.Type(d.Union)))))
	}
	if d.JSON {
		e.jsonMethods(d.Name)
	}
}

// fields returns the fields for the members of an object.
func (e *emitter) fields(d *names.Object) []field {
	fields := make([]field, len(d.Fields))
	for i, f := range d.Fields {
		fields[i] = e.memberField(d, f)
	}
	return fields
}

// unnamed is the tag of fields that are not members.
var unnamed = map[string]string{"json": "-"}

// objectComment returns the comment of a struct. Its first line has a fixed form, as those of
// the other declarations have: package impact reads from it what was generated for what.
func (e *emitter) objectComment(d *names.Object) *comment {
	info := d.Def.Head()
	switch def := d.Def.(type) {
	case *ir.Command:
		c := text(fmt.Sprintf("%s are the arguments of the command '%s'.", d.Name, info.Name))
		e.condition(c, info.If)
		return c
	case *ir.Event:
		return e.definition(fmt.Sprintf("%s is the event '%s'.", d.Name, info.Name), def)
	}
	first := fmt.Sprintf("%s is the %s '%s'.", d.Name, d.Def.Kind(), info.Name)
	if info.Implicit {
		first = fmt.Sprintf("%s is a struct without a name in the schema.", d.Name)
	}
	return e.definition(first, d.Def)
}
