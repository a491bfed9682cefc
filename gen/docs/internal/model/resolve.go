package model

import (
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/internal/prose"
)

// Resolve returns the target of a reference in text. A reference with the role "member" means
// a member of the definition that the text belongs to before it means a definition.
func (r *Reference) Resolve(p Prose, ref prose.Ref) Target {
	switch {
	case ref.Role == "member", ref.Role == "any", strings.HasPrefix(ref.Role, "qapi:"):
	default:
		return Target{}
	}
	name := strings.TrimPrefix(ref.Target, "~")
	if d := r.byName[name]; d != nil && ref.Role != "member" {
		return Target{Definition: d}
	}
	if p.In != nil {
		if m := p.In.Member(name); m != nil {
			return Target{p.In, m}
		}
	}
	if d := r.byName[name]; d != nil {
		return Target{Definition: d}
	}
	if owner, member, ok := strings.Cut(name, "."); ok {
		if d := r.byName[owner]; d != nil {
			return Target{d, d.Member(member)}
		}
	}
	return Target{}
}

// Member returns the member with a name that the definition lists, or nil.
func (d *Definition) Member(name string) *Member {
	for _, m := range d.Members {
		if m.Name == name {
			return m
		}
	}
	return nil
}

// instead finds the definitions that texts of features refer to, other than their owners.
func (b *builder) instead() {
	for _, d := range b.Definitions {
		for _, f := range d.Features {
			for ref := range prose.Refs(f.Text.Blocks) {
				t := b.Resolve(f.Text, ref)
				if m := d.Member(ref.Target); m != nil {
					t = Target{d, m} // even if a command has the same name
				}
				self := t.Member == nil && t.Definition == d || t.Member != nil && slices.Contains(f.On, t.Member)
				if t.Definition != nil && !self && !slices.Contains(f.Instead, t) {
					f.Instead = append(f.Instead, t)
				}
			}
		}
	}
}
