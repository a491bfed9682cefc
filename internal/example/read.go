package example

import (
	"errors"
	"go/token"
	"strings"

	"github.com/qapi-go/qapi-go/internal/prose"
	"github.com/qapi-go/qapi-go/ir"
)

// Read reads the examples of a documentation comment of the schema and checks
// them. Without any, it returns a transcript without examples.
//
// A reply does not name its command. It belongs to the command before it; after several
// commands, to each of the last ones in turn; and without one, to the command that the
// comment documents.
func Read(s *ir.Schema, doc *ir.Doc) *Transcript {
	t := &Transcript{Doc: doc}
	if doc == nil {
		return t
	}
	for _, sec := range doc.Sections {
		if !strings.Contains(sec.Text, "->") && !strings.Contains(sec.Text, "<-") {
			continue
		}
		r := &reader{section: sec}
		if sec.Kind == ir.SectionExample {
			r.blocks([]prose.Block{prose.ParseExample(sec.Text)})
		} else {
			r.blocks(prose.Parse(sec.Text))
		}
		t.Examples = append(t.Examples, r.found...)
	}
	about, _ := s.ByName[doc.Symbol].(*ir.Command)
	t.check(s, about)
	return t
}

// In returns the messages in a dialog of the section that starts at the position.
func (t *Transcript) In(section token.Pos, d prose.Dialog) []*Message {
	if len(d.Lines) == 0 {
		return nil
	}
	first, last := d.Lines[0].Row, d.Lines[len(d.Lines)-1].Row
	var list []*Message
	for _, e := range t.Examples {
		if e.Section == nil || e.Section.Pos != section {
			continue
		}
		for _, m := range e.Messages {
			if first <= m.row && m.row <= last {
				list = append(list, m)
			}
		}
	}
	return list
}

// A reader collects the examples of a section.
type reader struct {
	section *ir.Section
	found   []*Example
}

func (r *reader) blocks(blocks []prose.Block) {
	for n := range prose.Nodes(blocks) {
		if x, ok := n.(prose.Example); ok {
			r.example(x)
		}
	}
}

func (r *reader) example(x prose.Example) {
	e := &Example{Section: r.section, Title: x.Title}
	for _, b := range x.Blocks {
		if d, ok := b.(prose.Dialog); ok {
			e.dialog(d)
		}
	}
	r.found = append(r.found, e)
}

// dialog adds the messages of a dialog.
func (e *Example) dialog(d prose.Dialog) {
	var m *Message
	var text strings.Builder
	margin := 0 // of the lines below the first
	add := func(l prose.Line, skip int) {
		if text.Len() > 0 {
			text.WriteByte('\n')
		}
		m.lines = append(m.lines, line{text.Len(), e.Section.PosAt(l.Row, l.Column+skip)})
		text.WriteString(l.Text[skip:])
	}
	end := func() {
		if m != nil {
			m.Text = strings.TrimRight(text.String(), " \n")
		}
		text.Reset()
		m = nil
	}
	for _, l := range d.Lines {
		if l.Text == "" && l.Kind == prose.LineText {
			continue
		}
		indent := len(l.Text) - len(strings.TrimLeft(l.Text, " "))
		switch l.Kind {
		case prose.LineClient, prose.LineServer:
			end()
			m = &Message{Client: l.Kind == prose.LineClient, row: l.Row}
			e.Messages = append(e.Messages, m)
			margin = indent + 2
			for margin < len(l.Text) && l.Text[margin] == ' ' {
				margin++
			}
			add(l, margin)
		case prose.LineContinued, prose.LineElision:
			if l.Kind == prose.LineElision && complete(text.String()) {
				end() // an omission between messages
			}
			if m != nil {
				add(l, min(margin, indent))
			}
		default:
			end()
		}
	}
	end()
}

// complete reports whether the text of a message is complete.
func complete(text string) bool {
	_, err := Parse(text)
	return err == nil
}

// parse reads the value of a message.
func (m *Message) parse() {
	v, err := Parse(m.Text)
	if err != nil {
		m.Kind = Unclear
		var syntax *syntaxError
		errors.As(err, &syntax)
		m.find(codeJSON, "", syntax.Offset, "%s", syntax.Msg)
		return
	}
	m.Value, m.Elided = v, hasElision(v)
	m.Kind = Unclear
	for _, k := range envelopes {
		if v.Get(k.key) != nil {
			m.Kind = k.kind
			break
		}
	}
}

// envelopes maps the member that identifies a message to its kind.
var envelopes = []struct {
	key  string
	kind Kind
}{
	{"execute", Command}, {"exec-oob", Command}, {"return", Return}, {"error", Error}, {"event", Event}, {"QMP", Greeting},
}

func hasElision(v *Value) bool {
	if v.Elided || v.Kind == Elision {
		return true
	}
	for _, e := range v.Elems {
		if hasElision(e) {
			return true
		}
	}
	for _, m := range v.Members {
		if hasElision(m.Value) {
			return true
		}
	}
	return false
}
