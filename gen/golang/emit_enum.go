package golang

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/qapi-go/qapi-go/internal/names"
)

func (e *emitter) enum(d *names.Enum) {
	e.comment(e.definition(fmt.Sprintf("%s is the enum '%s'.", d.Name, d.Def.Name), d.Def))
	e.out.Type().Id(d.Name).String()
	values := make([]string, len(d.Values))
	if len(d.Values) > 0 {
		e.comment(text(fmt.Sprintf("The values of [%s].", d.Name)))
		e.out.Const().DefsFunc(func(g *jen.Group) {
			for i, v := range d.Def.Values {
				if c := e.value(d.Def, v); !c.empty() {
					g.Comment(c.source())
				}
				g.Id(d.Values[i]).Id(d.Name).Op("=").Lit(v.Name)
				values[i] = v.Name
			}
		})
	}
	e.noinline(text("Known reports whether v is a value of the schema. Unknown values are kept as received."))
	e.out.Func().Params(jen.Id("v").Id(d.Name)).Id("Known").Params().Bool().Block(
		jen.Return(jen.Qual(wirePath, "OneOf").Call(jen.Lit(strings.Join(values, ",")), jen.String().Call(jen.Id("v")))))
}
