package resolver

import (
	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/ir"
)

// Limits of what a schema may hold.
const (
	// MaxTypeDepth bounds how deep bases and branches may nest. Nothing in
	// QEMU comes near it, and its own compiler, a recursive Python program,
	// cannot go as deep.
	MaxTypeDepth = 1000

	// maxFeatures is the number of different names of features that a schema
	// may use, "deprecated" and "unstable" included (QEMU 10.0).
	maxFeatures = 64
)

// check goes through all entities in the order of declaration. An object is
// checked before those that contain it, so some have had their turn already.
func (r *resolver) check() {
	for _, e := range r.entities {
		switch def := e.def.(type) {
		case *ir.Enum:
			r.checkHead(e)
			r.checkEnum(e, def)
		case *ir.Array:
			r.checkArray(e, def)
		case *ir.Struct, *ir.Union:
			r.checkObject(e)
		case *ir.Alternate:
			r.checkHead(e)
			r.checkAlternate(e, def)
		case *ir.Command:
			r.checkHead(e)
			r.checkCommand(e, def)
		case *ir.Event:
			r.checkHead(e)
			r.checkEvent(e, def)
		}
		r.connectDocs(e)
	}
}

// checkHead checks what all definitions have: their features.
func (r *resolver) checkHead(e *entity) {
	if e.src == nil || e.def.Head().Implicit {
		return
	}
	features := e.src.Head().Features
	r.checkFeatures(e.src, features)
	if _, ok := e.def.(ir.Type); !ok {
		return
	}
	for _, f := range features {
		if special(f.Name.Value) {
			r.errorf(e.src, f, codeBadFeature, "feature '%s' is not supported for types", f.Name.Value)
		}
	}
}

// special reports whether a feature has a meaning in QAPI itself.
func special(feature string) bool { return feature == "deprecated" || feature == "unstable" }

func (r *resolver) checkFeatures(src ast.Def, features []*ast.Feature) {
	if len(features) < 2 {
		return
	}
	seen := make(map[string]*ast.Feature, len(features))
	for _, f := range features {
		c := clashName(f.Name.Value)
		if other := seen[c]; other != nil {
			r.errorf(src, f, codeNameClash, "feature '%s' collides with feature '%s'", f.Name.Value, other.Name.Value).
				Note(other.Pos(), other.End(), "the other feature")
			continue
		}
		seen[c] = f
	}
}

// checkEnum checks the values. Those of the implicit enum of a simple union are
// the names of its branches.
func (r *resolver) checkEnum(e *entity, enum *ir.Enum) {
	if e.src == nil {
		return
	}
	role := "value"
	src, explicit := e.src.(*ast.Enum)
	if !explicit {
		role = "branch"
	}
	var seen map[string]*ir.EnumValue // of an enum of more than a few values
	if len(enum.Values) > fewMembers {
		seen = make(map[string]*ir.EnumValue, len(enum.Values))
	}
	for i, v := range enum.Values {
		c := clashName(v.Name)
		other := seen[c]
		if seen == nil {
			other = clashing(enum.Values[:i], c)
		}
		if other != nil {
			r.errorf(e.src, quoted(v.Pos, v.Name), codeNameClash,
				"%s '%s' collides with %s '%s'", role, v.Name, role, other.Name).
				Note(other.Pos, quotedEnd(other.Pos, other.Name), "the other %s", role)
		} else if seen != nil {
			seen[c] = v
		}
		if explicit {
			r.checkFeatures(e.src, src.Values[i].Features)
		}
	}
}

// clashing returns the first of the values that has the clash name, or nil.
func clashing(values []*ir.EnumValue, clash string) *ir.EnumValue {
	for _, v := range values {
		if clashesWith(v.Name, clash) {
			return v
		}
	}
	return nil
}

// checkArray checks the element type. It speaks for the first use of the array;
// other uses are checked where they stand.
func (r *resolver) checkArray(e *entity, a *ir.Array) {
	ref := &e.use.Name
	switch elem := a.Elem.(type) {
	case nil:
		r.unknownType(e.src, ref, e.src.Keyword())
	case *ir.Array:
		r.errorf(e.src, ref, codeBadElement, "array element cannot use %s", describe(elem))
	}
}

// usable reports whether an array has elements it can have.
func usable(a *ir.Array) bool {
	_, nested := a.Elem.(*ir.Array)
	return a.Elem != nil && !nested
}

// bound reports whether t is a type that is known and usable wherever types are.
func bound(t ir.Type) bool {
	switch t.(type) {
	case nil, *ir.Array:
		return false
	}
	return true
}

// resolved reports whether the type that ref names in a place called what is
// known, and reports it if not. What is wrong with the first use of an array is
// reported at the turn of the array.
func (r *resolver) resolved(src ast.Def, t ir.Type, ref *ast.TypeRef, what string) bool {
	a, ok := t.(*ir.Array)
	if t == nil || ok && a.Elem == nil && ref.Array && r.entity(a).use != ref {
		r.unknownType(src, &ref.Name, what)
		return false
	}
	return !ok || usable(a)
}
