package example

import (
	"cmp"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/internal/prose"
	"github.com/qapi-go/qapi-go/ir"
)

// Shows reports whether an example has a message that runs the command or reports
// the event.
func (t *Transcript) Shows(d ir.Def) bool {
	for _, e := range t.Examples {
		for _, m := range e.Messages {
			if m.Kind == Command && d == ir.Def(m.Command) || m.Kind == Event && d == ir.Def(m.Event) {
				return true
			}
		}
	}
	return false
}

// A Maker generates examples from types. It is not safe for concurrent use.
type Maker struct {
	schema *ir.Schema
	depths map[ir.Type]int
}

// NewMaker returns a maker for the schema.
func NewMaker(s *ir.Schema) *Maker {
	return &Maker{s, make(map[ir.Type]int)}
}

// Make makes an example of a command or event: the mandatory arguments, optional ones that
// name the subject, and the reply, with values derived from names and types. Recursion is
// cut off. The values are placeholders, not what QEMU would answer. It returns nil for a
// type.
func (k *Maker) Make(d ir.Def) *Example {
	switch d := d.(type) {
	case *ir.Command:
		return k.command(d)
	case *ir.Event:
		return k.event(d)
	}
	return nil
}

func (k *Maker) command(c *ir.Command) *Example {
	run := object(member("execute", text(c.Name)))
	switch args := k.data(c.Arg, true); {
	case args == nil:
	case args.Kind == Elision || len(args.Members) > 0:
		run.Members = append(run.Members, member("arguments", args))
	}
	messages := []*Message{{Client: true, Text: render(run)}}
	if c.SuccessResponse {
		result := k.data(c.Returns, false)
		if result == nil {
			result = object()
		}
		messages = append(messages, &Message{Text: render(object(member("return", result)))})
	}
	return k.example(c, messages)
}

func (k *Maker) event(e *ir.Event) *Example {
	v := object(member("event", text(e.Name)))
	if data := k.data(e.Arg, false); data != nil {
		v.Members = append(v.Members, member("data", data))
	}
	v.Members = append(v.Members, member("timestamp", object(
		member("seconds", &Value{Kind: Number, Text: "1700000000"}),
		member("microseconds", &Value{Kind: Number, Text: "123456"}))))
	return k.example(nil, []*Message{{Text: render(v)}})
}

// Dialog returns the messages of a made example as in documentation.
func (e *Example) Dialog() prose.Dialog {
	var d prose.Dialog
	for _, m := range e.Messages {
		arrow, kind := "<- ", prose.LineServer
		if m.Client {
			arrow, kind = "-> ", prose.LineClient
		}
		for text := range strings.SplitSeq(m.Text, "\n") {
			d.Lines = append(d.Lines, prose.Line{Kind: kind, Text: arrow + text})
			arrow, kind = "   ", prose.LineContinued
		}
	}
	return d
}

// example checks made messages like those in documentation.
func (k *Maker) example(c *ir.Command, messages []*Message) *Example {
	e := &Example{Messages: messages, Made: true}
	t := &Transcript{Examples: []*Example{e}}
	t.check(k.schema, c)
	return e
}

func (k *Maker) data(t ir.Type, sent bool) *Value {
	if t == nil {
		return nil
	}
	return k.value(t, place{sent: sent})
}

// A place is where a value is.
type place struct {
	name  string // of the innermost member
	sent  bool   // in the arguments of a command
	level int    // nesting depth
}

// maxLevel is the nesting depth from which only mandatory members and the shallowest
// branches are used.
const maxLevel = 4

// value makes a value of a type.
func (k *Maker) value(t ir.Type, at place) *Value {
	if k.depth(t) == infinite {
		return &Value{Kind: Elision}
	}
	switch t := t.(type) {
	case *ir.Builtin:
		return plausible(t, at.name)
	case *ir.Enum:
		return text(usual(t.Values).Name)
	case *ir.Array:
		v := &Value{Kind: Array}
		if at.level < maxLevel && k.depth(t.Elem) != infinite {
			at.level++
			v.Elems = []*Value{k.value(t.Elem, at)}
		}
		return v
	case *ir.Alternate:
		return k.value(k.choice(t), at)
	default:
		v := object()
		k.members(v, t, at)
		return v
	}
}

