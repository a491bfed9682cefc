package golang

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/qapi-go/qapi-go/ir"
)

// client writes the client type.
func (e *emitter) client() {
	e.comment(text("Client has a method for each command. It holds no state but the caller and is as safe for concurrent use as that is."))
	e.out.Type().Id("Client").Struct(jen.Id("caller").Qual(qmpPath, "Caller"))
	e.comment(text("NewClient returns a client that runs its commands through caller, such as a connection."))
	e.out.Func().Id("NewClient").Params(jen.Id("caller").Qual(qmpPath, "Caller")).Op("*").Id("Client").
		Block(jen.Return(jen.Op("&").Id("Client").Values(jen.Id("caller").Op(":").Id("caller"))))
	// Inlined into each method it would have to be compiled as often.
	e.apart(text("run runs a command that is answered."))
	e.out.Func().Params(jen.Id("c").Op("*").Id("Client")).Id("run").
		Params(jen.Id("ctx").Qual("context", "Context"), jen.Id("command").String(), jen.List(jen.Id("args"), jen.Id("result")).Any()).Error().
		Block(jen.Return(do(jen.Id("Command").Op(":").Id("command"), jen.Id("Args").Op(":").Id("args"), jen.Id("Result").Op(":").Id("result"))))
}

// do returns the call that runs a command.
func do(request ...jen.Code) *jen.Statement {
	return jen.Id("c").Dot("caller").Dot("Do").Call(jen.Id("ctx"), jen.Op("&").Qual(qmpPath, "Request").Values(request...))
}

// signature returns the parameters and the results of a command's method and
// handler.
func (d *commandDecl) signature(p *plan) (params, results []jen.Code) {
	params = []jen.Code{jen.Id("ctx").Qual("context", "Context")}
	if d.args != "" {
		params = append(params, jen.Id("args").Id(d.args))
	}
	if d.cmd.Returns != nil {
		results = append(results, d.result(p))
	}
	return params, append(results, jen.Error())
}

// result returns the Go type of what a command returns. Where some releases return
// nothing it is a pointer, or a list, which may be nil.
func (d *commandDecl) result(p *plan) *jen.Statement {
	if _, list := d.cmd.Returns.(*ir.Array); d.cmd.ReturnsSometimes && !list {
		return jen.Op("*").Add(p.typ(d.cmd.Returns))
	}
	return p.typ(d.cmd.Returns)
}

// sometimes returns the call that runs a command which returns nothing in some
// releases.
func (d *commandDecl) sometimes(p *plan, args jen.Code) *jen.Statement {
	name, t := "Sometimes", d.cmd.Returns
	if list, ok := t.(*ir.Array); ok {
		name, t = "SometimesList", list.Elem
	}
	return jen.Qual(genrtPath, name).Types(p.typ(t)).Call(jen.Id("ctx"), jen.Id("c").Dot("caller"), jen.Lit(d.cmd.Name), args)
}

func (d *commandDecl) emit(e *emitter) {
	if !e.has(Client) || d.internal {
		return
	}
	e.comment(d.comment(e))
	params, results := d.signature(e.plan)
	e.out.Func().Params(jen.Id("c").Op("*").Id("Client")).Id(d.method).Params(params...).Params(results...).BlockFunc(d.body(e.plan))
}

// body returns the body of the command's method.
func (d *commandDecl) body(p *plan) func(g *jen.Group) {
	args, result := jen.Nil(), jen.Nil()
	if d.args != "" {
		args = jen.Op("&").Id("args")
	}
	if d.cmd.Returns != nil {
		result = jen.Op("&").Id("result")
	}
	run := jen.Id("c").Dot("run").Call(jen.Id("ctx"), jen.Lit(d.cmd.Name), args, result)
	if !d.cmd.SuccessResponse {
		request := []jen.Code{jen.Id("Command").Op(":").Lit(d.cmd.Name)}
		if d.args != "" {
			request = append(request, jen.Id("Args").Op(":").Add(args))
		}
		if d.cmd.Returns != nil {
			request = append(request, jen.Id("Result").Op(":").Add(result))
		}
		run = do(append(request, jen.Id("NoReply").Op(":").True())...)
	}
	return func(g *jen.Group) {
		if d.cmd.Returns == nil {
			g.Return(run)
			return
		}
		if d.cmd.ReturnsSometimes {
			g.Return(d.sometimes(p, args))
			return
		}
		g.Var().Id("result").Add(p.typ(d.cmd.Returns))
		g.Err().Op(":=").Add(run)
		g.Return(jen.Id("result"), jen.Err())
	}
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
		may = append(may, "in preconfig state")
	}
	if len(may) > 0 {
		notes = append(notes, "Allowed "+enumerate(may)+".")
	}
	return e.definition(fmt.Sprintf("%s runs the command '%s'.", d.method, d.cmd.Name), d.cmd, notes...)
}

// emit writes another name for the type, so that the name of any command's arguments can be told
// from that of its method.
func (d *argsDecl) emit(e *emitter) {
	e.comment(text(fmt.Sprintf("%s is the type of the arguments of the command '%s'.", d.name, d.cmd.Name)))
	e.out.Type().Id(d.name).Op("=").Id(e.names[d.cmd.Arg])
}
