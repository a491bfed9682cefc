package golang

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"
)

func (d *enumDecl) emit(e *emitter) {
	e.comment(e.definition(fmt.Sprintf("%s is the enum '%s'.", d.name, d.enum.Name), d.enum))
	e.out.Type().Id(d.name).String()
	values := make([]string, len(d.consts))
	if len(d.consts) > 0 {
		e.comment(text(fmt.Sprintf("The values of [%s].", d.name)))
		e.out.Const().DefsFunc(func(g *jen.Group) {
			for i, v := range d.enum.Values {
				if c := e.value(d.enum, v); !c.empty() {
					g.Comment(e.keep(c, ""))
				}
				g.Id(d.consts[i]).Id(d.name).Op("=").Lit(v.Name)
				values[i] = v.Name
			}
		})
	}
	e.apart(text("Known reports whether v is a value of the schema. Unknown values are kept as received."))
	e.out.Func().Params(jen.Id("v").Id(d.name)).Id("Known").Params().Bool().Block(
		jen.Return(jen.Qual(wirePath, "OneOf").Call(jen.Lit(strings.Join(values, ",")), jen.String().Call(jen.Id("v")))))
}
