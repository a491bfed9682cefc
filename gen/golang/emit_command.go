package golang

import (
	"fmt"

	"github.com/dave/jennifer/jen"
)

// client writes the client type.
func (e *emitter) client() {
	e.comment(text("Client has a method for each command. It holds no state but the caller and is as safe for concurrent use as that is."))
	e.out.Type().Id("Client").Struct(jen.Id("caller").Qual(qmpPath, "Caller"))
	e.comment(text("NewClient returns a client that runs its commands through caller, such as a connection."))
	e.out.Func().Id("NewClient").Params(jen.Id("caller").Qual(qmpPath, "Caller")).Id("Client").
		Block(jen.Return(jen.Id("Client").Values(jen.Id("caller").Op(":").Id("caller"))))
}

// signature returns the parameters and the results of a command's method and
// handler.
func (d *commandDecl) signature(p *plan) (params, results []jen.Code) {
	params = []jen.Code{jen.Id("ctx").Qual("context", "Context")}
	if d.args != "" {
		params = append(params, jen.Id("args").Id(d.args))
	}
	if d.cmd.Returns != nil {
		results = append(results, p.typ(d.cmd.Returns))
	}
	return params, append(results, jen.Error())
}

func (d *commandDecl) emit(e *emitter) {
	if !e.has(Client) {
		return
	}
	e.comment(d.comment(e))
	params, results := d.signature(e.plan)
	e.out.Func().Params(jen.Id("c").Id("Client")).Id(d.method).Params(params...).Params(results...).
		BlockFunc(func(g *jen.Group) {
			request := []jen.Code{jen.Id("Command").Op(":").Lit(d.cmd.Name)}
			if d.args != "" {
				request = append(request, jen.Id("Args").Op(":").Op("&").Id("args"))
			}
			if d.cmd.Returns != nil {
				request = append(request, jen.Id("Result").Op(":").Op("&").Id("result"))
			}
			if !d.cmd.SuccessResponse {
				request = append(request, jen.Id("NoReply").Op(":").True())
			}
			do := jen.Id("c").Dot("caller").Dot("Do").Call(jen.Id("ctx"), jen.Op("&").Qual(qmpPath, "Request").Values(request...))
			if d.cmd.Returns == nil {
				g.Return(do)
				return
			}
			g.Var().Id("result").Add(e.typ(d.cmd.Returns))
			g.Err().Op(":=").Add(do)
			g.Return(jen.Id("result"), jen.Err())
		})
}

// comment returns the method's comment: that of the command, and what its flags
// mean for callers.
func (d *commandDecl) comment(e *emitter) *comment {
	var notes, may []string
	if !d.cmd.SuccessResponse {
		notes = append(notes, "The server does not answer on success: the call returns once the command is sent, unless an error has come by then.")
	}
	if d.cmd.AllowOOB {
		may = append(may, "out of band")
	}
	if d.cmd.AllowPreconfig {
		may = append(may, "before the machine is configured")
	}
	if len(may) > 0 {
		notes = append(notes, "It may be run "+enumerate(may)+".")
	}
	return e.definition(fmt.Sprintf("%s runs the command '%s'.", d.method, d.cmd.Name), d.cmd, notes...)
}
