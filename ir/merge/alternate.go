package merge

import (
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// A kindView combines the branches for one JSON kind in the instances of an alternate.
type kindView struct {
	kind   ir.JSONKind // JSONInt for all numbers
	name   string      // name of the newest branch
	list   []instance  // newest first
	branch *ir.AltBranch
}

// alternate combines the instances of an alternate. An instance of another type counts as an
// alternate with one branch.
func (m *merger) alternate(g *group) []*kindView {
	var views []*kindView
	add := func(i instance, name string, b *ir.AltBranch) {
		kind := kindOf(i.typ)
		k := slices.IndexFunc(views, func(v *kindView) bool { return v.kind == kind })
		if k < 0 {
			k = len(views)
			if slices.ContainsFunc(views, func(v *kindView) bool { return v.name == name }) {
				name += "-" + string(kind)
			}
			views = append(views, &kindView{kind: kind, name: name, branch: b})
		}
		views[k].list = append(views[k].list, i)
	}
	for _, i := range g.list {
		if a, ok := i.typ.(*ir.Alternate); ok {
			for _, b := range a.Branches {
				add(instance{i.rel, b.Type}, b.Name, b)
			}
		}
	}
	for _, i := range g.list {
		if _, ok := i.typ.(*ir.Alternate); !ok {
			add(i, branchName(i.typ), nil)
		}
	}
	return views
}

func kindOf(t ir.Type) ir.JSONKind {
	if k := ir.JSONKindOf(t); k != ir.JSONNumber {
		return k
	}
	return ir.JSONInt
}

// branchName returns a branch name for a type that is not an alternate.
func branchName(t ir.Type) string {
	switch t := t.(type) {
	case nil:
		return "object"
	case *ir.Builtin:
		return t.Name
	case *ir.Array:
		return "list"
	case *ir.Enum:
		return "enum"
	}
	return "object"
}

// holderName returns the name of an alternate that no release has: the name of its owner
// followed by that of the member. "Alternate" is appended if the name is taken.
func (b *builder) holderName(at place) string {
	name := joinedName(at)
	taken := func() bool {
		return b.find(name) != nil || slices.ContainsFunc(b.made, func(t ir.Type) bool { return t.Head().Name == name })
	}
	for taken() {
		name += "Alternate"
	}
	return name
}

func joinedName(at place) string {
	name := strings.TrimSuffix(strings.TrimPrefix(at.owner, "q_obj_"), "-arg")
	var b strings.Builder
	for _, part := range strings.FieldsFunc(name+"-"+at.member, func(r rune) bool { return r == '-' || r == '_' || r == ' ' || r == '.' }) {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}
