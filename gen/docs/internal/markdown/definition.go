package markdown

import (
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/ir"
)

// Limits of nested members in commands and events, and in types.
var (
	wireLimits = model.Limits{Depth: 3, Rows: 40}
	typeLimits = model.Limits{Depth: 1}
)

// sections collects the sections of a definition, separated by blank lines.
type sections struct{ lines []string }

func (s *sections) add(lines ...string) {
	if len(lines) == 0 {
		return
	}
	if len(s.lines) > 0 {
		s.lines = append(s.lines, "")
	}
	s.lines = append(s.lines, lines...)
}

// definition returns the documentation of a definition.
func (p *page) definition(d *model.Definition) []string {
	var s sections
	s.add("### " + mark(anchor(d)) + code(d.Name) + " (" + string(d.Kind) + ")")
	s.add(p.standing(d)...)
	p.warn(&s, d, d.Deprecated, "Deprecated", "It will be removed.")
	p.warn(&s, d, d.Unstable, "Unstable", "It may change or be removed at any time.")
	for _, t := range d.Blurb {
		s.add(p.prose(t)...)
	}
	p.body(&s, d)
	for _, t := range d.Errors {
		s.add("**Errors:**")
		s.add(p.prose(t)...)
	}
	s.add(p.features(d)...)
	for _, t := range d.Notes {
		s.add(p.prose(t)...)
	}
	p.examples(&s, d)
	s.add(p.uses(d)...)
	s.add(p.names("See also:", d.Mentions)...)
	s.add(p.names("Mentioned by:", d.MentionedBy)...)
	return s.lines
}

// standing returns a line with facts about a definition.
func (p *page) standing(d *model.Definition) []string {
	var facts []string
	if d.Since != "" {
		facts = append(facts, "Since "+escape(d.Since))
	}
	for _, w := range d.Lifetime.Words() {
		facts = append(facts, escape(w))
	}
	if d.If != nil {
		facts = append(facts, "only if "+code(ir.CondString(d.If)))
	}
	if c := d.Command(); c != nil {
		if c.AllowOOB {
			facts = append(facts, "allowed out of band (`exec-oob`)")
		}
		if c.AllowPreconfig {
			facts = append(facts, "allowed in preconfig state")
		}
	}
	if !d.Reachable() {
		facts = append(facts, "not used by any command or event")
	}
	if len(facts) == 0 {
		return nil
	}
	facts[0] = strings.ToUpper(facts[0][:1]) + facts[0][1:]
	return []string{strings.Join(facts, "; ") + "."}
}

// warn adds a warning that a definition is deprecated or unstable.
func (p *page) warn(s *sections, d *model.Definition, f *model.Feature, label, otherwise string) {
	if f == nil {
		return
	}
	lines := []string{mark(memberAnchor(d, f.Anchor())) + "**" + label + ":**"}
	switch {
	case f.Text.Empty():
		lines = append(lines, otherwise)
	case startsWithText(f.Text.Blocks):
		lines = append(lines, p.prose(f.Text)...)
	default:
		lines = append(append(lines, ""), p.prose(f.Text)...)
	}
	s.add(prefix("> ", "> ", lines)...)
}

// features lists the features of a definition and its members, except those that warn has
// written.
func (p *page) features(d *model.Definition) []string {
	var list []string
	for _, f := range d.Features {
		if f == d.Deprecated || f == d.Unstable {
			continue
		}
		lead := mark(memberAnchor(d, f.Anchor())) + code(f.Name)
		var facts []string
		if f.If != nil {
			facts = append(facts, "only if "+code(ir.CondString(f.If)))
		}
		for _, m := range f.On {
			facts = append(facts, "of "+p.linkTarget(model.Target{Definition: d, Member: m}, ""))
		}
		if len(facts) > 0 {
			lead += " (" + strings.Join(facts, ", ") + ")"
		}
		list = append(list, item("-", p.described(lead, f.Text))...)
	}
	if len(list) == 0 {
		return nil
	}
	return append([]string{"**Features:**", ""}, list...)
}

// described returns the lead of an item followed by text.
func (p *page) described(lead string, text model.Prose) []string {
	switch {
	case text.Empty():
		return []string{lead}
	case startsWithText(text.Blocks):
		return append([]string{lead + ":"}, p.prose(text)...)
	default:
		return append([]string{lead, ""}, p.prose(text)...)
	}
}

// examples adds the examples and notes which of them are generated or shortened.
func (p *page) examples(s *sections, d *model.Definition) {
	for _, ex := range d.Examples {
		label := "**Example:**"
		switch {
		case ex.Made:
			label = "**Example**, generated from the types:"
		case ex.Elided:
			label = "**Example**, shortened:"
		}
		s.add(p.example(model.Prose{In: d}, ex.Title, ex.Blocks, label)...)
	}
}

// uses lists the references to a type, one definition a line.
func (p *page) uses(d *model.Definition) []string {
	if len(d.UsedBy) == 0 {
		return nil
	}
	lines := []string{"**Used by:**", ""}
	for _, by := range users(d) {
		var as []string
		for _, u := range d.UsedBy {
			if u.By == by {
				as = append(as, useText(u))
			}
		}
		lines = append(lines, "- "+p.link(by)+": "+strings.Join(as, ", "))
	}
	return lines
}

// users returns the definitions that refer to a type, in schema order.
func users(d *model.Definition) []*model.Definition {
	var out []*model.Definition
	for _, u := range d.UsedBy {
		if !slices.Contains(out, u.By) {
			out = append(out, u.By)
		}
	}
	return out
}

func useText(u model.Use) string {
	if u.Name == "" {
		switch u.As {
		case model.AsArgument:
			return "all arguments"
		case model.AsData:
			return "all data"
		}
		return string(u.As)
	}
	return string(u.As) + " " + code(u.Name)
}

// names lists definitions.
func (p *page) names(label string, list []*model.Definition) []string {
	if len(list) == 0 {
		return nil
	}
	lines := []string{"**" + label + "**"}
	for i, d := range list {
		line := p.link(d)
		if i < len(list)-1 {
			line += ","
		}
		lines = append(lines, line)
	}
	return lines
}
