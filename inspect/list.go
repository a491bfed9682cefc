// Package inspect shows what is in a schema: a listing for people, and its
// facts as JSON for programs.
package inspect

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// kinds are the QAPI words for the kinds of definition, in the order of the
// listing.
var kinds = []string{"enum", "struct", "union", "alternate", "command", "event"}

// definitions returns what is written in the schema: each definition, module by
// module in the order in which the files were opened, without built-in and
// implicit types.
func definitions(s *ir.Schema) []ir.Def {
	var defs []ir.Def
	for _, m := range s.Modules {
		for _, item := range m.Items {
			if def, ok := item.(ir.Def); ok {
				defs = append(defs, def)
			}
		}
	}
	return defs
}

// List writes every definition with its place, grouped by kind, in the order of
// the schema. Each group starts with a line "KIND: COUNT", and the last line
// has all counts and their total.
func List(w io.Writer, s *ir.Schema) error {
	b := bufio.NewWriter(w)
	defs := definitions(s)
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
			fmt.Fprintf(b, "  %-*s  %s:%d\n", width, h.Name, h.Module.File, s.Fset.Position(h.Pos).Line)
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
