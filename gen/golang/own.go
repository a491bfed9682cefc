package golang

import (
	"regexp"
	"strings"
	"sync"

	"github.com/qapi-go/qapi-go/ir"
)

// own adds what follows from the schema's definitions alone, in words of our own: since when
// something is there, and which members a sender has to give. With [DocsNone] that stands in the
// place of the schema's documentation, of which nothing is copied but version numbers.
func (p *plan) own(c *comment, def ir.Def) {
	if p.opts.Docs != DocsNone {
		return
	}
	var facts []string
	switch d := def.(type) {
	case *ir.Struct:
		facts = append(facts, mandatory(d.AllMembers()))
	case *ir.Union:
		facts = append(facts, mandatory(d.Base.AllMembers()), "Discriminator: "+d.Discriminator.Name+".")
	case *ir.Event:
		if s, ok := d.Arg.(*ir.Struct); ok {
			facts = append(facts, mandatory(s.AllMembers()))
		}
	case *ir.Command:
		if s, ok := d.Arg.(*ir.Struct); ok && s.Implicit {
			facts = append(facts, mandatory(s.AllMembers()))
		}
	}
	facts = append(facts, sinceFact(def.Head().Doc.Since()))
	for _, f := range facts {
		if f != "" {
			c.para(f)
		}
	}
}

// ownMember adds to the comment of a field or of a value since when it is there.
func (p *plan) ownMember(c *comment, doc *ir.Section) {
	if p.opts.Docs == DocsNone {
		if fact := sinceFact(doc.Since()); fact != "" {
			c.para(fact)
		}
	}
}

// mandatory lists the members that have to be there, or returns "".
func mandatory(members []*ir.Member) string {
	var names []string
	for _, m := range members {
		if !m.Optional {
			names = append(names, m.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "Mandatory: " + strings.Join(names, ", ") + "."
}

// version matches the version with which the text of a "Since:" starts.
var version = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\d+(\.\d+)+`) })

// sinceFact returns "Since: 2.9.", or "" if a text does not start with a version.
func sinceFact(text string) string {
	if v := version().FindString(strings.TrimSpace(text)); v != "" {
		return "Since: " + v + "."
	}
	return ""
}
