// Package gocall converts commands of examples to Go: calls of the generated client, with the
// arguments as composite literals.
//
//	nodeName := "disk0"
//	err := vm.BlockdevAdd(ctx, qapi.BlockdevOptions{
//		Driver:   qapi.BlockdevDriverNullCo,
//		NodeName: &nodeName,
//		Branch:   &qapi.BlockdevOptionsNull{},
//	})
//
// The generated package is named qapi, its client vm, and the connection, which runs commands out
// of band, c. Optional scalars point to variables, since new("disk0") needs Go 1.26.
package gocall

import (
	"fmt"
	"go/format"
	"strings"

	"github.com/qapi-go/qapi-go/internal/example"
	"github.com/qapi-go/qapi-go/internal/names"
	"github.com/qapi-go/qapi-go/ir"
)

// Of returns a message as Go, without a final newline. It returns false for a message of the
// server, one with omissions or errors, and the negotiation of capabilities.
func Of(m *example.Message) (string, bool) {
	if m.Kind != example.Command || m.Command == nil || m.Command.Name == names.Negotiation || m.Elided || len(m.Findings) > 0 {
		return "", false
	}
	w := &writer{taken: map[string]bool{"c": true, "ctx": true, "err": true, "qapi": true, "qmp": true, "result": true, "vm": true}}
	args := w.arguments(m.Command, m.Value.Get("arguments"))
	if w.impossible {
		return "", false
	}
	var b strings.Builder
	for _, v := range w.vars {
		fmt.Fprintf(&b, "%s := %s\n", v.name, v.value)
	}
	call(&b, m, args)
	src, err := format.Source([]byte(b.String()))
	if err != nil {
		return "", false
	}
	return strings.TrimRight(string(src), "\n"), true
}

// call writes the call itself.
func call(b *strings.Builder, m *example.Message, args *literal) {
	c := m.Command
	if m.Value.Get("exec-oob") == nil {
		if c.Returns != nil {
			b.WriteString("result, ")
		}
		fmt.Fprintf(b, "err := vm.%s(ctx", names.Command(c.Name))
		if args != nil {
			b.WriteString(", ")
			args.write(b, "")
		}
		b.WriteString(")\n")
		return
	}
	fields := []item{{"Command", &literal{open: fmt.Sprintf("%q", c.Name)}}}
	if args != nil {
		args.open = "&" + args.open
		fields = append(fields, item{"Args", args})
	}
	if c.Returns != nil {
		fmt.Fprintf(b, "var result %s\n", typeOf(c.Returns))
		fields = append(fields, item{"Result", &literal{open: "&result"}})
	}
	fields = append(fields, item{"OOB", &literal{open: "true"}})
	b.WriteString("err := c.Do(ctx, ")
	(&literal{open: "&qmp.Request{", items: fields, close: "}"}).write(b, "")
	b.WriteString(")\n")
}

// arguments returns the literal of a command's arguments, or nil if it has none.
func (w *writer) arguments(c *ir.Command, v *example.Value) *literal {
	if c.Arg == nil {
		return nil
	}
	if v == nil {
		v = &example.Value{Kind: example.Object}
	}
	if !names.OwnArgs(c) {
		return w.value(v, c.Arg, "")
	}
	l := &literal{open: "qapi." + names.Args(names.Command(c.Name)) + "{", close: "}"}
	rest := w.members(l, v, c.Arg)
	if len(rest) > 0 {
		extra := &literal{open: "map[string]any{", close: "}"}
		for _, m := range rest {
			extra.items = append(extra.items, item{fmt.Sprintf("%q", m.Name), w.anything(m.Value)})
		}
		l.items = append(l.items, item{"Extra", extra})
	}
	return l
}
