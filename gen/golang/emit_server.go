package golang

import (
	"fmt"

	"github.com/dave/jennifer/jen"
)

// A shape is what a handler takes and gives: each has its own adapter.
type shape struct{ args, result bool }

func (d *commandDecl) shape() shape { return shape{d.args != "", d.cmd.Returns != nil} }

// adapter returns the name of the function that makes a [qmp.ServerCommand]'s
// Run from a handler.
func (s shape) adapter() string {
	switch s {
	case shape{true, true}:
		return "runArgsResult"
	case shape{true, false}:
		return "runArgs"
	case shape{false, true}:
		return "runResult"
	}
	return "run"
}

// server writes the handlers, the dispatch table that is made of them, and the
// adapters it needs.
func (e *emitter) server() {
	var commands []*commandDecl
	shapes := make(map[shape]bool)
	for _, f := range e.files {
		for _, d := range f.decls {
			if c, ok := d.(*commandDecl); ok {
				commands = append(commands, c)
				shapes[c.shape()] = true
			}
		}
	}
	e.comment(text("Handlers are the functions that run the commands of a server. The server may call them at the same time for several clients. A command whose handler is nil is answered with CommandNotFound."))
	e.out.Type().Id("Handlers").StructFunc(func(g *jen.Group) {
		for _, c := range commands {
			params, results := c.signature(e.plan)
			g.Id(c.method).Func().Params(params...).Params(results...)
		}
	})
	e.comment(text("Commands returns the dispatch table, in the order of the schema."))
	e.out.Func().Params(jen.Id("h").Op("*").Id("Handlers")).Id("Commands").Params().
		Index().Qual(qmpPath, "ServerCommand").
		Block(jen.Return(jen.Index().Qual(qmpPath, "ServerCommand").ValuesFunc(func(g *jen.Group) {
			for _, c := range commands {
				g.Line().Values(e.row(c)...)
			}
			g.Line()
		})))
	for _, s := range []shape{{}, {args: true}, {result: true}, {true, true}} {
		if shapes[s] {
			e.adapter(s)
		}
	}
}

// row returns the row of a command in the dispatch table.
func (e *emitter) row(c *commandDecl) []jen.Code {
	row := []jen.Code{jen.Id("Name").Op(":").Lit(c.cmd.Name)}
	set := func(name string, value jen.Code) { row = append(row, jen.Id(name).Op(":").Add(value)) }
	if c.args != "" {
		set("Args", nilPointer(jen.Id(c.args)))
	}
	if c.cmd.Returns != nil {
		set("Result", nilPointer(e.typ(c.cmd.Returns)))
	}
	if !c.cmd.SuccessResponse {
		set("NoReply", jen.True())
	}
	if c.cmd.AllowOOB {
		set("AllowOOB", jen.True())
	}
	if c.cmd.AllowPreconfig {
		set("AllowPreconfig", jen.True())
	}
	set("Run", jen.Id(c.shape().adapter()).Call(jen.Id("h").Dot(c.method)))
	return row
}

// adapter writes the adapter for handlers of one shape.
func (e *emitter) adapter(s shape) {
	ctx := func() *jen.Statement { return jen.Id("ctx").Qual("context", "Context") }
	var types, params, results []jen.Code
	params = append(params, jen.Qual("context", "Context"))
	call := []jen.Code{jen.Id("ctx")}
	args := jen.Id("_").Any()
	if s.args {
		types = append(types, jen.Id("A").Any())
		params = append(params, jen.Id("A"))
		call = append(call, jen.Op("*").Id("args").Assert(jen.Op("*").Id("A")))
		args = jen.Id("args").Any()
	}
	if s.result {
		types = append(types, jen.Id("R").Any())
		results = append(results, jen.Id("R"))
	}
	results = append(results, jen.Error())
	run := func() *jen.Statement {
		return jen.Func().Params(ctx(), args.Clone()).Params(jen.Any(), jen.Error())
	}
	e.comment(text(fmt.Sprintf("%s makes a handler fit the dispatch table; nil stays nil.", s.adapter())))
	fn := e.out.Func().Id(s.adapter())
	if len(types) > 0 {
		fn.Types(types...)
	}
	fn.Params(jen.Id("f").Func().Params(params...).Params(results...)).
		Params(jen.Func().Params(jen.Qual("context", "Context"), jen.Any()).Params(jen.Any(), jen.Error())).
		Block(
			jen.If(jen.Id("f").Op("==").Nil()).Block(jen.Return(jen.Nil())),
			jen.Return(run().BlockFunc(func(g *jen.Group) {
				if !s.result {
					g.Return(jen.Nil(), jen.Id("f").Call(call...))
					return
				}
				g.List(jen.Id("result"), jen.Err()).Op(":=").Id("f").Call(call...)
				g.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err()))
				g.Return(jen.Op("&").Id("result"), jen.Nil())
			})),
		)
}
