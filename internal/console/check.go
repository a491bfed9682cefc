package console

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/ir"
)

// An ArgumentError is what is wrong with a command before it is sent.
type ArgumentError struct {
	Command  string
	Problems []string // one for each argument
}

// Error returns the problems, one a line.
func (e *ArgumentError) Error() string {
	return e.Command + ": " + strings.Join(e.Problems, "\n"+e.Command+": ")
}

// A checker gives arguments the types of the schema and collects what is wrong.
type checker struct{ problems []string }

func (c *checker) add(path, format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf("argument '%s': ", path)+fmt.Sprintf(format, args...))
}

// open reports whether a command may have arguments that its schema does not tell.
// Introspection does not tell which commands those are; these are QEMU's.
func (s *Schema) open(cmd *ir.Command) bool {
	if !cmd.Gen {
		return true
	}
	_, isStruct := cmd.Arg.(*ir.Struct)
	return s.introspected && isStruct && slices.Contains([]string{"device_add", "netdev_add", "object-add"}, cmd.Name)
}

// arguments returns the arguments of a command with the types of the schema. args
// may be nil.
func (s *Schema) arguments(cmd *ir.Command, args *object) (*object, error) {
	if args == nil {
		args = newObject()
	}
	var c checker
	switch t := cmd.Arg.(type) {
	case nil:
		if s.open(cmd) {
			guessAll(args)
			break
		}
		for _, name := range args.names {
			c.add(name, "there is none: %s takes no arguments", cmd.Name)
		}
	default:
		c.object("", t, args, s.open(cmd))
	}
	if c.problems != nil {
		return nil, &ArgumentError{cmd.Name, c.problems}
	}
	return args, nil
}

// join returns the path of a member.
func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// convert returns a value with the type of the schema.
func (c *checker) convert(path string, t ir.Type, v value) value {
	switch t := t.(type) {
	case *ir.Builtin:
		return c.builtin(path, t, v)
	case *ir.Enum:
		return c.enum(path, t, v)
	case *ir.Array:
		return c.array(path, t, v)
	case *ir.Alternate:
		return c.alternate(path, t, v)
	}
	if w, ok := v.(word); ok {
		parsed, err := parseValue(string(w))
		if err != nil {
			c.add(path, "want an object such as {%s}, or %s.NAME=VALUE: %v", strings.Join(memberExample(t), ", "), path, err)
			return v
		}
		v = parsed
	}
	o, ok := v.(*object)
	if !ok {
		c.add(path, "want an object, not %s", kindOf(v))
		return v
	}
	c.object(path, t, o, false)
	return o
}

// memberExample returns how the mandatory members of an object type are written.
func memberExample(t ir.Type) []string {
	var all []string
	for _, m := range commonMembers(t) {
		if !m.Optional {
			all = append(all, quote(m.Name)+": …")
		}
	}
	return all
}

// commonMembers returns the members of an object type that any value may have.
func commonMembers(t ir.Type) []*ir.Member {
	switch t := t.(type) {
	case *ir.Struct:
		return t.AllMembers()
	case *ir.Union:
		return t.Base.AllMembers()
	}
	return nil
}

// branchOf returns the branch of a union that an object chooses, or nil.
func branchOf(u *ir.Union, o *object) *ir.Branch {
	var chosen string
	switch v := o.get(u.Discriminator.Name).(type) {
	case string:
		chosen = v
	case word:
		chosen = unquote(v)
	default:
		return nil
	}
	for _, b := range u.Branches {
		if b.Name == chosen {
			return b
		}
	}
	return nil
}

// membersFor returns the members that an object may have, with those of the
// branches that it chooses.
func membersFor(t ir.Type, o *object) []*ir.Member {
	members := slices.Clone(commonMembers(t))
	if u, ok := t.(*ir.Union); ok {
		if b := branchOf(u, o); b != nil && b.Type != nil {
			members = append(members, membersFor(b.Type, o)...)
		}
	}
	return members
}

// object checks the members of an object, and gives them their types. If more is
// set it may have others.
func (c *checker) object(path string, t ir.Type, o *object, more bool) {
	if a, ok := t.(*ir.Alternate); ok { // arguments of old releases
		c.alternate(path, a, o)
		return
	}
	members := membersFor(t, o)
	var names []string
	for _, m := range members {
		if m.StandsForMore() {
			more = true
			continue
		}
		names = append(names, m.Name)
	}
	for _, name := range o.names {
		i := slices.IndexFunc(members, func(m *ir.Member) bool { return m.Name == name })
		switch {
		case i >= 0 && slices.Contains(names, name):
			o.values[name] = c.convert(join(path, name), members[i].Type, o.values[name])
		case more:
			o.values[name] = guessAll(o.values[name])
		default:
			c.unknown(join(path, name), name, t, o, names)
		}
	}
	for _, m := range members {
		if !m.Optional && !o.has(m.Name) {
			c.add(join(path, m.Name), "it is missing; want %s", typeName(m.Type))
		}
	}
}

