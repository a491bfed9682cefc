package example

import (
	"fmt"

	"github.com/qapi-go/qapi-go/ir"
)

// check reads the messages' values, connects replies with commands, and checks them all.
// Replies that follow no command belong to the command about.
func (t *Transcript) check(s *ir.Schema, about *ir.Command) {
	var all []*Message
	for _, e := range t.Examples {
		all = append(all, e.Messages...)
	}
	for _, m := range all {
		m.parse()
		m.name(s)
	}
	pair(all, about)
	for _, m := range all {
		c := &checker{schema: s, message: m}
		c.envelope()
	}
}

// name finds the command that a message runs, or the event that it reports.
func (m *Message) name(s *ir.Schema) {
	switch m.Kind {
	case Command:
		m.Command, _ = s.ByName[m.commandName().Text].(*ir.Command)
	case Event:
		m.Event, _ = s.ByName[m.Value.Get("event").Text].(*ir.Event)
	}
}

// commandName returns the name of the command that the message runs.
func (m *Message) commandName() *Value {
	if v := m.Value.Get("execute"); v != nil {
		return v
	}
	return m.Value.Get("exec-oob")
}

// pair assigns a command to each reply: the command with its id, or else each of the
// commands since the last reply in turn, or else the last command.
func pair(messages []*Message, about *ir.Command) {
	last := about
	for len(messages) > 0 {
		var commands, replies []*Message
		for len(messages) > 0 && (len(replies) == 0 || messages[0].Kind != Command) {
			switch m := messages[0]; m.Kind {
			case Command:
				commands = append(commands, m)
			case Return, Error:
				replies = append(replies, m)
			}
			messages = messages[1:]
		}
		for i, r := range replies {
			if k := len(commands) - max(len(replies), 1) + i; len(replies) <= len(commands) {
				last = commands[k].Command
			} else if i < len(commands) {
				last = commands[i].Command
			}
			r.Command = last
			if id := r.Value.Get("id"); id != nil {
				for _, c := range commands {
					if v := c.Value.Get("id"); v != nil && v.Text == id.Text && v.Kind == id.Kind {
						r.Command = c.Command
					}
				}
			}
		}
		if n := len(commands); n > 0 {
			last = commands[n-1].Command
		}
	}
}

// envelope checks a message.
func (c *checker) envelope() {
	m := c.message
	v := m.Value
	if v == nil {
		return // not JSON, which was reported before
	}
	if m.Kind == Unclear {
		if v.Kind == Object {
			if !v.Elided {
				c.find(codeNotMessage, "", v.Offset, `no message of the protocol: it has no "execute", "return", "error", "event" or "QMP"`)
			}
		} else if v.Kind != Elision {
			c.find(codeNotMessage, "", v.Offset, "a message is an object, not %s", v.Kind.withArticle())
		}
		return
	}
	if m.Client != (m.Kind == Command) {
		by := "server"
		if m.Client {
			by = "client"
		}
		c.find(codeDirection, "", v.Offset, "marked as the %s's, but it is %s", by, m.Kind.describe())
	}
	switch m.Kind {
	case Command:
		c.command(v)
	case Return:
		c.members(v, "", []string{"return", "id"})
		if m.Command != nil {
			c.result(v.Get("return"), m.Command)
		}
	case Error:
		c.failure(v)
	case Event:
		c.event(v)
	case Greeting:
		c.greeting(v)
	}
}

func (k Kind) describe() string {
	switch k {
	case Command, Greeting:
		return "a " + string(k)
	case Return:
		return "a result"
	default:
		return "an " + string(k)
	}
}

func (k ValueKind) withArticle() string {
	switch k {
	case Array, Object:
		return "an " + k.String()
	case Null:
		return "null"
	case Elision:
		return `"..."`
	default:
		return "a " + k.String()
	}
}

func (c *checker) command(v *Value) {
	name := c.message.commandName()
	c.members(v, "", []string{"execute", "exec-oob", "arguments", "id", "control"})
	if !c.kind(name, String, memberPath("", nameOf(v, name))) {
		return
	}
	cmd := c.message.Command
	if cmd == nil {
		c.find(codeUnknownCommand, "", name.Offset, "unknown command '%s'", name.Text)
		return
	}
	if v.Get("exec-oob") != nil && !cmd.AllowOOB {
		c.find(codeUnknownCommand, "", name.Offset, "command '%s' is not allowed out of band", cmd.Name)
	}
	c.data(v, "arguments", cmd.Arg, cmd, !cmd.Gen)
}

// nameOf returns the name of the member that has the value.
func nameOf(v, value *Value) string {
	for _, m := range v.Members {
		if m.Value == value {
			return m.Name
		}
	}
	return ""
}

