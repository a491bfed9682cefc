package impact

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// Unused writes the commands and events of a schema that a program uses, as lines of qapi.yaml
// that generate only these and the types that they need, and the others as comments.
func Unused(w io.Writer, p *Program, s *ir.Schema) error {
	used := make(map[string]bool)
	for _, u := range p.Uses {
		switch u.Kind {
		case Call, Handle, Listen, OutOfBand:
			used[u.Def] = true
		case Mention, Make, Write: // arguments have the name of their command
			if _, ok := s.ByName[u.Def].(*ir.Command); ok {
				used[u.Def] = true
			}
		}
	}
	var keep, drop []string
	sort := func(name string) {
		if used[name] {
			keep = append(keep, name)
		} else {
			drop = append(drop, name)
		}
	}
	for _, c := range s.Commands {
		sort(c.Name)
	}
	for _, e := range s.Events {
		sort(e.Name)
	}
	slices.Sort(keep)
	slices.Sort(drop)
	var b strings.Builder
	fmt.Fprintf(&b, "# %d commands and events are used, %d are not.\n", len(keep), len(drop))
	for _, name := range drop {
		fmt.Fprintf(&b, "#   %s\n", name)
	}
	for _, u := range p.Unseen {
		fmt.Fprintf(&b, "# %s:%d:%d: %s\n", u.Pos.Filename, u.Pos.Line, u.Pos.Column, u.Why)
	}
	b.WriteString("include:\n")
	for _, name := range keep {
		fmt.Fprintf(&b, "  - %s\n", name)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
