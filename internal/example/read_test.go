package example_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/example"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir"
)

// documentation returns all documentation comments of a schema.
func documentation(s *ir.Schema) []*ir.Doc {
	var list []*ir.Doc
	for doc := range s.Docs() {
		list = append(list, doc)
	}
	return list
}

// comment makes a documentation comment of text.
func comment(text string) string {
	return "##\n# " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n# ") + "\n##\n"
}

// TestRead checks what messages are found in comments, whom a reply belongs to,
// and where findings are.
func TestRead(t *testing.T) {
	const defs = "{ 'command': 'stop' }\n{ 'command': 'cont' }\n{ 'command': 'c' }\n{ 'event': 'STOP' }\n"
	const ev = `"timestamp": { "seconds": 1, "microseconds": 2 } }`
	tests := []struct {
		name string
		text string // of the comment of 'c'
		want string
	}{
		{"block", `
.. qmp-example::

    -> { "execute": "stop" }
    <- { "return": {} }`, "command stop\nreturn stop"},
		{"annotated, across its parts", `
.. qmp-example::
   :annotated:

   First::

     -> { "execute": "stop" }

   Then::

     <- { "event": "STOP", ` + ev + `
     <- { "return": {} }`, "command stop\nevent STOP\nreturn stop"},
		{"section", `
Example:

-> { "execute": "stop" }
<- { "return": {} }

Since: 1.0`, "command stop\nreturn stop"},
		{"section behind its tag, with text", `
Example: 1. It stops:
          -> { "execute": "stop",
               "arguments": {} }
          <- { "return": {} }`, "command stop\nreturn stop"},
		{"in prose", `
Notes: Do this:

       -> { "execute": "stop" }

       <- { "return": {} }`, "command stop\nreturn stop"},
		{"in a list", `
- stop:

  -> { "execute": "stop" }

- cont:

  -> { "execute": "cont" }
  <- { "return": {} }`, "command stop\ncommand cont\nreturn cont"},
		{"of a feature", `
Features:

@unstable: try

  -> { "execute": "stop" }`, "command stop"},
		{"reply alone", `
.. qmp-example::

    <- { "return": {} }`, "return c"},
		{"replies in turn", `
.. qmp-example::

    -> { "execute": "stop" }
    -> { "execute": "cont" }
    <- { "return": {} }
    <- { "return": {} }`, "command stop\ncommand cont\nreturn stop\nreturn cont"},
		{"reply to the last", `
.. qmp-example::

    -> { "execute": "stop" }
    -> { "execute": "cont" }
    <- { "return": {} }`, "command stop\ncommand cont\nreturn cont"},
		{"several replies to one", `
.. qmp-example::

    -> { "execute": "stop" }
    <- { "return": {} }
    <- { "error": { "class": "x", "desc": "y" } }`, "command stop\nreturn stop\nerror stop"},
		{"replies by id", `
.. qmp-example::

    -> { "execute": "stop", "id": 1 }
    -> { "execute": "cont", "id": 2 }
    <- { "return": {}, "id": 2 }
    <- { "return": {}, "id": 1 }`, "command stop\ncommand cont\nreturn cont\nreturn stop"},
		{"left out between messages", `
.. qmp-example::

    -> { "execute": "stop" }
    ...
    <- { "return": {} }
    ... time passes ...
    -> { "execute": "cont" }`, "command stop\nreturn stop\ncommand cont"},
		{"places", `
.. qmp-example::

    -> { "execute": "stop",
         "arguments": { "x": 1 } }
    <- { "return":
           7 }`, "command stop\n  9:27 unknown-member\nreturn stop\n  11:14 kind"},
		{"places across annotated parts", `
.. qmp-example::
   :annotated:

   First::

     -> { "execute": "stop" }

   Then::

     -> { "execute": "cont",
          "arguments": { "x": 1 } }`, "command stop\ncommand cont\n  16:28 unknown-member"},
		{"places in a section", `
Example:

-> { "execute": "stop" "id" }`, "unclear\n  8:26 json"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			schema := strings.Replace(defs, "{ 'command': 'c' }", comment("@c:\n"+tt.text)+"{ 'command': 'c' }", 1)
			if strings.Contains(tt.text, "Features:") {
				schema = strings.Replace(schema, "'c' }", "'c', 'features': [ 'unstable' ] }", 1)
			}
			s := schematest.Text(t, schema)
			var got []string
			for _, d := range documentation(s) {
				for _, e := range example.Read(s, d).Examples {
					for _, m := range e.Messages {
						name := ""
						switch {
						case m.Command != nil:
							name = " " + m.Command.Name
						case m.Event != nil:
							name = " " + m.Event.Name
						}
						got = append(got, string(m.Kind)+name)
						for _, f := range m.Findings {
							p := s.Fset.Position(f.Pos)
							got = append(got, fmt.Sprintf("  %d:%d %s", p.Line, p.Column, f.Code))
						}
					}
				}
			}
			if got := strings.Join(got, "\n"); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// TestIDs checks that a reply answers the command whose id is the same JSON value: 1 is
// not "1".
func TestIDs(t *testing.T) {
	s := schematest.Text(t, `
##
# @a:
#
# Example:
#
# -> { "execute": "a", "id": 1 }
# -> { "execute": "b", "id": "1" }
# <- { "return": {}, "id": "1" }
# <- { "return": {}, "id": 1 }
# -> { "execute": "b" }
# <- { "return": {}, "id": 1 }
##
{ 'command': 'a' }
{ 'command': 'b' }
`)
	messages := example.Read(s, s.Commands[0].Doc).Examples[0].Messages
	if len(messages) != 6 || messages[2].Command.Name != "b" || messages[3].Command.Name != "a" || messages[5].Command.Name != "b" {
		t.Errorf("the replies are to %s, %s and %s", messages[2].Command.Name, messages[3].Command.Name, messages[5].Command.Name)
	}
}

// TestSections checks that an "Example:" section is one example, as it is literal, and that
// other text has one for each place with messages.
func TestSections(t *testing.T) {
	const list = `

- stop:

  -> { "execute": "stop" }

- cont:

  -> { "execute": "cont" }
`
	for tag, want := range map[string]int{"Example:": 1, "Notes:": 2} {
		s := schematest.Text(t, "{ 'command': 'stop' }\n{ 'command': 'cont' }\n"+comment("@c:\n\n"+tag+list)+"{ 'command': 'c' }\n")
		var got []string
		for _, e := range example.Read(s, s.Commands[2].Doc).Examples {
			for _, m := range e.Messages {
				got = append(got, fmt.Sprintf("%p %s", e, m.Command.Name))
			}
		}
		if len(got) != 2 {
			t.Errorf("%s %q", tag, got)
			continue
		}
		first, _, _ := strings.Cut(got[0], " ")
		if one := strings.HasPrefix(got[1], first); one != (want == 1) {
			t.Errorf("%s in one example: %v", tag, one)
		}
	}
}

// TestParseWords checks literals at the end of a text.
func TestParseWords(t *testing.T) {
	for text, kind := range map[string]example.ValueKind{"true": example.Bool, "false": example.Bool, "null": example.Null} {
		if v, err := example.Parse(text); err != nil || v.Kind != kind {
			t.Errorf("%s: %v, %v", text, v, err)
		}
	}
	for _, text := range []string{"tru", "nul", "t", "truee"} {
		if v, err := example.Parse(text); err == nil {
			t.Errorf("%s: %v", text, v)
		}
	}
}

// TestFindingString checks how findings are printed.
func TestFindingString(t *testing.T) {
	for want, f := range map[string]example.Finding{
		"no message":     {Msg: "no message"},
		"a.b: no string": {Path: "a.b", Msg: "no string"},
	} {
		if got := f.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
