package golang

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/qapi-go/qapi-go/internal/names"
	"github.com/qapi-go/qapi-go/ir"
)

// client writes the client type.
func (e *emitter) client() {
	e.comment(text("Client has a method for each command. It is safe for concurrent use if its caller is."))
	e.out.Type().Id(names.Client).Struct(jen.Id("caller").Qual(qmpPath, "Caller"))
	e.comment(text("NewClient returns a client that sends commands through caller, such as a connection."))
	e.out.Func().Id(names.NewClient).Params(jen.Id("caller").Qual(qmpPath, "Caller")).Op("*").Id(names.Client).
		Block(jen.Return(jen.Op("&").Id(names.Client).Values(jen.Id("caller").Op(":").Id("caller"))))
	// If it were inlined, it would be compiled once for each method.
	e.noinline(text("run sends a command and waits for its reply."))
	e.out.Func().Params(jen.Id("c").Op("*").Id(names.Client)).Id("run").
		Params(jen.Id("ctx").Qual("context", "Context"), jen.Id("command").String(), jen.List(jen.Id("args"), jen.Id("result")).Any()).Error().
		Block(jen.Return(do(jen.Id("Command").Op(":").Id("command"), jen.Id("Args").Op(":").Id("args"), jen.Id("Result").Op(":").Id("result"))))
}

// do returns a call of the caller's Do.
func do(request ...jen.Code) *jen.Statement {
	return jen.Id("c").Dot("caller").Dot("Do").Call(jen.Id("ctx"), jen.Op("&").Qual(qmpPath, "Request").Values(request...))
}

// signature returns the parameters and results of the method and the handler of a command.
func (p *plan) signature(d *names.Method) (params []jen.Code, results *jen.Statement) {
	params = []jen.Code{jen.Id("ctx").Qual("context", "Context")}
	if d.Args != "" {
		params = append(params, jen.Id("args").Id(d.Args))
	}
	if d.Command.Returns != nil {
		return params, jen.Params(p.result(d), jen.Error())
	}
	return params, jen.Error()
}

// result returns the Go type of a command's result. If some releases return nothing, it is
// a pointer or a slice, which may be nil.
func (p *plan) result(d *names.Method) *jen.Statement {
	if _, list := d.Command.Returns.(*ir.Array); d.Command.ReturnsSometimes && !list {
		return jen.Op("*").Add(p.typ(d.Command.Returns))
	}
	return p.typ(d.Command.Returns)
}

// sometimes returns the call for a command that returns nothing in some releases.
func (p *plan) sometimes(d *names.Method, args jen.Code) *jen.Statement {
	name, t := "Sometimes", d.Command.Returns
	if list, ok := t.(*ir.Array); ok {
		name, t = "SometimesList", list.Elem
	}
	return jen.Qual(genrtPath, name).Types(p.typ(t)).Call(jen.Id("ctx"), jen.Id("c").Dot("caller"), jen.Lit(d.Command.Name), args)
}

func (e *emitter) method(d *names.Method) {
	if !e.has(Client) || d.Name == "" {
		return
	}
	e.comment(e.methodComment(d))
	params, results := e.signature(d)
	e.out.Func().Params(jen.Id("c").Op("*").Id(names.Client)).Id(d.Name).Params(params...).Add(results).BlockFunc(e.body(d))
}

// body returns the body of a command's method.
func (p *plan) body(d *names.Method) func(g *jen.Group) {
	args, result := jen.Nil(), jen.Nil()
	if d.Args != "" {
		args = jen.Op("&").Id("args")
	}
	if d.Command.Returns != nil {
		result = jen.Op("&").Id("result")
	}
	run := jen.Id("c").Dot("run").Call(jen.Id("ctx"), jen.Lit(d.Command.Name), args, result)
	if !d.Command.SuccessResponse {
		request := []jen.Code{jen.Id("Command").Op(":").Lit(d.Command.Name)}
		if d.Args != "" {
			request = append(request, jen.Id("Args").Op(":").Add(args))
		}
		if d.Command.Returns != nil {
			request = append(request, jen.Id("Result").Op(":").Add(result))
		}
		run = do(append(request, jen.Id("NoReply").Op(":").True())...)
	}
	return func(g *jen.Group) {
		if d.Command.Returns == nil {
			g.Return(run)
			return
		}
		if d.Command.ReturnsSometimes {
			g.Return(p.sometimes(d, args))
			return
		}
		g.Var().Id("result").Add(p.typ(d.Command.Returns))
		g.Err().Op(":=").Add(run)
		g.Return(jen.Id("result"), jen.Err())
	}
}

// methodComment returns the comment of a method: the documentation of the command, and what
// its flags mean for callers.
func (e *emitter) methodComment(d *names.Method) *comment {
	var notes, may []string
	if !d.Command.SuccessResponse {
		notes = append(notes, "The server does not reply on success: the call returns when the command has been sent, or with the server's error if that has arrived by then.")
	}
	if d.Command.AllowOOB {
		may = append(may, "out of band")
	}
	if d.Command.AllowPreconfig {
		may = append(may, "in preconfig state")
	}
	if len(may) > 0 {
		notes = append(notes, "Allowed "+enumerate(may)+".")
	}
	return e.definition(fmt.Sprintf("%s runs the command '%s'.", d.Name, d.Command.Name), d.Command, notes...)
}

// alias writes an alias for the type of a command's arguments, so that the name of the type
// follows from the name of the method for every command.
func (e *emitter) alias(d *names.Alias) {
	e.comment(text(fmt.Sprintf("%s is the type of the arguments of the command '%s'.", d.Name, d.Command.Name)))
	e.out.Type().Id(d.Name).Op("=").Id(e.Type(d.Command.Arg))
}