// unknown adds that there is no such member, and what there is.
func (c *checker) unknown(path, name string, t ir.Type, o *object, names []string) {
	where := ""
	if u, ok := t.(*ir.Union); ok {
		d := u.Discriminator.Name
		switch b := branchOf(u, o); {
		case b != nil:
			where = fmt.Sprintf(" with %s=%s", d, b.Name)
		default:
			return // the discriminator is the mistake
		}
	}
	hint := ""
	if near := diag.Nearest(name, names); near != "" {
		hint = "; did you mean '" + near + "'?"
	}
	if len(names) == 0 {
		c.add(path, "there is none: no arguments are allowed here%s", where)
		return
	}
	c.add(path, "there is none%s%s Allowed: %s", where, hint+period(hint), strings.Join(names, ", "))
}

// period ends a sentence that has no hint.
func period(hint string) string {
	if hint == "" {
		return "."
	}
	return ""
}

// maxAllowed is how many values a message lists.
const maxAllowed = 100

// enum checks the value of an enum.
func (c *checker) enum(path string, t *ir.Enum, v value) value {
	text := ""
	switch v := v.(type) {
	case word:
		text = unquote(v)
	case string:
		text = v
	default:
		c.add(path, "want a string, one of %s, not %s", allowed(enumNames(t)), kindOf(v))
		return v
	}
	names := enumNames(t)
	if slices.Contains(names, text) {
		return text
	}
	hint := ""
	if near := diag.Nearest(text, names); near != "" {
		hint = "; did you mean '" + near + "'?"
	}
	c.add(path, "there is no value '%s'%s Allowed: %s", text, hint+period(hint), allowed(names))
	return v
}

func enumNames(t *ir.Enum) []string {
	names := make([]string, len(t.Values))
	for i, v := range t.Values {
		names[i] = v.Name
	}
	return names
}

// allowed lists names for a message.
func allowed(names []string) string {
	if len(names) > maxAllowed {
		return strings.Join(names[:maxAllowed], ", ") + fmt.Sprintf(" and %d more", len(names)-maxAllowed)
	}
	return strings.Join(names, ", ")
}

// array checks a list. Dotted keys may number its elements from 0.
func (c *checker) array(path string, t *ir.Array, v value) value {
	if w, ok := v.(word); ok {
		parsed, err := parseValue(string(w))
		if err != nil {
			c.add(path, "want a list of %s, such as %s: %v", plainTypeName(t.Elem), listExample(t.Elem), err)
			return v
		}
		v = parsed
	}
	if o, ok := v.(*object); ok && numbered(o) {
		list := make([]value, len(o.names))
		for i := range list {
			list[i] = o.values[strconv.Itoa(i)]
		}
		v = list
	}
	list, ok := v.([]value)
	if !ok {
		c.add(path, "want a list such as %s, not %s", listExample(t.Elem), kindOf(v))
		return v
	}
	for i := range list {
		list[i] = c.convert(fmt.Sprintf("%s.%d", path, i), t.Elem, list[i])
	}
	return list
}

// numbered reports whether the names of an object are 0, 1 and so on.
func numbered(o *object) bool {
	for i := range o.names {
		if !o.has(strconv.Itoa(i)) {
			return false
		}
	}
	return len(o.names) > 0
}

func listExample(elem ir.Type) string {
	switch ir.JSONKindOf(elem) {
	case ir.JSONInt, ir.JSONNumber:
		return "[1, 2]"
	case ir.JSONBoolean:
		return "[true]"
	case ir.JSONString:
		return `["a", "b"]`
	case ir.JSONObject:
		return "[{" + strings.Join(memberExample(elem), ", ") + "}]"
	}
	return "[…]"
}

// alternate checks a value that is of one of several kinds.
func (c *checker) alternate(path string, t *ir.Alternate, v value) value {
	if w, ok := v.(word); ok {
		v = chooseKind(t, w)
	}
	kind := kindOfValue(v)
	for _, b := range t.Branches {
		if b.JSON == kind || b.JSON == ir.JSONNumber && kind == ir.JSONInt && !hasKind(t, ir.JSONInt) {
			return c.convert(path, b.Type, v)
		}
	}
	var kinds []string
	for _, b := range t.Branches {
		kinds = append(kinds, typeName(b.Type))
	}
	c.add(path, "want %s, not %s", strings.Join(kinds, " or "), kindOf(v))
	return v
}

// chooseKind gives a word the kind of one of the branches of an alternate.
func chooseKind(t *ir.Alternate, w word) value {
	text := string(w)
	if guessed, ok := guess(w).(string); !ok || guessed != text {
		if v := guess(w); hasKind(t, kindOfValue(v)) || kindOfValue(v) == ir.JSONInt && hasKind(t, ir.JSONNumber) {
			return v
		}
	}
	if text == "null" && hasKind(t, ir.JSONNull) {
		return nil
	}
	if text != "" && (text[0] == '{' || text[0] == '[') && !hasKind(t, ir.JSONString) {
		return guess(w)
	}
	return unquote(w)
}