// data checks the arguments of a command or the data of an event.
func (c *checker) data(v *Value, key string, t ir.Type, d ir.Def, open bool) {
	data := v.Get(key)
	switch {
	case data == nil && (t == nil || v.Elided || open && !needs(t)):
	case data == nil:
		if needs(t) {
			c.find(codeMissingMember, key, v.Offset, "%s '%s' needs %s", d.Kind(), d.Head().Name, key)
		}
	case t != nil:
		c.object(data, t, key, open)
	case !c.kind(data, Object, key):
	case len(data.Members) > 0 && !open:
		for _, m := range data.Members {
			c.find(codeUnknownMember, memberPath(key, m.Name), m.Offset, "%s '%s' takes no %s", d.Kind(), d.Head().Name, key)
		}
	}
}

// needs reports whether an object type has a mandatory member.
func needs(t ir.Type) bool {
	switch t := t.(type) {
	case *ir.Struct:
		for _, m := range t.AllMembers() {
			if !m.Optional {
				return true
			}
		}
		return false
	case *ir.Union:
		return needs(t.Base)
	}
	return t != nil
}

func (c *checker) result(v *Value, cmd *ir.Command) {
	switch {
	case !cmd.SuccessResponse:
		c.find(codeNotMessage, "", v.Offset, "command '%s' has no reply on success", cmd.Name)
	case cmd.Returns != nil:
		c.value(v, cmd.Returns, "return")
	case c.kind(v, Object, "return") && len(v.Members) > 0:
		for _, m := range v.Members {
			c.find(codeUnknownMember, memberPath("return", m.Name), m.Offset, "command '%s' returns nothing", cmd.Name)
		}
	}
}

// failure checks an error reply. "data" was part of it up to QEMU 1.1.
func (c *checker) failure(v *Value) {
	c.members(v, "", []string{"error", "id"})
	e := v.Get("error")
	if !c.kind(e, Object, "error") {
		return
	}
	c.members(e, "error", []string{"class", "desc", "data"})
	for _, name := range []string{"class", "desc"} {
		c.mandatory(e, name, "error", String)
	}
	if class := e.Get("class"); class != nil && class.Kind == String {
		if t, ok := c.schema.ByName["QapiErrorClass"].(*ir.Enum); ok {
			c.enum(class, t, "error.class")
		}
	}
}

func (c *checker) event(v *Value) {
	c.members(v, "", []string{"event", "data", "timestamp", "id"})
	name := v.Get("event")
	if at := v.Get("timestamp"); at == nil && !v.Elided {
		c.find(codeMissingMember, "timestamp", v.Offset, "mandatory member is missing")
	} else if at != nil && c.kind(at, Object, "timestamp") {
		c.members(at, "timestamp", []string{"seconds", "microseconds"})
		for _, part := range []string{"seconds", "microseconds"} {
			c.mandatory(at, part, "timestamp", Number)
		}
	}
	if !c.kind(name, String, "event") {
		return
	}
	if c.message.Event == nil {
		c.find(codeUnknownEvent, "", name.Offset, "unknown event '%s'", name.Text)
		return
	}
	c.data(v, "data", c.message.Event.Arg, c.message.Event, false)
}

func (c *checker) greeting(v *Value) {
	c.members(v, "", []string{"QMP"})
	q := v.Get("QMP")
	if !c.kind(q, Object, "QMP") {
		return
	}
	c.members(q, "QMP", []string{"version", "capabilities"})
	c.mandatory(q, "version", "QMP", Object)
	c.mandatory(q, "capabilities", "QMP", Array)
}

// mandatory checks that an object has a member, of that kind.
func (c *checker) mandatory(v *Value, name, path string, kind ValueKind) {
	switch m := v.Get(name); {
	case m != nil:
		c.kind(m, kind, memberPath(path, name))
	case !v.Elided:
		c.find(codeMissingMember, memberPath(path, name), v.Offset, "mandatory member is missing")
	}
}

// members finds members that are not in the list, and duplicates.
func (c *checker) members(v *Value, path string, known []string) {
	c.duplicates(v, path)
	for _, m := range v.Members {
		found := false
		for _, k := range known {
			found = found || m.Name == k
		}
		if !found {
			c.find(codeUnknownMember, memberPath(path, m.Name), m.Offset, "unknown member of the protocol")
		}
	}
}

func (c *checker) duplicates(v *Value, path string) {
	for i, m := range v.Members {
		for _, before := range v.Members[:i] {
			if before.Name == m.Name {
				c.find(codeDuplicate, memberPath(path, m.Name), m.Offset, "duplicate member")
				break
			}
		}
	}
}

// memberPath returns the path of a member of the value at path.
func memberPath(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func indexPath(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
