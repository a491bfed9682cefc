package console

import (
	"fmt"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/ir"
)

// An ArgumentError reports a command that the schema does not allow, and that was not sent.
type ArgumentError struct {
	Command  string
	Problems []string // one for each argument
}

// Error returns the problems, one a line.
func (e *ArgumentError) Error() string {
	return e.Command + ": " + strings.Join(e.Problems, "\n"+e.Command+": ")
}

// A checker converts arguments to the types of the schema and collects problems.
type checker struct{ problems []string }

func (c *checker) add(path, format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf("argument '%s': ", path)+fmt.Sprintf(format, args...))
}

// open reports whether a command may have arguments that the schema does not list.
// Introspection does not have that flag ('gen': false), so QEMU's commands are listed here.
func (s *Schema) open(cmd *ir.Command) bool {
	if !cmd.Gen {
		return true
	}
	_, isStruct := cmd.Arg.(*ir.Struct)
	return s.introspected && isStruct && slices.Contains([]string{"device_add", "netdev_add", "object-add"}, cmd.Name)
}

// arguments converts the arguments of a command to the types of the schema. args may be nil.
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
			c.add(name, "unknown: %s takes no arguments", cmd.Name)
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

// convert converts a value to a type of the schema.
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

// commonMembers returns the members that all branches of an object type have.
func commonMembers(t ir.Type) []*ir.Member {
	switch t := t.(type) {
	case *ir.Struct:
		return t.AllMembers()
	case *ir.Union:
		return t.Base.AllMembers()
	}
	return nil
}

// branchOf returns the branch of a union that the discriminator in an object selects, or nil.
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

// membersFor returns the members that an object may have, including those of the branches
// that it selects.
func membersFor(t ir.Type, o *object) []*ir.Member {
	members := slices.Clone(commonMembers(t))
	if u, ok := t.(*ir.Union); ok {
		if b := branchOf(u, o); b != nil && b.Type != nil {
			members = append(members, membersFor(b.Type, o)...)
		}
	}
	return members
}

// object checks the members of an object and converts them. If more is set, the object may
// have members that are not in the schema.
func (c *checker) object(path string, t ir.Type, o *object, more bool) {
	if a, ok := t.(*ir.Alternate); ok { // arguments of old releases
		c.alternate(path, a, o)
		return
	}
	members := membersFor(t, o)
	var names []string
	for _, m := range members {
		if m.IsWildcard() {
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
			c.add(join(path, m.Name), "missing; want %s", typeName(m.Type))
		}
	}
}

// unknown reports a member that the type does not have.
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
		c.add(path, "unknown: no arguments are allowed here%s", where)
		return
	}
	c.add(path, "unknown%s%s Allowed: %s", where, hint+period(hint), strings.Join(names, ", "))
}

// period returns the end of a sentence: a hint ends with a question mark of its own.
func period(hint string) string {
	if hint == "" {
		return "."
	}
	return ""
}
