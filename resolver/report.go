package resolver

import (
	"go/token"
	"strings"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/ir"
)

// Codes of errors in resolving names.
const (
	codeRedefined       diag.Code = "redefined"        // a second definition of a name
	codeUnknownType     diag.Code = "unknown-type"     // a type that is not defined
	codeNameClash       diag.Code = "name-clash"       // two names that are the same in C or on the wire
	codeBadBase         diag.Code = "bad-base"         // a base that is not a struct
	codeContainsItself  diag.Code = "contains-itself"  // an object that contains itself
	codeTypeDepth       diag.Code = "type-depth"       // bases and branches nested deeper than maxTypeDepth
	codeDiscriminator   diag.Code = "discriminator"    // an invalid discriminator
	codeNoBranches      diag.Code = "no-branches"      // a union without branches
	codeUnknownBranch   diag.Code = "unknown-branch"   // a branch that is not a value of the discriminator
	codeBadBranch       diag.Code = "bad-branch"       // a branch of an invalid type
	codeAmbiguousBranch diag.Code = "ambiguous-branch" // two branches of an alternate with the same JSON kind
	codeBadElement      diag.Code = "bad-element"      // an array of arrays
	codeBadArguments    diag.Code = "bad-arguments"    // 'data' of a type that is invalid for arguments
	codeNeedsBoxed      diag.Code = "needs-boxed"      // arguments that require 'boxed'
	codeBadReturns      diag.Code = "bad-returns"      // 'returns' of a type other than an object
	codeBadFeature      diag.Code = "bad-feature"      // a feature that is not allowed in its place
	codeTooManyFeatures diag.Code = "too-many-features"
	codeUndocumented    diag.Code = "undocumented" // a member or feature without documentation
	codeStrayDoc        diag.Code = "stray-doc"    // documentation of a member or feature that does not exist
)

// maxCompared limits the names compared for spelling hints in a run, so that many errors in a
// large schema do not slow it down.
const maxCompared = 4 << 20

// guess reports whether a hint may still compare n names.
func (r *resolver) guess(n int) bool {
	if r.compared > maxCompared {
		return false
	}
	r.compared += n
	return true
}

// errorf reports an error at node in the definition src.
func (r *resolver) errorf(src ast.Def, node ast.Node, code diag.Code, format string, args ...any) *diag.Diagnostic {
	d := r.errs.Errorf(diag.StageSchema, node.Pos(), node.End(), code, format, args...)
	return d.Within(within(src))
}

// within returns the name and position of a definition for [diag.Diagnostic.Within].
func within(src ast.Def) (string, token.Pos) {
	return src.Keyword() + " '" + src.Head().Name.Value + "'", src.Pos()
}

// describe names a definition as QEMU's messages do: "struct type 'Foo'",
// "array type ['Foo']", "command 'foo'".
func describe(def ir.Def) string {
	switch def := def.(type) {
	case *ir.Array:
		return "array type ['" + strings.TrimSuffix(def.Name, "List") + "']"
	case ir.Type:
		return def.Kind() + " type '" + def.Head().Name + "'"
	default:
		return def.Kind() + " '" + def.Head().Name + "'"
	}
}

// describeMember describes a member of a struct, base or argument object in an error of the
// definition src. It names the member's owner if that is another definition.
func describeMember(m *ir.Member, src ast.Def) string {
	role, meta := "member", "type"
	switch owner := m.Owner.(type) {
	case *ir.Command, *ir.Event:
		role, meta = "parameter", owner.Kind()
	case *ir.Union:
		role = "base member"
	}
	s := role + " '" + m.Name + "'"
	if owner := m.Owner.Head().Name; owner != src.Head().Name.Value {
		s += " of " + meta + " '" + owner + "'"
	}
	return s
}

// unknownType reports that ref names no type. The error calls the user of the type what. There
// is no error if the definition may have been lost to an earlier one.
func (r *resolver) unknownType(src ast.Def, ref *ast.Str, what string) {
	if r.lostFile || r.lost[ref.Value] {
		return
	}
	d := r.errorf(src, ref, codeUnknownType, "%s uses unknown type '%s'", what, ref.Value)
	if def := r.schema.ByName[ref.Value]; def != nil && !def.Head().Implicit {
		noteDef(d, def, "'%s' is %s %s, not a type", ref.Value, article(def.Kind()), def.Kind())
		return
	}
	for _, t := range anyTypes {
		if t.name == ref.Value {
			d.Hint("since QEMU 2.5 this type is called 'any'")
			return
		}
	}
	if name := builtinNames[strings.ToLower(ref.Value)]; name != "" {
		d.Hint("did you mean '" + name + "'?")
		return
	}
	if !r.guess(len(r.schema.Types)) {
		return
	}
	if r.types == nil {
		for _, t := range r.schema.Types {
			if i := t.Head(); !i.Implicit {
				r.types = append(r.types, i.Name)
			}
		}
	}
	d.Hint(diag.DidYouMean(ref.Value, r.types))
}

// builtinNames maps names of types in other languages to built-in types.
var builtinNames = map[string]string{
	"string":  "str",
	"boolean": "bool",
	"integer": "int",
	"long":    "int64",
	"float":   "number",
	"double":  "number",
	"object":  "any",
	"value":   "any",
}

func article(word string) string {
	switch word[0] {
	case 'a', 'e', 'i', 'o':
		return "an"
	}
	return "a"
}

// noteDef adds a note at the name of a definition, or at the definition that implies it.
// Built-in types get no note.
func noteDef(d *diag.Diagnostic, def ir.Def, format string, args ...any) {
	i := def.Head()
	switch {
	case !i.NamePos.IsValid():
	case i.Implicit:
		d.Note(i.NamePos, token.NoPos, format, args...)
	default:
		d.Note(i.NamePos, nameEnd(def), format, args...)
	}
}

// nameEnd returns the end of the quoted name of an explicit definition.
func nameEnd(def ir.Def) token.Pos { return quotedEnd(def.Head().NamePos, def.Head().Name) }

// quotedEnd returns the end of a quoted name that starts at pos.
func quotedEnd(pos token.Pos, name string) token.Pos {
	return pos + token.Pos(len(name)+len("''"))
}

// incomplete reports whether parts of a type may be missing because of earlier errors. Then
// missing parts are not reported.
func (r *resolver) incomplete(t ir.Type) bool {
	e := r.entity(t)
	return e.src != nil && e.src.Head().Incomplete
}

// quoted returns the extent of a quoted name that starts at pos.
func quoted(pos token.Pos, name string) ast.Span {
	return ast.Span{From: pos, To: quotedEnd(pos, name)}
}

// clashName returns a name with every character that is invalid in C identifiers replaced by
// '_'. Names with the same clash name clash.
func clashName(name string) string {
	for i := range len(name) {
		if clashByte(name[i]) != name[i] {
			b := []byte(name)
			for j := i; j < len(b); j++ {
				b[j] = clashByte(b[j])
			}
			return string(b)
		}
	}
	return name
}

// clashesWith reports whether clash is the clash name of name.
func clashesWith(name, clash string) bool {
	if len(name) != len(clash) {
		return false
	}
	for i := range len(name) {
		if clashByte(name[i]) != clash[i] {
			return false
		}
	}
	return true
}

// clashByte returns the replacement of one byte.
func clashByte(c byte) byte {
	if '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' {
		return c
	}
	return '_'
}
