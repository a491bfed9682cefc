package golang

import (
	"fmt"
	"strings"

	"github.com/qapi-go/qapi-go/internal/names"
	"github.com/qapi-go/qapi-go/ir"
)

// definition returns the comment of a generated declaration: its first line, the schema's
// documentation, notes for users of the Go package, and facts from the schema.
func (p *plan) definition(first string, def ir.Def, notes ...string) *comment {
	c := text(first)
	info := def.Head()
	if p.opts.Docs != DocsNone && info.Doc != nil {
		for _, s := range info.Doc.Sections {
			p.section(c, s)
		}
	}
	for _, n := range notes {
		c.para(n)
	}
	p.own(c, def)
	p.condition(c, info.If)
	p.lifetime(c, info.In)
	p.features(c, info.Features, info.Doc)
	return c
}

// section adds a section of a definition's documentation. Members are documented at their
// fields, features by [plan.features]; notes to authors of the schema are left out.
func (p *plan) section(c *comment, s *ir.Section) {
	switch s.Kind {
	case ir.SectionBody, ir.SectionPlain:
		p.prose(c, s.Text)
	case ir.SectionReturns:
		p.labelled(c, "Returns:", s.Text)
	case ir.SectionErrors:
		p.labelled(c, "Errors:", s.Text)
	case ir.SectionSince:
		p.labelled(c, "Since:", s.Text)
	case ir.SectionNote:
		p.labelled(c, "Note:", s.Text)
	case ir.SectionExample:
		if p.opts.Docs == DocsFull && strings.TrimSpace(s.Text) != "" {
			c.para("Example:")
			c.code(s.Text)
		}
	}
}

// member returns the comment of a field.
func (p *plan) member(f *field) *comment {
	c := new(comment)
	if f.doc != nil {
		p.prose(c, f.doc.Text)
		p.ownMember(c, f.doc)
	}
	p.condition(c, f.cond)
	p.lifetime(c, f.in)
	var doc *ir.Doc
	if f.owner != nil {
		doc = f.owner.Head().Doc
	}
	p.features(c, f.features, doc)
	return c
}

// value returns the comment of a constant.
func (p *plan) value(enum *ir.Enum, v *ir.EnumValue) *comment {
	return p.member(&field{doc: v.Doc, cond: v.If, features: v.Features, in: v.In, owner: enum})
}

// lifetime adds the releases that have a definition or member, unless all releases that
// the package is for do.
func (p *plan) lifetime(c *comment, in ir.Presence) {
	if span := p.schema.ReleaseSpan(in); span != "" {
		c.para("Releases: " + span + ".")
	}
}

func (p *plan) condition(c *comment, cond ir.Cond) {
	if cond != nil {
		c.para("Condition: " + ir.CondString(cond))
	}
}

// features documents the features of a definition or member with the text that the
// documentation of the definition, doc, has for them.
func (p *plan) features(c *comment, features []ir.Feature, doc *ir.Doc) {
	for _, f := range features {
		text := new(comment)
		label := "Feature " + f.Name
		if f.If != nil {
			label += " (condition: " + ir.CondString(f.If) + ")"
		}
		label += ":"
		switch f.Name {
		case "deprecated":
			label = "Deprecated:"
		case "unstable":
			label = "Unstable:"
		}
		if s := doc.Section(ir.SectionFeature, f.Name); s != nil {
			p.labelled(text, label, s.Text)
		}
		if text.empty() {
			switch f.Name {
			case "deprecated":
				label += " it may be removed in a later release."
			case "unstable":
				label += " it may change or be removed in any release."
			default:
				label = strings.TrimSuffix(label, ":")
			}
			text.para(label)
		}
		c.add(text)
	}
}

// branches returns the comment of the interface of a union's branches.
func (p *plan) branches(d *names.Object) *comment {
	c := new(comment)
	c.para(fmt.Sprintf("%s is the branch of a [%s], which its %s selects:", names.Branch(d.Name), d.Name, d.Tag))
	var items []item
	for _, b := range d.Union.Branches {
		if b.Type == nil {
			continue
		}
		text := fmt.Sprintf("%s: [*%s]", b.Name, p.Type(b.Type))
		if b.If != nil {
			text += " (condition: " + ir.CondString(b.If) + ")"
		}
		if span := p.schema.ReleaseSpan(b.In); span != "" {
			text += " (" + span + ")"
		}
		items = append(items, item{paras: []string{text}})
	}
	c.list(items)
	c.para("It is nil for values that add no members, and an [*UnknownBranch] for values that are not in the schema.")
	return c
}
