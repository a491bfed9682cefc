package golang

import (
	"errors"
	"fmt"
	"go/token"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// An Origin is what a Go name is for.
type Origin struct {
	What string    // such as "struct 'Foo'" or "member 'bar' of struct 'Foo'"
	Pos  token.Pos // NoPos for names that every package has
}

// A Clash is a Go name that two things would get.
type Clash struct {
	Name string // the Go name, or that of a file
	In   string // the Go type that it belongs to; empty for the package

	First, Second Origin
}

// A ClashError reports names that clash. The remedy is to rename one of each
// two ([Options].Rename).
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
func (p *plan) take(s *scope, name string, what string, pos token.Pos) {
	second := Origin{what, pos}
	if first, ok := s.taken[name]; ok {
		p.clashes = append(p.clashes, Clash{name, s.in, first, second})
		return
	}
	s.taken[name] = second
}

// Clashes returns the Go names that two things of a schema would get in a package
// with all parts, if nothing is renamed.
func Clashes(s *ir.Schema) []Clash {
	var clash *ClashError
	if _, err := newPlan(s, Options{Parts: AllParts}); errors.As(err, &clash) {
		return clash.Clashes
	}
	return nil
}
