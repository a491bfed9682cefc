package console

import (
	"slices"
	"strconv"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// A Candidate is a completion of a word of a command line.
type Candidate struct {
	Text string // the whole word
	Help string // a short description; may be empty
	Open bool   // the word continues: with a value, or another part of a key
}

// Complete returns the completions of the last word of a command line. words are the command,
// if it is complete, and the arguments before the last word. live, which may be nil, returns
// values that only the server knows.
func (s *Schema) Complete(words []string, typed string, live func(command, argument, typed string, given *object) []string) []Candidate {
	if len(words) == 0 {
		return s.completeCommand(typed)
	}
	cmd := s.commands[words[0]]
	if cmd == nil || cmd.Arg == nil {
		return nil
	}
	given := newObject()
	for _, w := range words[1:] {
		if key, text, ok := strings.Cut(w, "="); ok {
			setPath(given, key, word(text)) // errors are reported when the command runs
		}
	}
	key, text, isValue := strings.Cut(typed, "=")
	path := splitKey(key)
	t, o := cmd.Arg, given
	for _, name := range path[:len(path)-1] {
		if t = memberType(t, o, name); t == nil {
			return nil
		}
		o, _ = o.get(name).(*object)
	}
	prefix := key[:len(key)-len(path[len(path)-1])]
	if !isValue {
		return completeKey(t, o, prefix, path[len(path)-1])
	}
	last := path[len(path)-1]
	t = memberType(t, o, last)
	values := completeValue(t)
	if live != nil && takesText(t) {
		values = append(values, live(cmd.Name, last, text, given)...)
	}
	var all []Candidate
	for _, v := range values {
		if strings.HasPrefix(v, text) {
			all = append(all, Candidate{Text: key + "=" + v})
		}
	}
	return all
}

func (s *Schema) completeCommand(typed string) []Candidate {
	var all []Candidate
	for _, name := range s.names {
		if strings.HasPrefix(name, typed) {
			help := ""
			if cmd := s.commands[name]; cmd != nil {
				help = summary(cmd)
			}
			all = append(all, Candidate{Text: name, Help: help})
		}
	}
	return all
}

// CompleteEvent returns the names of events that begin with what was typed.
func (s *Schema) CompleteEvent(typed string) []Candidate {
	var all []Candidate
	for _, name := range s.eventNames {
		if strings.HasPrefix(name, typed) {
			all = append(all, Candidate{Text: name, Help: summary(s.events[name])})
		}
	}
	return all
}

// memberType returns the type of a member of an object, or of an element of a list; nil if
// there is none. o holds the members of the object so far; it may be nil.
func memberType(t ir.Type, o *object, name string) ir.Type {
	switch t := t.(type) {
	case *ir.Array:
		if _, err := strconv.ParseUint(name, 10, 16); err == nil {
			return t.Elem
		}
		return nil
	case *ir.Alternate:
		return memberType(objectBranch(t), o, name)
	}
	if o == nil {
		o = newObject()
	}
	for _, m := range membersFor(t, o) {
		if m.Name == name && !m.IsWildcard() {
			return m.Type
		}
	}
	return nil
}

// objectBranch returns the branch of an alternate that is an object, or nil.
func objectBranch(t *ir.Alternate) ir.Type {
	for _, b := range t.Branches {
		if b.JSON == ir.JSONObject {
			return b.Type
		}
	}
	return nil
}

// completeKey completes the last part of a key.
func completeKey(t ir.Type, o *object, prefix, typed string) []Candidate {
	if a, ok := t.(*ir.Alternate); ok {
		t = objectBranch(a)
	}
	if o == nil {
		o = newObject()
	}
	var all []Candidate
	for _, m := range membersFor(t, o) {
		if !strings.HasPrefix(m.Name, typed) || m.IsWildcard() {
			continue
		}
		_, isObject := o.get(m.Name).(*object)
		if o.has(m.Name) && !isObject {
			continue
		}
		end := "="
		switch m.Type.(type) {
		case *ir.Struct, *ir.Union:
			end = "."
		}
		if isObject {
			end = "."
		}
		help := typeName(m.Type)
		if m.Optional {
			help += ", optional"
		}
		all = append(all, Candidate{Text: prefix + m.Name + end, Help: help, Open: true})
	}
	return all
}

// completeValue returns the values of a type that has a list of them.
func completeValue(t ir.Type) []string {
	switch t := t.(type) {
	case *ir.Enum:
		return enumNames(t)
	case *ir.Builtin:
		if t.JSON == ir.JSONBoolean {
			return []string{"true", "false"}
		}
	case *ir.Alternate:
		var all []string
		for _, b := range t.Branches {
			all = append(all, completeValue(b.Type)...)
		}
		return all
	}
	return nil
}

// takesText reports whether a value of a type may be any string.
func takesText(t ir.Type) bool {
	switch t := t.(type) {
	case *ir.Builtin:
		return t.JSON == ir.JSONString
	case *ir.Alternate:
		return slices.ContainsFunc(t.Branches, func(b *ir.AltBranch) bool { return takesText(b.Type) })
	}
	return false
}

// summary returns the first sentence of a definition's documentation.
func summary(d ir.Def) string {
	text := strings.Join(strings.Fields(d.Head().Doc.Body()), " ")
	first, _, _ := strings.Cut(text, ". ")
	const most = 70
	if r := []rune(first); len(r) > most {
		first = string(r[:most-1]) + "…"
	}
	return strings.TrimSuffix(strings.NewReplacer("@", "", "``", "").Replace(first), ".")
}
