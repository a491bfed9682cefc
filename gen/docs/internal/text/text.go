// Package text writes the reference of a schema as plain text, in the form of
// QEMU's classic qmp-commands.txt and qmp-events.txt: one entry a command or event,
// in alphabetical order, which describes everything in terms of what is on the
// wire, with nested members and possible values in their place, so that there is
// nothing to look up elsewhere.
//
// Text of the schema is data: its markup is that of package prose, and everything
// else is written as it is.
package text

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
)

// The names of the files that [Pages] returns.
const (
	commandsFile = "qmp-commands.txt"
	eventsFile   = "qmp-events.txt"
)

// limits put everything into an entry. What is nested deeper than ten levels is at its end.
var limits = model.Limits{Depth: 10, Rows: math.MaxInt, Whole: true}

// Pages returns the reference of commands and that of events as plain text. Lines
// have at most 78 columns, except for examples, other literal text, and words that
// are longer.
func Pages(r *model.Reference) []gen.File {
	var c, e writer
	c.preface(r, "Commands", commandsPreface)
	c.entries(r, r.Commands, "There are no commands.")
	e.preface(r, "Events", eventsPreface)
	e.entries(r, r.Events, "There are no events.")
	return []gen.File{{Path: commandsFile, Data: c.bytes()}, {Path: eventsFile, Data: e.bytes()}}
}

func (w *writer) entries(r *model.Reference, list []*model.Definition, none string) {
	// Byte order, as these files have always had.
	list = slices.SortedFunc(slices.Values(list), func(a, b *model.Definition) int { return cmp.Compare(a.Name, b.Name) })
	for _, d := range list {
		entryWriter{w, r, d, r.Expand(d, limits)}.entry()
	}
	if len(list) == 0 {
		w.paragraph(none)
	}
}

// fields are the words of a text.
func fields(text string) []string { return strings.Fields(text) }
