package golang

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/qapi-go/qapi-go/internal/names"
)

// server writes the handlers and the dispatch table.
func (e *emitter) server() {
	var commands []*names.Method
	for d := range e.decls {
		if c, ok := d.(*names.Method); ok {
			commands = append(commands, c)
		}
	}
	e.comment(text("Handlers holds the functions that run the commands of a server. They may be called concurrently, for several clients. If a handler is nil, the server replies to its command with CommandNotFound."))
	e.out.Type().Id(names.Handlers).StructFunc(func(g *jen.Group) {
		for _, c := range commands {
			if c.Name == "" {
				continue
			}
			params, results := e.signature(c)
			g.Id(c.Name).Func().Params(params...).Add(results)
		}
	})
	own := ""
	if slices.ContainsFunc(commands, func(c *names.Method) bool { return c.Name == "" }) {
		own = " The server runs " + names.Negotiation + " itself."
	}
	row := jen.Qual(qmpPath, "ServerCommand")
	e.comment(text("Commands returns the dispatch table, in schema order."))
	e.out.Func().Params(jen.Id("h").Op("*").Id(names.Handlers)).Id("Commands").Params().Index().Add(row).
		Block(jen.Return(jen.Qual(genrtPath, "Dispatch").Call(jen.Id("commands"), jen.Id("h"))))
	e.comment(text("commands has a row for each field of [Handlers], in the same order." + own))
	rows := make([]jen.Code, len(commands))
	for i, c := range commands {
		rows[i] = jen.Values(e.row(c)...)
	}
	e.out.Var().Id("commands").Op("=").Index().Add(row).Values(lines(rows)...)
	if e.introspection != "" {
		e.comment(text("introspection is the reply to " + introspectionCommand + " if that has no handler: the whole schema, as if all conditions held."))
		// A raw string keeps the lines; JSON of names has no backquote.
		e.out.Const().Id("introspection").Op("=").Add(rawString(e.introspection))
	}
	if e.releaseTable != "" {
		e.releaseFeatures()
	}
}

// row returns a command's row of the dispatch table.
func (e *emitter) row(c *names.Method) []jen.Code {
	row := []jen.Code{jen.Id("Name").Op(":").Lit(c.Command.Name)}
	set := func(name string, value jen.Code) { row = append(row, jen.Id(name).Op(":").Add(value)) }
	if c.Args != "" {
		set("Args", nilPointer(jen.Id(c.Args)))
	}
	if c.Command.Returns != nil {
		set("Result", nilPointer(e.typ(c.Command.Returns)))
	}
	if !c.Command.SuccessResponse {
		set("NoReply", jen.True())
	}
	if c.Command.AllowOOB {
		set("AllowOOB", jen.True())
	}
	if c.Command.AllowPreconfig {
		set("AllowPreconfig", jen.True())
	}
	if c.Command.Name == introspectionCommand && e.introspection != "" {
		set("Reply", jen.Id("introspection"))
	}
	return row
}

// releaseFeatures writes the function that returns the features of a release, and its table.
func (e *emitter) releaseFeatures() {
	releases := e.schema.Releases
	e.comment(text(names.ReleaseFeatures + " returns the features of servers of a release: one of " + strings.Join(releases, ", ") +
		", or a prefix of one, such as \"" + strings.Join(strings.SplitN(releases[0], ".", 3)[:min(2, strings.Count(releases[0], ".")+1)], ".") +
		"\". With [qmp.WithFeatures], a server behaves as that release; [qmp.Features.DryRun] checks calls against it."))
	e.out.Func().Id(names.ReleaseFeatures).Params(jen.Id("release").String()).Params(jen.Op("*").Qual(qmpPath, "Features"), jen.Error()).
		Block(jen.Return(jen.Qual(genrtPath, "ReleaseFeatures").Call(jen.Id("releaseTable"), jen.Id("release"))))
	e.comment(text("releaseTable describes the features of each release."))
	e.out.Const().Id("releaseTable").Op("=").Add(rawString(e.releaseTable))
}
