package resolver

import (
	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/ir"
)

func (r *resolver) checkAlternate(e *entity, a *ir.Alternate) {
	src := e.src.(*ast.Alternate)
	known := make([]bool, len(a.Branches))
	for i, b := range a.Branches {
		known[i] = r.resolved(src, b.Type, &src.Branches[i].Type, "branch '"+b.Name+"'")
	}
	names := make(map[string]*ast.Branch)
	claimed := make(map[ir.JSONKind]*ast.Branch)
	for i, b := range a.Branches {
		written := src.Branches[i]
		c := clashName(b.Name)
		if other := names[c]; other != nil {
			r.errorf(src, &written.Name, codeNameClash, "branch '%s' collides with branch '%s'", b.Name, other.Name.Value).
				Note(other.Name.Pos(), other.Name.End(), "the other branch")
		} else {
			names[c] = written
		}
		if known[i] {
			r.checkKinds(src, written, b, claimed)
		}
	}
}

// checkKinds sets the JSON kind of b and checks that no earlier branch claims one of its kinds.
func (r *resolver) checkKinds(src ast.Def, written *ast.Branch, b *ir.AltBranch, claimed map[ir.JSONKind]*ast.Branch) {
	kind, claims := r.jsonKinds(b.Type)
	if kind == "" {
		d := r.errorf(src, &written.Type, codeBadBranch, "branch '%s' cannot use %s", b.Name, describe(b.Type))
		noteDef(d, b.Type, "'%s' is defined here", b.Type.Head().Name)
		return
	}
	b.JSON = kind
	reported := false
	for _, k := range claims {
		other := claimed[k]
		if other != nil && !reported {
			reported = true
			r.errorf(src, written, codeAmbiguousBranch, "branch '%s' can't be distinguished from '%s'", b.Name, other.Name.Value).
				Note(other.Pos(), other.End(), "both can be a JSON %s", k)
		}
		if other == nil {
			claimed[k] = written
		}
	}
}

// jsonKinds returns the JSON kind of the values of t, and all kinds that a branch of type t
// claims in an alternate. All numbers are one kind. Strings and enums claim further kinds,
// since all command-line input arrives as strings. The kind is empty for types that are not
// allowed. Up to QEMU 2.9 each kind claimed only itself, and integers were a separate kind.
func (r *resolver) jsonKinds(t ir.Type) (ir.JSONKind, []ir.JSONKind) {
	narrow := r.releases.Before(2, 10)
	switch t := t.(type) {
	case *ir.Builtin:
		if narrow && t.JSON != ir.JSONValue {
			return t.JSON, []ir.JSONKind{t.JSON}
		}
		switch t.JSON {
		case ir.JSONInt, ir.JSONNumber:
			return t.JSON, []ir.JSONKind{ir.JSONNumber}
		case ir.JSONString:
			return t.JSON, []ir.JSONKind{ir.JSONString, ir.JSONNumber, ir.JSONBoolean}
		case ir.JSONValue:
			return "", nil
		}
		return t.JSON, []ir.JSONKind{t.JSON}
	case *ir.Enum:
		if narrow {
			return ir.JSONString, []ir.JSONKind{ir.JSONString}
		}
		return ir.JSONString, enumKinds(t)
	case *ir.Array:
		if !r.releases.Since(7, 1) {
			return "", nil
		}
		return ir.JSONArray, []ir.JSONKind{ir.JSONArray}
	case *ir.Struct, *ir.Union:
		return ir.JSONObject, []ir.JSONKind{ir.JSONObject}
	}
	return "", nil
}

func enumKinds(e *ir.Enum) []ir.JSONKind {
	var boolean, number bool
	for _, v := range e.Values {
		switch c := (v.Name + " ")[0]; {
		case v.Name == "on", v.Name == "off":
			boolean = true
		case c == '-', c == '+', c == '.', '0' <= c && c <= '9':
			number = true
		}
	}
	kinds := []ir.JSONKind{ir.JSONString}
	if number {
		kinds = append(kinds, ir.JSONNumber)
	}
	if boolean {
		kinds = append(kinds, ir.JSONBoolean)
	}
	return kinds
}
