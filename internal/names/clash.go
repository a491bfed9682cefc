package names

import (
	"fmt"
	"go/token"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// An Origin is what a Go name is for.
type Origin struct {
	What string    // such as "struct 'Foo'" or "member 'bar' of struct 'Foo'"
	Pos  token.Pos // NoPos for names that every package has, and for files

	key string      // of Options.Rename
	in  ir.Presence // the releases that have it; nil: all
}

// A Clash is a Go name that two things would get.
type Clash struct {
	Name string // the Go name, or that of a file
	In   string // the Go type that it belongs to; empty for the package

	First, Second Origin
}

// A ClashError reports names that clash. The remedy is to rename one of each
// pair ([Options].Rename).
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

// Message says what clashes, without positions.
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

// reserve takes names that generated code always has.
func (s *scope) reserve(what string, names ...string) {
	for _, n := range names {
		s.taken[n] = Origin{What: what + " " + n}
	}
}

// take takes a name, or adds to the clashes.
func (p *planner) take(s *scope, name string, second Origin) {
	if first, ok := s.taken[name]; ok {
		p.clashes = append(p.clashes, Clash{name, s.in, first, second})
		return
	}
	s.taken[name] = second
}

// within returns the releases that have a part of something.
func within(in, holder ir.Presence) ir.Presence {
	if in == nil {
		return holder
	}
	return in
}

// settle returns another name for the one of both that a release does not have, so
// that what it has keeps its name: the last release that has the other is added,
// as in "ButtonLeftIn2_3". It reports false if the release has both, or none.
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
