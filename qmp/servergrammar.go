package qmp

// A parseState is what a parser expects.
type parseState uint8

const (
	expectValue parseState = iota
	expectFirstElement
	expectKey
	expectFirstKey
	expectColon
	expectEnd // of the object or array, or a comma
)

// A container is an object or array whose end has not been read.
type container struct {
	object bool
	state  parseState
	names  int             // index in parser.names of the first one of this object
	many   map[string]bool // the names, once there are more than fewNames
	key    bool            // it is in the place of the name of a member
}

// parse processes the next token of a message without an error so far.
func (p *parser) parse(t token) {
	if len(p.stack) == 0 {
		p.value(t, expectValue)
		return
	}
	c := &p.stack[len(p.stack)-1]
	switch c.state {
	case expectFirstKey:
		if t == '}' {
			p.close()
			return
		}
		p.key(t)
	case expectKey:
		p.key(t)
	case expectColon:
		if t != ':' {
			p.fail(p.word("missing : in object pair", "expecting ':'"))
			return
		}
		c.state = expectValue
	case expectFirstElement:
		if t == ']' {
			p.close()
			return
		}
		p.value(t, c.state)
	case expectValue:
		p.value(t, c.state)
	case expectEnd:
		switch {
		case t == ',' && c.object:
			c.state = expectKey
		case t == ',':
			c.state = expectValue
		case t == '}' && c.object, t == ']' && !c.object:
			p.close()
		case c.object:
			p.fail(p.word("expected separator in dict", "expected ',' or '}'"))
		default:
			p.fail(p.word("expected separator in list", "expected ',' or ']'"))
		}
	}
}

// key processes the name of a member. The older parser parses any value there, and checks its type
// afterwards.
func (p *parser) key(t token) {
	if t != tokenString {
		if p.located {
			p.fail("expecting key")
		} else if p.value(t, expectKey); p.failure == nil && t != '{' && t != '[' {
			p.fail("key is not a string in object")
		}
		return
	}
	if !p.string() {
		return
	}
	p.names = append(p.names, span{p.tokenStart, len(p.text)})
	p.stack[len(p.stack)-1].state = expectColon
}

// value processes the first token of a value, in a state of its container.
func (p *parser) value(t token, at parseState) {
	switch t {
	case '{':
		p.stack = append(p.stack, container{object: true, state: expectFirstKey, names: len(p.names), key: at == expectKey})
		return
	case '[':
		p.stack = append(p.stack, container{state: expectFirstElement, names: len(p.names), key: at == expectKey})
		return
	case tokenString:
		if !p.string() {
			return
		}
	case tokenNumber:
	case tokenKeyword:
		switch word := string(p.text[p.tokenStart:]); word {
		case "true", "false", "null":
		default:
			p.fail("invalid keyword '" + word + "'")
			return
		}
	default:
		p.fail("expecting value")
		return
	}
	if at != expectKey {
		p.ended()
	}
}

// string checks a string token and rewrites it as QEMU prints it. It reports whether the string is
// valid.
func (p *parser) string() bool {
	if p.plain {
		return true
	}
	start := p.tokenStart
	fixed, wrong := appendEscaped(make([]byte, 0, len(p.text)-start+16), p.text[start:])
	if wrong != "" {
		p.fail(wrong)
		return false
	}
	p.text = append(p.text[:start], fixed...)
	return true
}

// close processes the end of an object or array.
func (p *parser) close() {
	c := p.stack[len(p.stack)-1]
	p.names = p.names[:c.names]
	p.stack = p.stack[:len(p.stack)-1]
	if c.key {
		p.fail("key is not a string in object")
		return
	}
	p.ended()
}

// ended records the end of a value.
func (p *parser) ended() {
	if len(p.stack) == 0 {
		return
	}
	c := &p.stack[len(p.stack)-1]
	c.state = expectEnd
	if !c.object {
		return
	}
	name := p.names[len(p.names)-1]
	if p.duplicate(c, name) {
		p.fail("duplicate key")
		return
	}
	if len(p.stack) == 1 {
		p.members = append(p.members, inputMember{name, span{name.end + 1, len(p.text)}})
	}
}

// fewNames is up to how many names of an object are compared one by one.
const fewNames = 16

// duplicate reports whether the last name of an object occurs before in it.
func (p *parser) duplicate(c *container, name span) bool {
	before := p.names[c.names : len(p.names)-1]
	if len(before) < fewNames {
		for _, s := range before {
			if string(p.text[s.start:s.end]) == string(p.text[name.start:name.end]) {
				return true
			}
		}
		return false
	}
	if c.many == nil {
		c.many = make(map[string]bool)
		for _, s := range before {
			c.many[string(p.text[s.start:s.end])] = true
		}
	}
	if c.many[string(p.text[name.start:name.end])] {
		return true
	}
	c.many[string(p.text[name.start:name.end])] = true
	return false
}
