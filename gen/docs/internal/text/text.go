// Package text renders the reference of a schema as plain text, in the form of QEMU's classic
// qmp-commands.txt and qmp-events.txt: one entry for each command or event, in alphabetical order.
// An entry describes what is on the wire, with nested members and possible values in place, so that
// there is nothing to look up elsewhere.
//
// Text of the schema is written as is, except for the markup that package prose parses.
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

// limits put everything into an entry. Types below the tenth level are shown at its end.
var limits = model.Limits{Depth: 10, Rows: math.MaxInt, Whole: true}

// Pages returns the references of commands and of events. Lines have at most 78 columns, except
// for examples, other literal text, and longer words.
func Pages(r *model.Reference) []gen.File {
	var c, e writer
	c.preface(r, "Commands", commandsPreface)
	c.entries(r, r.Commands, "There are no commands.")
	e.preface(r, "Events", eventsPreface)
	e.entries(r, r.Events, "There are no events.")
	return []gen.File{{Path: commandsFile, Data: c.bytes()}, {Path: eventsFile, Data: e.bytes()}}
}

func (w *writer) entries(r *model.Reference, list []*model.Definition, none string) {
	// These files are sorted by bytes.
	list = slices.SortedFunc(slices.Values(list), func(a, b *model.Definition) int { return cmp.Compare(a.Name, b.Name) })
	for _, d := range list {
		entryWriter{w, r, d, r.Expand(d, limits)}.entry()
	}
	if len(list) == 0 {
		w.paragraph(none)
	}
}

// fields returns the words of a text.
func fields(text string) []string { return strings.Fields(text) }
