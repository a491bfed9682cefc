// Package text writes reference documentation of a resolved schema.
//
// [Text] writes it in the form of QEMU's classic qmp-commands.txt and
// qmp-events.txt: one entry a command or event, in alphabetical order, which
// tells everything in terms of what is on the wire, with nested members and
// possible values in their place, so that there is nothing to chase.
//
// Each entry is planned first (plan.go): what is expanded where, and what is
// only referred to because the entry already has it. Then it is written
// (entry.go, object.go, prose.go).
//
// Text of the schema is data: it is marked up as package markup reads it, and
// otherwise written as it is.
package text

import (
	"cmp"
	"slices"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/internal/example"
	"github.com/qapi-go/qapi-go/ir"
)

// Options say how documentation is written. The zero value is usable.
type Options struct {
	// SchemaName is the name of the schema in the first line of each file. If it
	// is empty, the name of the root module is taken.
	SchemaName string
}

// The names of the files that [Text] makes.
const (
	commandsFile = "qmp-commands.txt"
	eventsFile   = "qmp-events.txt"
)

// Text returns the reference of commands and that of events as plain text.
// Lines have at most 78 columns, but for examples, other literal text, and
// words that are longer. The error is always nil so far.
func Text(s *ir.Schema, o Options) ([]gen.File, error) {
	if o.SchemaName == "" {
		o.SchemaName = s.Root.Name
	}
	commands := slices.SortedFunc(slices.Values(s.Commands), func(a, b *ir.Command) int { return cmp.Compare(a.Name, b.Name) })
	events := slices.SortedFunc(slices.Values(s.Events), func(a, b *ir.Event) int { return cmp.Compare(a.Name, b.Name) })

	maker := example.NewMaker(s)
	var c, e writer
	c.preface(o, "Commands", commandsPreface)
	for _, cmd := range commands {
		c.entry(s, planCommand(cmd).exemplify(maker, cmd))
	}
	if len(commands) == 0 {
		c.paragraph("There are no commands.")
	}
	e.preface(o, "Events", eventsPreface)
	for _, ev := range events {
		e.entry(s, planEvent(ev).exemplify(maker, ev))
	}
	if len(events) == 0 {
		e.paragraph("There are no events.")
	}
	return []gen.File{{Path: commandsFile, Data: c.bytes()}, {Path: eventsFile, Data: e.bytes()}}, nil
}
