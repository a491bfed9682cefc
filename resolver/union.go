package resolver

import (
	"slices"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/ir"
)

func (r *resolver) checkUnion(e *entity, u *ir.Union, path *link) {
	src := e.src.(*ast.Union)
	if src.Base != nil && src.Base.Name != nil && !r.checkUnionBase(e, src.Base.Name, u, path) {
		u.Base = nil
	}
	var values *ir.Enum
	if !u.Simple && u.Base != nil {
		values = r.checkDiscriminator(src, u)
	}
	if values != nil {
		r.addEmptyBranches(src, u, values)
	}
	if len(u.Branches) == 0 && values != nil && !src.Incomplete && !r.incomplete(values) {
		r.errorf(src, &src.Name, codeNoBranches, "union has no branches")
	}
	for i, b := range src.Branches {
		r.checkBranch(e, b, u.Branches[i], values, path)
	}
	if u.Base == nil {
		return
	}
	visited := make(map[ir.Type]bool)
	for i, b := range src.Branches {
		r.checkBranchClash(src, b, u, u.Branches[i].Type, visited)
	}
}

// checkUnionBase reports whether the named base is valid for the union e.
func (r *resolver) checkUnionBase(e *entity, ref *ast.Str, u *ir.Union, path *link) bool {
	if !u.Simple {
		return r.checkBase(e, ref, u.Base, path)
	}
	if !r.checkBase(e, ref, u.Base.Base, path) {
		u.Base.Base = nil
	} else if other := r.find(u.Base.Base, u.Discriminator.Name); other != nil {
		r.errorf(e.src, ref, codeNameClash, "%s collides with the discriminator of the union", describeMember(other, e.src)).
			Note(other.Pos, r.memberEnd(other), "the other member")
	}
	return true
}

// checkDiscriminator finds the discriminator in the base. It returns its enum type, or nil.
func (r *resolver) checkDiscriminator(src *ast.Union, u *ir.Union) *ir.Enum {
	name := src.Discriminator
	m := r.find(u.Base, clashName(name.Value))
	if m == nil || m.Name != name.Value {
		for s := u.Base; s != nil; s = s.Base {
			if r.incomplete(s) {
				return nil
			}
		}
		d := r.errorf(src, name, codeDiscriminator, "discriminator '%s' is not a member of 'base'", name.Value)
		noteDef(d, u.Base, "the base is here")
		if r.guess(len(u.Base.Members)) {
			d.Hint(diag.DidYouMean(name.Value, memberNames(u.Base.AllMembers())))
		}
		return nil
	}
	if m.Type == nil {
		return nil
	}
	base := "'base'"
	if owner, ok := m.Owner.(*ir.Struct); ok {
		base = "base type '" + owner.Name + "'"
	}
	values, isEnum := m.Type.(*ir.Enum)
	if r.releases.Before(2, 0) && m.Type == r.schema.ByName["str"] {
		u.Discriminator = m
		for _, b := range u.Branches {
			b.Value = &ir.EnumValue{Name: b.Name, Pos: b.Pos}
		}
		return nil
	}
	wrong, hint := "", ""
	switch {
	case !isEnum:
		wrong = "must be of enum type"
		hint = "QEMU 2.0 dropped discriminators of type 'str'"
	case m.Optional:
		wrong = "must not be optional"
	case m.If != nil:
		wrong = "must not be conditional"
	}
	if wrong != "" {
		r.errorf(src, name, codeDiscriminator, "discriminator member '%s' of %s %s", m.Name, base, wrong).
			Note(m.Pos, r.memberEnd(m), "the member is here").Hint(hint)
	}
	if isEnum {
		u.Discriminator = m
	}
	return values
}

