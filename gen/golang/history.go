package golang

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/qapi-go/qapi-go/internal/names"
	"github.com/qapi-go/qapi-go/ir"
)

// history writes the history of commands and what is sent with them, if any is known.
func (e *emitter) history() {
	table := historyTable(e.schema)
	if table == "\n" {
		return
	}
	e.comment(text(names.History + " has the first release of each command, argument, value and branch, as far as the schema tells. It is for [qmp.WithFeatureCheck]."))
	e.out.Var().Id(names.History).Op("=").Qual(qmpPath, "History").Values(jen.Id("Table").Op(":").Add(rawString(table)))
}

// rawString returns a raw string literal. The text has no backquotes.
func rawString(s string) *jen.Statement { return jen.Op("`" + s + "`") }

// A span is the first release that has something and the first that no longer does; either is empty
// if there is none.
type span struct{ since, until string }

func (s span) String() string {
	word := func(w string) string {
		if w == "" {
			return "-"
		}
		return w
	}
	return word(s.since) + " " + word(s.until)
}

// A part is a member, value or branch: an indented line below its definition in the table.
type part struct {
	name string // after the mark of its kind: '.', '=' or '/'
	span span
	typ  ir.Type // of a member or branch that is an object, enum, alternate or list of them
}

// A tableWriter makes the history table of a schema.
type tableWriter struct {
	schema   *ir.Schema
	recorded map[ir.Type]bool // types with an entry, or that contain a type with one
	known    map[ir.Type][]part
}

// historyTable returns the table for [qmp.History], which describes the format. It lists what did
// not always exist, and the types on the way there from a command.
func historyTable(s *ir.Schema) string {
	h := &tableWriter{schema: s, recorded: make(map[ir.Type]bool), known: make(map[ir.Type][]part)}
	reached := h.reached()
	for changed := true; changed; {
		changed = false
		for _, t := range reached {
			if !h.recorded[t] && h.records(h.parts(t)) {
				h.recorded[t], changed = true, true
			}
		}
	}
	var b strings.Builder
	b.WriteByte('\n')
	for _, c := range s.Commands {
		h.command(&b, c)
	}
	for _, t := range reached {
		if h.recorded[t] {
			fmt.Fprintf(&b, "%s - -\n", t.Head().Name)
			h.write(&b, h.parts(t))
		}
	}
	return b.String()
}

// reached returns the types that commands send, in order of discovery.
func (h *tableWriter) reached() []ir.Type {
	var list []ir.Type
	seen := make(map[ir.Type]bool)
	add := func(t ir.Type) {
		if t = element(t); t != nil && !seen[t] {
			seen[t] = true
			list = append(list, t)
		}
	}
	for _, c := range h.schema.Commands {
		add(c.Arg)
	}
	for i := 0; i < len(list); i++ {
		for _, p := range h.parts(list[i]) {
			add(p.typ)
		}
	}
	return list
}

// element returns the innermost element type of a list, and any other type itself. It returns
// nil for built-in types, which have no history.
func element(t ir.Type) ir.Type {
	for {
		switch a := t.(type) {
		case *ir.Array:
			t = a.Elem
			continue
		case *ir.Builtin:
			return nil
		}
		return t
	}
}

// parts returns the parts of a type.
func (h *tableWriter) parts(t ir.Type) []part {
	parts, ok := h.known[t]
	if !ok {
		parts = h.partsOf(t)
		h.known[t] = parts
	}
	return parts
}

func (h *tableWriter) partsOf(t ir.Type) []part {
	var parts []part
	members := func(list []*ir.Member) {
		for _, m := range list {
			parts = append(parts, part{"." + m.Name, h.span(m.In, m.Doc.Since()), m.Type})
		}
	}
	switch t := t.(type) {
	case *ir.Enum:
		for _, v := range t.Values {
			parts = append(parts, part{"=" + v.Name, h.span(v.In, v.Doc.Since()), nil})
		}
	case *ir.Struct:
		members(t.AllMembers())
	case *ir.Union:
		members(t.Base.AllMembers())
		for _, b := range t.Branches {
			parts = append(parts, part{"/" + b.Name, h.span(b.In, ""), b.Type})
		}
	case *ir.Alternate:
		for _, b := range t.Branches {
			parts = append(parts, part{"/" + b.Name, h.span(b.In, ""), b.Type})
		}
	}
	return parts
}

func (h *tableWriter) span(in ir.Presence, stated string) span {
	since, until := h.schema.Span(in, stated)
	return span{since, until}
}

// records reports whether any of parts has an entry in the table, or contains a type with one.
func (h *tableWriter) records(parts []part) bool {
	for _, p := range parts {
		if p.span != (span{}) || h.recorded[element(p.typ)] {
			return true
		}
	}
	return false
}

func (h *tableWriter) command(b *strings.Builder, c *ir.Command) {
	arg := element(c.Arg)
	inline := arg != nil && arg.Head().Implicit
	at := h.span(c.In, c.Doc.Since())
	if at == (span{}) && c.Gen && !h.recorded[arg] {
		return
	}
	fmt.Fprintf(b, "%s %s", c.Name, at)
	if h.recorded[arg] && !inline {
		b.WriteString(" " + arg.Head().Name)
	}
	b.WriteByte('\n')
	if !c.Gen {
		b.WriteString(" *\n")
	}
	if inline {
		h.write(b, h.parts(arg))
		h.recorded[arg] = false // the entry has been written inline
	}
}

// write writes the entries of parts.
func (h *tableWriter) write(b *strings.Builder, parts []part) {
	for _, p := range parts {
		t := element(p.typ)
		if p.span == (span{}) && !h.recorded[t] {
			continue
		}
		fmt.Fprintf(b, " %s %s", p.name, p.span)
		if h.recorded[t] {
			b.WriteString(" " + t.Head().Name)
		}
		b.WriteByte('\n')
	}
}
