package names

import (
	"fmt"
	"go/token"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// An Origin is the thing for which a Go name is used.
type Origin struct {
	What string    // such as "struct 'Foo'" or "member 'bar' of struct 'Foo'"
	Pos  token.Pos // NoPos for names that do not come from the schema, and for files

	key string      // key in Options.Rename
	in  ir.Presence // releases that have it
}

// A Clash reports two things that would have the same Go name.
type Clash struct {
	Name string // the Go name or file name
	In   string // the Go type whose member it is; empty for the package

	First, Second Origin
}

// A ClashError reports clashing names. To resolve a clash, rename one of the pair with
// [Options].Rename.
type ClashError struct {
	Clashes []Clash // in the order of the schema
	Fset    *token.FileSet
}

// Error returns a line for each clash.
func (e *ClashError) Error() string {
	var b strings.Builder
	for i, c := range e.Clashes {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s%s", e.place(c.Second.Pos, "", ": "), c.Message())
		b.WriteString(e.place(c.First.Pos, " (", ")"))
	}
	return b.String()
}

// Message describes the clash without positions.
func (c Clash) Message() string {
	in := ""
	if c.In != "" {
		in = " in " + c.In
	}
	kind := "name"
	if isFileName(c.Name) {
		kind = "file"
	}
	return fmt.Sprintf("%s would get the Go %s %s%s, which %s has", c.Second.What, kind, c.Name, in, c.First.What)
}

func (e *ClashError) place(pos token.Pos, before, after string) string {
	if !pos.IsValid() || e.Fset == nil {
		return ""
	}
	return before + e.Fset.Position(pos).String() + after
}

// A scope is a set of Go names that must differ.
type scope struct {
	in    string
	taken map[string]Origin
}

func newScope(in string) *scope { return &scope{in, make(map[string]Origin)} }

// reserve adds names that do not come from the schema.
func (s *scope) reserve(what string, names ...string) {
	for _, n := range names {
		s.taken[n] = Origin{What: what + " " + n}
	}
}

// take adds a name to a scope, or reports a clash.
func (p *planner) take(s *scope, name string, second Origin) {
	if first, ok := s.taken[name]; ok {
		p.clashes = append(p.clashes, Clash{name, s.in, first, second})
		return
	}
	s.taken[name] = second
}

// within returns the releases that have a part of holder.
func within(in, holder ir.Presence) ir.Presence {
	if in == nil {
		return holder
	}
	return in
}

// settle returns a new name, and its key, for the thing that the preferred release does not
// have: its name with the suffix of its last release, as in "ButtonLeftIn2_3". It returns false
// if the release has both or neither.
func (c Clash) settle(prefer string) (key, name string, ok bool) {
	loser := c.Second
	if !c.First.in.Has(prefer) {
		loser = c.First
	}
	if c.First.in.Has(prefer) == c.Second.in.Has(prefer) || loser.key == "" || len(loser.in) == 0 {
		return "", "", false
	}
	last := strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return '_'
	}, loser.in[len(loser.in)-1])
	return loser.key, c.Name + "In" + last, true
}
