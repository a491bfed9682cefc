package qmp

import (
	"errors"
	"reflect"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

const (
	commandCapabilities = "qmp_capabilities"
	capabilityOOB       = "oob"
)

// A parser checks the tokens of a message as QEMU's json-parser.c does, and in
// its words.
type parser struct {
	*tokens
	next int
	flaw *Error
}

// fail notes the first error. It returns false.
func (p *parser) fail(why string) bool {
	if p.flaw == nil {
		p.flaw = parseFlaw("JSON parse error, " + why)
	}
	return false
}

// is reports whether the next token is a punctuator.
func (p *parser) is(c byte) bool {
	return p.next < p.len() && p.at(p.next)[0] == c
}

// take is is, and goes on to the token after it.
func (p *parser) take(c byte) bool {
	if !p.is(c) {
		return false
	}
	p.next++
	return true
}

// value reads a value. It reports false if there is an error.
func (p *parser) value() bool {
	if p.next == p.len() {
		return p.fail("premature EOI")
	}
	token := p.at(p.next)
	p.next++
	switch c := token[0]; {
	case c == '{':
		return p.object(nil)
	case c == '[':
		return p.array()
	case c == '"':
		if !wire.Valid(token) {
			return p.fail("invalid escape or UTF-8 sequence in string")
		}
	case 'a' <= c && c <= 'z':
		if word := string(token); word != "true" && word != "false" && word != "null" {
			return p.fail("invalid keyword '" + word + "'")
		}
	case c == '}' || c == ']' || c == ':' || c == ',':
		return p.fail("expecting value")
	}
	return true
}

// object reads an object after its opening brace. member is nil, or is called
// with each name and value.
func (p *parser) object(member func(name string, value []byte)) bool {
	var names nameSet
	for first := true; !p.take('}'); first = false {
		if !first && !p.take(',') {
			if p.next == p.len() {
				return p.fail("premature EOI")
			}
			return p.fail("expected separator in dict")
		}
		key := p.next
		if !p.value() {
			return false
		}
		var name string
		if wire.Decode(p.at(key), &name, wire.Tolerant) != nil {
			return p.fail("key is not a string in object")
		}
		if !p.take(':') {
			return p.fail("missing : in object pair")
		}
		start := p.next
		if !p.value() {
			return false
		}
		if !names.add(name) {
			return p.fail("duplicate key")
		}
		if member != nil {
			member(name, p.span(start, p.next))
		}
	}
	return true
}

// array reads an array after its opening bracket.
func (p *parser) array() bool {
	for first := true; !p.take(']'); first = false {
		if !first && !p.take(',') {
			if p.next == p.len() {
				return p.fail("premature EOI")
			}
			return p.fail("expected separator in list")
		}
		if !p.value() {
			return false
		}
	}
	return true
}

// span returns the text of the tokens from start to before end.
func (p *parser) span(start, end int) []byte {
	if end < p.len() {
		return p.text[p.starts[start]:p.starts[end]]
	}
	return p.text[p.starts[start]:]
}

// A nameSet is the names of an object's members, of which most have few.
type nameSet struct {
	few  []string
	many map[string]bool
}

// add adds a name and reports whether it is new.
func (s *nameSet) add(name string) bool {
	if s.many == nil {
		if slices.Contains(s.few, name) {
			return false
		}
		if s.few = append(s.few, name); len(s.few) < 16 {
			return true
		}
		s.many = make(map[string]bool)
		for _, n := range s.few {
			s.many[n] = true
		}
		return true
	}
	if s.many[name] {
		return false
	}
	s.many[name] = true
	return true
}

// parseCommand reads a message as a command, and checks it in the order and in
// the words of QEMU's qmp-dispatch.c. allowOOB says that the client may use
// "exec-oob". What it returns does not refer to the tokens.
func parseCommand(t *tokens, allowOOB bool) (cmd command) {
	p := parser{tokens: t}
	type pair struct {
		name  string
		value []byte
	}
	var members []pair
	if !p.take('{') {
		if p.value() {
			p.flaw = &Error{ClassGenericError, "QMP input must be a JSON object"}
		}
		return command{err: p.flaw}
	}
	if !p.object(func(name string, value []byte) { members = append(members, pair{name, value}) }) {
		return command{err: p.flaw}
	}
	verb := ""
	for _, m := range members {
		if m.name == "id" {
			cmd.id = slices.Clone(m.value)
		}
	}
	refuse := func(why string) command {
		cmd.err = &Error{ClassGenericError, "QMP input " + why}
		return cmd
	}
	for _, m := range members {
		switch {
		case m.name == "execute" || m.name == "exec-oob" && allowOOB:
			switch {
			case m.value[0] != '"':
				return refuse("member '" + m.name + "' must be a string")
			case verb != "":
				return refuse("member '" + m.name + "' clashes with '" + verb + "'")
			}
			verb = m.name
			if err := wire.Decode(m.value, &cmd.name, wire.Tolerant); err != nil {
				return refuse("member '" + m.name + "' must be a string")
			}
		case m.name == "arguments":
			if m.value[0] != '{' {
				return refuse("member 'arguments' must be an object")
			}
			cmd.args = slices.Clone(m.value)
		case m.name != "id":
			return refuse("member '" + m.name + "' is unexpected")
		}
	}
	if verb == "" {
		return refuse("lacks member 'execute'")
	}
	cmd.oob = verb == "exec-oob"
	return cmd
}

// decodeArgs makes the arguments of a command from what the client sent. proto
// is a (*T)(nil), or nil for a command without arguments.
func decodeArgs(proto any, text []byte) (any, error) {
	if proto == nil {
		_, err := decodeInto(&struct{}{}, text)
		return nil, err
	}
	return decodeInto(reflect.New(reflect.TypeOf(proto).Elem()).Interface(), text)
}

// decodeInto decodes arguments and returns where they are, or an error in
// QEMU's words.
func decodeInto(args any, text []byte) (any, error) {
	if text == nil {
		text = []byte("{}")
	}
	err := wire.Decode(text, args, wire.Strict)
	if err == nil {
		return args, nil
	}
	var e *wire.Error
	if !errors.As(err, &e) || e.Path == "" {
		return nil, err
	}
	return nil, &Error{ClassGenericError, refusal(e)}
}

// refusal says what is wrong with an argument, as the functions of QEMU's
// qobject-input-visitor.c do: some of them name the whole path to it, others the
// member only.
func refusal(e *wire.Error) string {
	leaf := e.Path[strings.LastIndexByte(e.Path, '.')+1:]
	if strings.HasSuffix(leaf, "]") {
		leaf = "null" // an element of a list has no name
	}
	switch e.Reason {
	case wire.ReasonMissing:
		return "Parameter '" + e.Path + "' is missing"
	case wire.ReasonUnexpected:
		return "Parameter '" + e.Path + "' is unexpected"
	case wire.ReasonValue:
		return "Parameter '" + leaf + "' does not accept value '" + e.Value + "'"
	case wire.ReasonType, wire.ReasonRange:
	default:
		return "Parameter '" + e.Path + "': " + e.Msg
	}
	integer := e.Reason == wire.ReasonRange || e.Want == "integer"
	switch {
	case integer && e.Type == "uint64":
		return "Parameter '" + e.Path + "' expects uint64"
	case integer && e.Type == "int64" || e.Reason == wire.ReasonType && e.Want == "integer":
		return "Invalid parameter type for '" + e.Path + "', expected: integer"
	case integer && e.Type != "":
		return "Parameter '" + leaf + "' expects " + e.Type + "_t"
	case e.Type != "":
		return "Invalid parameter type for '" + leaf + "', expected: " + e.Type
	case e.Reason == wire.ReasonType:
		return "Invalid parameter type for '" + e.Path + "', expected: " + e.Want
	}
	return "Parameter '" + e.Path + "': " + e.Msg
}
