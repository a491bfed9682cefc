// Package facts lists what is in a schema: a listing for people, and its facts as JSON for
// programs.
package facts

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/ir"
)

// kinds are the QAPI words for the kinds of definition, in the order of the
// listing.
var kinds = []string{"enum", "struct", "union", "alternate", "command", "event"}

// List writes every definition with its place, grouped by kind, in the order of the schema.
// Each group starts with a line "KIND: COUNT", and the last line has all counts and their
// total. For introspection, those are commands and events, without places: its types have
// no names.
func List(w io.Writer, s *ir.Schema) error {
	b := bufio.NewWriter(w)
	defs, kinds := slices.Collect(s.ByModule()), kinds
	if len(s.Modules) == 0 {
		kinds = kinds[4:]
		for _, c := range s.Commands {
			defs = append(defs, c)
		}
		for _, e := range s.Events {
			defs = append(defs, e)
		}
	}
	var counts []string
	for _, kind := range kinds {
		group := ofKind(defs, kind)
		counts = append(counts, fmt.Sprintf("%s %d", kind, len(group)))
		fmt.Fprintf(b, "%s: %d\n", kind, len(group))
		width := 0
		for _, def := range group {
			width = max(width, len(def.Head().Name))
		}
		for _, def := range group {
			h := def.Head()
			if h.Module == nil {
				fmt.Fprintf(b, "  %s\n", diag.Visible(h.Name))
				continue
			}
			fmt.Fprintf(b, "  %-*s  %s:%d\n", width, h.Name, diag.Visible(h.Module.File), s.Fset.Position(h.Pos).Line)
		}
		fmt.Fprintln(b)
	}
	fmt.Fprintf(b, "total: %d (%s)\n", len(defs), strings.Join(counts, ", "))
	return b.Flush()
}

func ofKind(defs []ir.Def, kind string) []ir.Def {
	var group []ir.Def
	for _, def := range defs {
		if def.Kind() == kind {
			group = append(group, def)
		}
	}
	return group
}
