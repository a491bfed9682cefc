package example

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// A checker checks one message.
type checker struct {
	schema  *ir.Schema
	message *Message
}

func (c *checker) find(kind code, path string, offset int, format string, args ...any) {
	c.message.find(kind, path, offset, format, args...)
}

// kind checks that a value is of a kind, or omitted.
func (c *checker) kind(v *Value, want ValueKind, path string) bool {
	if v.Kind != want && !v.leftOut() {
		c.find(codeKind, path, v.Offset, "expected %s, got %s", want.withArticle(), v.Kind.withArticle())
		return false
	}
	return v.Kind == want
}

// value checks a value against its type.
func (c *checker) value(v *Value, t ir.Type, path string) {
	if v.leftOut() {
		return
	}
	switch t := t.(type) {
	case *ir.Builtin:
		c.builtin(v, t, path)
	case *ir.Enum:
		if c.kind(v, String, path) {
			c.enum(v, t, path)
		}
	case *ir.Array:
		if c.kind(v, Array, path) {
			for i, e := range v.Elems {
				c.value(e, t.Elem, indexPath(path, i))
			}
		}
	case *ir.Alternate:
		c.alternate(v, t, path)
	default:
		c.object(v, t, path, false)
	}
}

var builtinKinds = map[ir.JSONKind]ValueKind{
	ir.JSONString: String, ir.JSONNumber: Number, ir.JSONInt: Number, ir.JSONBoolean: Bool, ir.JSONNull: Null,
	ir.JSONObject: Object, ir.JSONArray: Array,
}

func (c *checker) builtin(v *Value, t *ir.Builtin, path string) {
	kind, ok := builtinKinds[t.JSON]
	switch {
	case !ok: // any value will do
		c.anything(v, path)
	case t.JSON == ir.JSONInt && v.Kind != Number:
		c.find(codeKind, path, v.Offset, "expected an integer, got %s", v.Kind.withArticle())
	case c.kind(v, kind, path) && t.JSON == ir.JSONInt:
		c.integer(v, t, path)
	}
}

// anything checks a value of type any for duplicate members.
func (c *checker) anything(v *Value, path string) {
	c.duplicates(v, path)
	for _, m := range v.Members {
		c.anything(m.Value, memberPath(path, m.Name))
	}
	for i, e := range v.Elems {
		c.anything(e, indexPath(path, i))
	}
}

// integer checks the range of an integer. To QEMU's JSON parser,
// a number with a fraction or an exponent is not an integer.
func (c *checker) integer(v *Value, t *ir.Builtin, path string) {
	if strings.ContainsAny(v.Text, ".eE") {
		c.find(codeKind, path, v.Offset, "expected an integer, got %s", v.Text)
		return
	}
	n, _ := new(big.Int).SetString(v.Text, 10)
	if low, high := t.Range(); n.Cmp(big.NewInt(low)) < 0 || n.Cmp(new(big.Int).SetUint64(high)) > 0 {
		c.find(codeRange, path, v.Offset, "%s is not between %d and %d", v.Text, low, high)
	}
}

func (c *checker) enum(v *Value, t *ir.Enum, path string) {
	if !slices.ContainsFunc(t.Values, func(x *ir.EnumValue) bool { return x.Name == v.Text }) {
		c.find(codeUnknownValue, path, v.Offset, "%s has no value '%s'", t.Name, v.Text)
	}
}

func (c *checker) alternate(v *Value, t *ir.Alternate, path string) {
	if b := AltBranch(t, v); b != nil {
		c.value(v, b.Type, path)
		return
	}
	var kinds []string
	for _, b := range t.Branches {
		kinds = append(kinds, string(b.JSON))
	}
	c.find(codeKind, path, v.Offset, "expected one of %s, got %s", strings.Join(kinds, ", "), v.Kind.withArticle())
}

// AltBranch returns the branch of an alternate that a value takes, or nil. An integer takes
// the branch for numbers if there is none for integers.
func AltBranch(a *ir.Alternate, v *Value) *ir.AltBranch {
	var found *ir.AltBranch
	for _, b := range a.Branches {
		if kind, ok := builtinKinds[b.JSON]; !ok || kind != v.Kind || b.JSON == ir.JSONInt && strings.ContainsAny(v.Text, ".eE") {
			continue
		}
		if found == nil || b.JSON == ir.JSONInt {
			found = b
		}
	}
	return found
}

