package resolver

import (
	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/ir"
)

// Limits on schemas.
const (
	// maxTypeDepth limits the nesting of bases and branches. QEMU's schemas are far below it,
	// and QEMU's compiler, a recursive Python program, cannot go as deep.
	maxTypeDepth = 1000

	// maxFeatures limits the distinct feature names of a schema, including "deprecated" and
	// "unstable" (since QEMU 10.0).
	maxFeatures = 64
)

// check checks all entities in declaration order. An object is checked before those that
// contain it, so an entity may have been checked already.
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

// checkHead checks the features of a definition.
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

// special reports whether QAPI itself gives the feature a meaning.
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

// checkEnum checks the values of an enum. Those of a simple union's implicit enum are its
// branch names.
func (r *resolver) checkEnum(e *entity, enum *ir.Enum) {
	if e.src == nil {
		return
	}
	role := "value"
	src, explicit := e.src.(*ast.Enum)
	if !explicit {
		role = "branch"
	}
	var seen map[string]*ir.EnumValue // used if there are more than a few values
	if len(enum.Values) > fewMembers {
		seen = emptied(r.values, len(enum.Values))
		r.values = seen
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

// clashing returns the first value that has the given clash name, or nil.
func clashing(values []*ir.EnumValue, clash string) *ir.EnumValue {
	for _, v := range values {
		if clashesWith(v.Name, clash) {
			return v
		}
	}
	return nil
}

// checkArray checks the element type at the first use of an array. Other uses are checked by
// resolved.
func (r *resolver) checkArray(e *entity, a *ir.Array) {
	ref := &e.use.Name
	switch elem := a.Elem.(type) {
	case nil:
		r.unknownType(e.src, ref, e.src.Keyword())
	case *ir.Array:
		r.errorf(e.src, ref, codeBadElement, "array element cannot use %s", describe(elem))
	}
}

// usable reports whether an array has a valid element type.
func usable(a *ir.Array) bool {
	_, nested := a.Elem.(*ir.Array)
	return a.Elem != nil && !nested
}

// bound reports whether t is known and valid wherever types are allowed.
func bound(t ir.Type) bool {
	switch t.(type) {
	case nil, *ir.Array:
		return false
	}
	return true
}

// resolved reports whether the type named by ref is known, and reports an error otherwise. The
// error calls the place of ref what. An error at the first use of an array is left to
// checkArray.
func (r *resolver) resolved(src ast.Def, t ir.Type, ref *ast.TypeRef, what string) bool {
	a, ok := t.(*ir.Array)
	if t == nil || ok && a.Elem == nil && ref.Array && r.entity(a).use != ref {
		r.unknownType(src, &ref.Name, what)
		return false
	}
	return !ok || usable(a)
}