// members adds the members of a struct or union to an object.
func (k *Maker) members(v *Value, t ir.Type, at place) {
	switch t := t.(type) {
	case *ir.Struct:
		k.add(v, t.AllMembers(), nil, "", at)
	case *ir.Union:
		b := k.branch(t, at)
		k.add(v, t.Base.AllMembers(), t.Discriminator, b.Name, at)
		if b.Type != nil {
			k.members(v, b.Type, at)
		}
	}
}

// add adds members, of which one may be the discriminator with its value.
func (k *Maker) add(v *Value, members []*ir.Member, tag *ir.Member, branch string, at place) {
	room := 2 - len(v.Members) // for optional members
	for _, m := range members {
		if !m.Optional {
			room--
		}
	}
	for _, m := range members {
		in := place{m.Name, at.sent, at.level + 1}
		switch {
		case tag != nil && m.Name == tag.Name:
			v.Members = append(v.Members, member(m.Name, text(branch)))
			continue
		case !m.Optional:
		case !ordinary(m.If, m.Features) || m.IsWildcard() || k.depth(m.Type) > 1 || at.level > 0:
			continue
		case at.sent && slices.Contains(namingArgs, m.Name):
		case room > 0:
			room--
		default:
			continue
		}
		v.Members = append(v.Members, member(m.Name, k.value(m.Type, in)))
	}
}

// namingArgs are the arguments that name a new object. Examples have them even if they are
// optional.
var namingArgs = []string{"id", "job-id", "node-name"}

// branch chooses a branch of a union: the first usual one or, beyond maxLevel, the
// shallowest.
func (k *Maker) branch(u *ir.Union, at place) *ir.Branch {
	cost := func(b *ir.Branch) int {
		depth := k.branchDepth(b)
		switch {
		case depth == infinite || at.level >= maxLevel:
			return depth
		case b.If != nil || b.Value != nil && !ordinary(b.Value.If, b.Value.Features):
			return 1
		}
		return 0
	}
	return slices.MinFunc(u.Branches, func(a, b *ir.Branch) int { return cmp.Compare(cost(a), cost(b)) })
}

// choice chooses a branch of an alternate: the shallowest, but null only if there is no
// other.
func (k *Maker) choice(a *ir.Alternate) ir.Type {
	cost := func(b *ir.AltBranch) int {
		if b.JSON == ir.JSONNull {
			return infinite - 1
		}
		return k.depth(b.Type)
	}
	return slices.MinFunc(a.Branches, func(a, b *ir.AltBranch) int { return cmp.Compare(cost(a), cost(b)) }).Type
}

// usual returns the first value that is neither deprecated nor unstable nor conditional, or
// else the first.
func usual(values []*ir.EnumValue) *ir.EnumValue {
	for _, v := range values {
		if ordinary(v.If, v.Features) {
			return v
		}
	}
	return values[0]
}

// ordinary reports whether something is neither deprecated nor unstable nor conditional.
func ordinary(cond ir.Cond, features []ir.Feature) bool {
	return cond == nil && !ir.Has(features, "deprecated") && !ir.Has(features, "unstable")
}

// infinite is the depth of a type without a finite value.
const infinite = 1 << 20

// depth returns the minimum nesting depth of values of a type: 0 for scalars.
func (k *Maker) depth(t ir.Type) int {
	if d, ok := k.depths[t]; ok {
		return d
	}
	k.settle()
	d, ok := k.depths[t]
	if !ok { // an array that is not among the types
		d = k.measure(t)
		k.depths[t] = d
	}
	return d
}