func hasKind(t *ir.Alternate, kind ir.JSONKind) bool {
	return slices.ContainsFunc(t.Branches, func(b *ir.AltBranch) bool { return b.JSON == kind })
}

// kindOfValue returns the kind of a value that is no word.
func kindOfValue(v value) ir.JSONKind {
	switch v := v.(type) {
	case nil:
		return ir.JSONNull
	case bool:
		return ir.JSONBoolean
	case string:
		return ir.JSONString
	case []value:
		return ir.JSONArray
	case *object:
		return ir.JSONObject
	case json.Number:
		if strings.ContainsAny(string(v), ".eE") {
			return ir.JSONNumber
		}
	}
	return ir.JSONInt
}

// builtin checks the value of a built-in type.
func (c *checker) builtin(path string, t *ir.Builtin, v value) value {
	w, isWord := v.(word)
	switch t.JSON {
	case ir.JSONString:
		if isWord {
			return unquote(w)
		}
		if _, ok := v.(string); ok {
			return v
		}
	case ir.JSONBoolean:
		if isWord {
			switch strings.ToLower(unquote(w)) {
			case "true", "on", "yes":
				return true
			case "false", "off", "no":
				return false
			}
			c.add(path, "want true or false, not %q", string(w))
			return v
		}
		if _, ok := v.(bool); ok {
			return v
		}
	case ir.JSONInt:
		return c.integer(path, t, v)
	case ir.JSONNumber:
		if isWord && isNumber(string(w)) {
			return json.Number(w)
		}
		if _, ok := v.(json.Number); ok {
			return v
		}
	case ir.JSONNull:
		if v == nil || isWord && string(w) == "null" {
			return nil
		}
	default:
		return guessAll(v)
	}
	c.add(path, "want %s, not %s", typeName(t), kindOf(v))
	return v
}

// integer checks an integer. A word may be hexadecimal; that of a size may have one
// of the suffixes that QEMU's command line has.
func (c *checker) integer(path string, t *ir.Builtin, v value) value {
	var text string
	switch v := v.(type) {
	case word:
		text = integerText(t, unquote(v))
	case json.Number:
		text = string(v)
	default:
		c.add(path, "want an integer, not %s", kindOf(v))
		return v
	}
	low, high := int64(math.MinInt64), uint64(math.MaxUint64)
	if bits, _ := t.Bits(); bits > 0 && t.Name != "int" {
		low, high = t.Range()
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n < 0 && n >= low {
		return json.Number(text)
	}
	if n, err := strconv.ParseUint(text, 10, 64); err == nil && n <= high {
		return json.Number(text)
	}
	switch {
	case !isNumber(text) || strings.ContainsAny(text, ".eE"):
		c.add(path, "want an integer, not %q", text)
	default:
		c.add(path, "%s is out of range: want %d to %d", text, low, high)
	}
	return v
}

// integerText returns the decimal form of a number that a user typed, or the text.
func integerText(t *ir.Builtin, text string) string {
	if len(text) > 2 && (text[:2] == "0x" || text[:2] == "0X") {
		if n, err := strconv.ParseUint(text[2:], 16, 64); err == nil {
			return strconv.FormatUint(n, 10)
		}
	}
	if t.Name != "size" && t.Name != "int" || text == "" {
		return text
	}
	shift := strings.IndexByte("kmgtpe", text[len(text)-1]|0x20)
	if n, err := strconv.ParseUint(text[:len(text)-1], 10, 64); err == nil && shift >= 0 {
		if shift = 10 * (shift + 1); n <= math.MaxUint64>>shift {
			return strconv.FormatUint(n<<shift, 10)
		}
	}
	return strings.TrimPrefix(text, "+")
}

// typeName names a type for messages. Types of introspection have no names: what
// they are stands for them.
func typeName(t ir.Type) string {
	name := t.Head().Name
	if strings.Trim(name, "0123456789") == "" || strings.HasPrefix(name, "q_") || strings.HasPrefix(name, "[") {
		name = ""
	}
	switch t := t.(type) {
	case *ir.Builtin:
		switch t.JSON {
		case ir.JSONString:
			return "a string"
		case ir.JSONBoolean:
			return "true or false"
		case ir.JSONInt:
			if bits, _ := t.Bits(); bits > 0 && t.Name != "int" {
				return "an integer (" + t.Name + ")"
			}
			return "an integer"
		case ir.JSONNumber:
			return "a number"
		case ir.JSONNull:
			return "null"
		}
		return "any value"
	case *ir.Enum:
		return "one of " + allowed(enumNames(t))
	case *ir.Array:
		return "a list of " + plainTypeName(t.Elem)
	}
	if name == "" {
		return "an object"
	}
	return "an object (" + name + ")"
}

// plainTypeName names the type of the elements of a list.
func plainTypeName(t ir.Type) string {
	switch t.(type) {
	case *ir.Builtin:
		return t.Head().Name
	case *ir.Enum:
		return typeName(t)
	}
	return strings.TrimPrefix(typeName(t), "an ")
}
