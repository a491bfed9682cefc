package golang

import (
	"regexp"
	"strings"
	"sync"

	"github.com/qapi-go/qapi-go/ir"
)

// own adds facts that follow from the definitions alone: the first release, and the mandatory
// members. With [DocsNone], they stand in for the schema's documentation, of which nothing but
// version numbers is copied.
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

// ownMember adds the first release to the comment of a field or value, with [DocsNone].
func (p *plan) ownMember(c *comment, doc *ir.Section) {
	if p.opts.Docs == DocsNone {
		if fact := sinceFact(doc.Since()); fact != "" {
			c.para(fact)
		}
	}
}

// mandatory returns a sentence that lists the mandatory members, or "" if there are none.
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

// version matches the version at the start of a "Since:" section.
var version = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\d+(\.\d+)+`) })

// sinceFact returns "Since: 2.9.", or "" if text does not start with a version.
func sinceFact(text string) string {
	if v := version().FindString(strings.TrimSpace(text)); v != "" {
		return "Since: " + v + "."
	}
	return ""
}