// settle finds the depths of all types: it starts from infinite and repeats until no depth
// decreases.
func (k *Maker) settle() {
	for _, t := range k.schema.Types {
		k.depths[t] = infinite
	}
	for again := true; again; {
		again = false
		for _, t := range k.schema.Types {
			if d := k.measure(t); d < k.depths[t] {
				k.depths[t], again = d, true
			}
		}
	}
}

// measure finds the depth of a type by those of the types that it is made of.
func (k *Maker) measure(t ir.Type) int {
	switch t := t.(type) {
	case *ir.Enum:
		if len(t.Values) == 0 {
			return infinite
		}
	case *ir.Array:
		return 1
	case *ir.Struct:
		return k.deepest(t.AllMembers(), nil)
	case *ir.Union:
		least := infinite
		for _, b := range t.Branches {
			least = min(least, k.branchDepth(b))
		}
		return max(least, k.deepest(t.Base.AllMembers(), t.Discriminator))
	case *ir.Alternate:
		least := infinite
		for _, b := range t.Branches {
			least = min(least, k.known(b.Type))
		}
		return least
	}
	return 0
}

// deepest returns the depth of an object by its mandatory members.
func (k *Maker) deepest(members []*ir.Member, tag *ir.Member) int {
	deepest := 0
	for _, m := range members {
		if !m.Optional && m != tag {
			deepest = max(deepest, k.known(m.Type))
		}
	}
	return min(deepest+1, infinite)
}

// known returns the depth found so far.
func (k *Maker) known(t ir.Type) int {
	if d, ok := k.depths[t]; ok {
		return d
	}
	return k.measure(t)
}

func (k *Maker) branchDepth(b *ir.Branch) int {
	if b.Type == nil {
		return 1
	}
	return k.known(b.Type)
}

// plausible returns a value of a built-in type.
func plausible(t *ir.Builtin, name string) *Value {
	switch t.JSON {
	case ir.JSONBoolean:
		return &Value{Kind: Bool, Text: "true"}
	case ir.JSONNull:
		return &Value{Kind: Null}
	case ir.JSONInt:
		return &Value{Kind: Number, Text: plausibleInt(t, name)}
	case ir.JSONNumber:
		return &Value{Kind: Number, Text: "0.5"}
	case ir.JSONObject:
		return object()
	case ir.JSONArray:
		return &Value{Kind: Array}
	default:
		return text(plausibleText(name))
	}
}

func plausibleInt(t *ir.Builtin, name string) string {
	switch last := lastWord(name); {
	case strings.HasSuffix(t.Name, "8"):
		return "1"
	case last == "port":
		return "4444"
	case t.Name == "size" || last == "size" || last == "bytes" || last == "length":
		return "4096"
	}
	return "1"
}

// A hint is a value for strings whose names end in one of some words.
var hints = []struct{ words, value string }{
	{"filename file path", "/tmp/file"},
	{"host hostname address addr ip", "127.0.0.1"},
	{"port", "4444"},
	{"uri url", "tcp:127.0.0.1:4444"},
	{"uuid", "00112233-4455-6677-8899-aabbccddeeff"},
	{"mac", "52:54:00:12:34:56"},
	{"password secret", "secret"},
	{"date-time time", "2024-01-31T12:00:00"},
}

// plausibleText returns a text for a string of that name: the hint for the last word of the
// name, or else the name and a number.
func plausibleText(name string) string {
	last := lastWord(name)
	for _, h := range hints {
		if slices.Contains(strings.Fields(h.words), last) {
			return h.value
		}
	}
	name = strings.TrimPrefix(name, "x-")
	for _, end := range []string{"-id", "-name", "_id", "_name"} {
		if head, ok := strings.CutSuffix(name, end); ok && head != "" {
			return head + "0"
		}
	}
	if name == "" {
		return "text"
	}
	return name + "0"
}

func lastWord(name string) string {
	return name[strings.LastIndexAny(name, "-_")+1:]
}

func object(members ...Member) *Value { return &Value{Kind: Object, Members: members} }

func member(name string, v *Value) Member { return Member{Name: name, Value: v} }

func text(s string) *Value { return &Value{Kind: String, Text: s} }
