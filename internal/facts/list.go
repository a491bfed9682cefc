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
			fmt.Fprintf(b, "  %-*s  %s%s\n", width, h.Name, place(s, h), parenthesised(s.ReleaseSpan(h.In)))
		}
		fmt.Fprintln(b)
	}
	fmt.Fprintf(b, "total: %d (%s)\n", len(defs), strings.Join(counts, ", "))
	return b.Flush()
}

// place returns file and line of a definition. The file of a module of a merged schema is
// that of the newest release, and the definition may be in an older one.
func place(s *ir.Schema, h *ir.Info) string {
	at, file := s.Fset.Position(h.Pos), h.Module.File
	if len(s.Releases) > 0 {
		file = at.Filename
	}
	return fmt.Sprintf("%s:%d", diag.Visible(file), at.Line)
}

// parenthesised returns "  (text)", or nothing for no text.
func parenthesised(text string) string {
	if text == "" {
		return ""
	}
	return "  (" + text + ")"
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
