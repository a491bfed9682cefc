package names

import (
	"slices"

	"github.com/qapi-go/qapi-go/ir"
)

// needsJSON reports whether an object needs methods for encoding/json, because tags cannot
// express its wire form.
func needsJSON(o *Object) bool {
	return o.Union != nil || o.Extra || slices.ContainsFunc(o.Fields, func(f Field) bool {
		m := f.Member
		return holdsAny(m.Type) || isBytes(m.Type) || m.Optional && isNullable(m.Type)
	})
}

// isNullable reports whether null is a value of the type. In an optional member, encoding/json
// would treat it as an absent value.
func isNullable(t ir.Type) bool {
	switch t := t.(type) {
	case *ir.Builtin:
		return t.JSON == ir.JSONNull
	case *ir.Alternate:
		return slices.ContainsFunc(t.Branches, func(b *ir.AltBranch) bool { return isNullable(b.Type) })
	}
	return false
}

// holdsAny reports whether a Go value of the type contains an any visible to encoding/json,
// which would decode numbers in it as float64.
func holdsAny(t ir.Type) bool {
	if a, ok := t.(*ir.Array); ok {
		return holdsAny(a.Elem)
	}
	return ir.IsAny(t)
}

// isBytes reports whether encoding/json treats a Go value of the type as bytes, which it
// encodes in base64.
func isBytes(t ir.Type) bool {
	a, ok := t.(*ir.Array)
	if !ok {
		return false
	}
	b, ok := a.Elem.(*ir.Builtin)
	return ok && b.Name == "uint8"
}