// addEmptyBranches adds an empty branch for each value of the discriminator that has no branch.
func (r *resolver) addEmptyBranches(src *ast.Union, u *ir.Union, values *ir.Enum) {
	incomplete := r.releases.Within(dialect.Of(2, 7), dialect.Of(2, 12)) && !src.Incomplete
	covered := make(map[string]*ir.Branch, len(u.Branches))
	for _, b := range u.Branches {
		covered[b.Name] = b
	}
	for _, v := range values.Values {
		if b := covered[v.Name]; b != nil {
			b.Value = v
			continue
		}
		if incomplete {
			r.errorf(src, &src.Name, codeNoBranches, "union has no branch for value '%s' of %s", v.Name, describe(values)).
				Hint("QEMU 3.0 made such branches optional")
			incomplete = false
		}
		u.Branches = append(u.Branches, &ir.Branch{Name: v.Name, Pos: v.Pos, If: v.If, Value: v})
	}
}

// checkBranch checks a branch. The values are nil if those of the discriminator are not known.
func (r *resolver) checkBranch(e *entity, written *ast.Branch, b *ir.Branch, values *ir.Enum, path *link) {
	what := "branch '" + b.Name + "'"
	known := r.resolved(e.src, b.Type, &written.Type, what)
	if values != nil && b.Value == nil && !r.incomplete(values) {
		d := r.errorf(e.src, &written.Name, codeUnknownBranch, "%s is not a value of %s", what, describe(values))
		noteDef(d, values, "'%s' is defined here", values.Name)
		if r.guess(len(values.Values)) {
			d.Hint(diag.DidYouMean(b.Name, valueNames(values)))
		}
	}
	if !known {
		b.Type = nil
		return
	}
	_, isUnion := b.Type.(*ir.Union)
	switch b.Type.(type) {
	case *ir.Struct, *ir.Union:
		if isUnion && !r.releases.Since(8, 1) {
			d := r.errorf(e.src, &written.Type, codeBadBranch, "%s cannot use %s", what, describe(b.Type))
			d.Hint("QEMU 8.1 added unions as branches")
			b.Type = nil
			return
		}
		if !r.checkPart(r.entity(b.Type), enclose(path, e, &written.Type.Name, what)) {
			b.Type = nil
		}
	default:
		d := r.errorf(e.src, &written.Type, codeBadBranch, "%s cannot use %s", what, describe(b.Type))
		noteDef(d, b.Type, "'%s' is defined here", b.Type.Head().Name)
		b.Type = nil
	}
}

func memberNames(members []*ir.Member) []string {
	names := make([]string, len(members))
	for i, m := range members {
		names[i] = m.Name
	}
	return names
}

func valueNames(e *ir.Enum) []string {
	names := make([]string, len(e.Values))
	for i, v := range e.Values {
		names[i] = v.Name
	}
	return names
}

// checkBranchClash reports the first member of the branch type t, or of a branch nested in it,
// that clashes with a member of the base, and returns false if there is one. Members of
// different branches may have the same name, since only one branch is on the wire. Types in
// visited are skipped.
func (r *resolver) checkBranchClash(src ast.Def, written *ast.Branch, u *ir.Union, t ir.Type, visited map[ir.Type]bool) bool {
	if visited[t] {
		return true
	}
	visited[t] = true
	switch t := t.(type) {
	case *ir.Struct:
		return r.checkCommonClash(src, written, u, t)
	case *ir.Union:
		if !r.checkCommonClash(src, written, u, t.Base) {
			return false
		}
		for _, b := range t.Branches {
			if !r.checkBranchClash(src, written, u, b.Type, visited) {
				return false
			}
		}
	}
	return true
}

func (r *resolver) checkCommonClash(src ast.Def, written *ast.Branch, u *ir.Union, s *ir.Struct) bool {
	// Many unions may share a large branch type, so search from the smaller side.
	if base := u.Base; s != nil && base.Base == nil && len(base.Members) < len(s.Members) &&
		!slices.ContainsFunc(base.Members, func(m *ir.Member) bool { return r.find(s, clashName(m.Name)) != nil }) {
		return true
	}
	for _, m := range s.AllMembers() {
		other := r.find(u.Base, clashName(m.Name))
		if other == nil {
			continue
		}
		r.errorf(src, &written.Type, codeNameClash, "%s collides with %s", describeMember(m, src), describeMember(other, src)).
			Note(m.Pos, r.memberEnd(m), "the member of the branch").
			Note(other.Pos, r.memberEnd(other), "the member of the base")
		return false
	}
	return true
}
