package gocall

import (
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/qapi-go/qapi-go/internal/example"
	"github.com/qapi-go/qapi-go/internal/names"
	"github.com/qapi-go/qapi-go/ir"
)

// A writer collects the variables that a literal needs.
type writer struct {
	vars       []variable
	taken      map[string]bool // names that are in use
	impossible bool            // a value has no literal
}

// A variable holds a value that a pointer needs.
type variable struct{ base, name, value string }

// value returns the literal of a value of a type.
func (w *writer) value(v *example.Value, t ir.Type, name string) *literal {
	switch t := t.(type) {
	case *ir.Builtin:
		return w.builtin(v, t)
	case *ir.Enum:
		return &literal{open: "qapi." + names.Value(names.Type(t.Name), v.Text)}
	case *ir.Array:
		l := &literal{open: typeOf(t) + "{", close: "}"}
		for _, e := range v.Elems {
			elem := w.value(e, t.Elem, name)
			if elem.close != "" {
				elem.open = strings.TrimPrefix(elem.open, typeOf(t.Elem)) // the type of the list implies it
			}
			l.items = append(l.items, item{value: elem})
		}
		return l
	case *ir.Alternate:
		l := &literal{open: typeOf(t) + "{", close: "}"}
		l.items = []item{w.alternative(v, t)}
		return l
	default:
		l := &literal{open: typeOf(t) + "{", close: "}"}
		w.members(l, v, t)
		return l
	}
}

// members adds the members of an object to l, and returns those that are not in the type.
func (w *writer) members(l *literal, v *example.Value, t ir.Type) []example.Member {
	var known []*ir.Member
	var branch ir.Type
	switch t := t.(type) {
	case *ir.Struct:
		known = t.AllMembers()
	case *ir.Union:
		known = t.Base.AllMembers()
		tag := v.Get(t.Discriminator.Name)
		for _, b := range t.Branches {
			if tag != nil && b.Name == tag.Text {
				branch = b.Type
			}
		}
	}
	var rest []example.Member
	for _, m := range v.Members {
		i := slices.IndexFunc(known, func(k *ir.Member) bool { return k.Name == m.Name && !k.IsWildcard() })
		if i < 0 {
			rest = append(rest, m)
			continue
		}
		l.items = append(l.items, item{names.Member(m.Name), w.field(m.Value, known[i])})
	}
	if branch == nil {
		return rest
	}
	inner := &literal{open: "&" + typeOf(branch) + "{", close: "}"}
	rest = w.members(inner, &example.Value{Kind: example.Object, Members: rest}, branch)
	l.items = append(l.items, item{"Branch", inner})
	return rest
}

// field returns the value of the field of a member.
func (w *writer) field(v *example.Value, m *ir.Member) *literal {
	l := w.value(v, m.Type, m.Name)
	if _, isList := m.Type.(*ir.Array); !m.Optional || isList || ir.IsAny(m.Type) {
		return l
	}
	return w.pointer(l, m.Type, m.Name)
}

// alternative returns the field of an alternate for a value.
func (w *writer) alternative(v *example.Value, a *ir.Alternate) item {
	b := example.AltBranch(a, v)
	if b == nil {
		w.impossible = true
		return item{}
	}
	name, l := names.AltBranch(b), w.value(v, b.Type, b.Name)
	switch ir.JSONKindOf(b.Type) {
	case ir.JSONArray:
		return item{name, l}
	case ir.JSONNull:
		return item{name, &literal{open: "true"}}
	}
	return item{name, w.pointer(l, b.Type, b.Name)}
}

// pointer returns a pointer to a composite literal, or to a variable with another value.
func (w *writer) pointer(l *literal, t ir.Type, name string) *literal {
	if l.close != "" {
		l.open = "&" + l.open
		return l
	}
	value := l.open
	if b, ok := t.(*ir.Builtin); ok && b.JSON == ir.JSONInt || ok && b.JSON == ir.JSONNumber {
		value = typeOf(t) + "(" + value + ")"
	}
	return &literal{open: "&" + w.variable(name, value)}
}

// variable returns the name of a variable with a value, which it adds unless there is one.
func (w *writer) variable(name, value string) string {
	first, rest, _ := strings.Cut(strings.ReplaceAll(name, "_", "-"), "-")
	base := strings.ToLower(first)
	if rest != "" {
		base = strings.ToLower(first) + strings.TrimPrefix(names.Member("x-"+rest), "X")
	}
	if !token.IsIdentifier(base) {
		base += "Value" // a keyword
	}
	if !token.IsIdentifier(base) {
		base = "value"
	}
	for _, v := range w.vars {
		if v.base == base && v.value == value {
			return v.name
		}
	}
	unique := base
	for n := 2; w.taken[unique]; n++ {
		unique = base + strconv.Itoa(n)
	}
	w.taken[unique] = true
	w.vars = append(w.vars, variable{base, unique, value})
	return unique
}

// builtin returns the literal of a value of a built-in type.
func (w *writer) builtin(v *example.Value, t *ir.Builtin) *literal {
	switch t.JSON {
	case ir.JSONNull:
		return &literal{open: "qmp.Null{", close: "}"}
	case ir.JSONNumber:
		if _, err := strconv.ParseFloat(v.Text, 64); err != nil {
			w.impossible = true
		}
		return &literal{open: v.Text}
	case ir.JSONValue:
		if v.Kind == example.Null {
			return &literal{open: "qmp.Null{", close: "}"} // nil means absent
		}
		return w.anything(v)
	}
	if v.Kind == example.String {
		return &literal{open: strconv.Quote(v.Text)}
	}
	return &literal{open: v.Text}
}

// anything returns the literal of a value for the type any.
func (w *writer) anything(v *example.Value) *literal {
	switch v.Kind {
	case example.Null:
		return &literal{open: "nil"}
	case example.Bool:
		return &literal{open: v.Text}
	case example.Number:
		return w.number(v.Text)
	case example.String:
		return &literal{open: strconv.Quote(v.Text)}
	case example.Array:
		l := &literal{open: "[]any{", close: "}"}
		for _, e := range v.Elems {
			l.items = append(l.items, item{value: w.anything(e)})
		}
		return l
	}
	l := &literal{open: "map[string]any{", close: "}"}
	for _, m := range v.Members {
		l.items = append(l.items, item{strconv.Quote(m.Name), w.anything(m.Value)})
	}
	return l
}

// number returns the literal of a number for the type any.
func (w *writer) number(text string) *literal {
	if strings.ContainsAny(text, ".eE") {
		if _, err := strconv.ParseFloat(text, 64); err != nil {
			w.impossible = true
		}
		return &literal{open: text}
	}
	if _, err := strconv.ParseInt(text, 10, 32); err == nil {
		return &literal{open: text}
	}
	if _, err := strconv.ParseInt(text, 10, 64); err == nil {
		return &literal{open: "int64(" + text + ")"}
	}
	if _, err := strconv.ParseUint(text, 10, 64); err != nil {
		w.impossible = true
	}
	return &literal{open: "uint64(" + text + ")"}
}

// typeOf returns the Go type for a QAPI type.
func typeOf(t ir.Type) string {
	return names.GoType(t, func(t ir.Type) string { return "qapi." + names.Type(t.Head().Name) })
}