// object checks an object against a struct or union. If it is open, it may have members
// that the type does not list.
func (c *checker) object(v *Value, t ir.Type, path string, open bool) {
	if a, ok := t.(*ir.Alternate); ok {
		c.alternate(v, a, path)
		return
	}
	if !c.kind(v, Object, path) {
		return
	}
	c.duplicates(v, path)
	members, unsure := membersOf(v, t)
	if u, ok := t.(*ir.Union); ok {
		c.discriminator(v, u, path)
	}
	for _, got := range v.Members {
		i := slices.IndexFunc(members, func(m *ir.Member) bool { return m.Name == got.Name })
		switch {
		case i >= 0:
			c.value(got.Value, members[i].Type, memberPath(path, got.Name))
		case open || slices.ContainsFunc(members, (*ir.Member).IsWildcard):
			c.anything(got.Value, memberPath(path, got.Name))
		case !unsure:
			c.find(codeUnknownMember, memberPath(path, got.Name), got.Offset, "%s", unknownMember(got.Name, t))
		}
	}
	if v.Elided {
		return
	}
	for _, m := range members {
		if !m.Optional && v.Get(m.Name) == nil {
			c.find(codeMissingMember, memberPath(path, m.Name), v.Offset, "mandatory member is missing")
		}
	}
}

// membersOf returns the members that the object may have. It is unsure if the discriminator
// does not give the branch.
func membersOf(v *Value, t ir.Type) (list []*ir.Member, unsure bool) {
	switch t := t.(type) {
	case *ir.Struct:
		return t.AllMembers(), false
	case *ir.Union:
		list = t.Base.AllMembers()
		if t.Discriminator == nil {
			return list, true
		}
		tag := v.Get(t.Discriminator.Name)
		if tag == nil {
			return list, !t.Discriminator.Optional
		}
		b := branch(t, tag)
		if b == nil {
			return list, true
		}
		if b.Type == nil {
			return list, false
		}
		more, unsure := membersOf(v, b.Type)
		return append(slices.Clone(list), more...), unsure
	}
	return nil, false
}

// branch returns the branch that the discriminator chooses, or nil.
func branch(u *ir.Union, tag *Value) *ir.Branch {
	for _, b := range u.Branches {
		if tag.Kind == String && b.Name == tag.Text {
			return b
		}
	}
	return nil
}

// discriminator checks a discriminator of type str; an enum is checked like other members.
// A branch that is a union has its own discriminator.
func (c *checker) discriminator(v *Value, u *ir.Union, path string) {
	if u.Discriminator == nil {
		return
	}
	tag := v.Get(u.Discriminator.Name)
	if tag == nil {
		return
	}
	b := branch(u, tag)
	_, isEnum := u.Discriminator.Type.(*ir.Enum)
	switch {
	case b == nil && tag.Kind == String && !isEnum:
		c.find(codeUnknownValue, memberPath(path, u.Discriminator.Name), tag.Offset, "%s has no branch '%s'", u.Name, tag.Text)
	case b != nil:
		if inner, ok := b.Type.(*ir.Union); ok {
			c.discriminator(v, inner, path)
		}
	}
}

// unknownMember returns a message on a member that the type does not have.
func unknownMember(name string, t ir.Type) string {
	head := t.Head().Name
	if u, ok := t.(*ir.Union); ok {
		var in []string
		for _, b := range u.Branches {
			if s, ok := b.Type.(*ir.Struct); ok && slices.ContainsFunc(s.AllMembers(), func(m *ir.Member) bool { return m.Name == name }) {
				in = append(in, "'"+b.Name+"'")
			}
		}
		if len(in) > 0 {
			return "only where '" + u.Discriminator.Name + "' is " + strings.Join(in, " or ")
		}
	}
	if t.Head().Implicit {
		return "unknown member"
	}
	return head + " has no such member"
}

// find adds a finding.
func (m *Message) find(kind code, path string, offset int, format string, args ...any) {
	f := Finding{Code: kind, Path: path, Offset: offset, Pos: m.Pos(offset), Msg: fmt.Sprintf(format, args...)}
	i, _ := slices.BinarySearchFunc(m.Findings, f, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), -1)
	})
	m.Findings = slices.Insert(m.Findings, i, f)
}
