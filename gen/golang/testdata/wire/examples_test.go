package wire_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// An exchange is an example in the documentation of a schema.
type exchange struct {
	Where    string
	Def      string // which it documents
	Messages []struct{ Arrow, Text string }
}

// TestExamples decodes the messages in the examples of each schema strictly
// into the types they are of, and encodes them again. wrong_examples.txt lists
// those that are wrong in the documentation.
func TestExamples(t *testing.T) {
	for k := range packages {
		p := &packages[k]
		t.Run(p.name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(p.name), "examples.json"))
			if err != nil {
				t.Fatal(err)
			}
			var list []exchange
			if err := json.Unmarshal(text, &list); err != nil {
				t.Fatal(err)
			}
			var c tally
			known := wrongExamples(t, p)
			for _, x := range list {
				c.exchange(t, p, &x, known)
			}
			for line, met := range known {
				if !met {
					t.Errorf("is right: %s", line)
				}
			}
			t.Logf("%d messages: %d decode and encode equal, %d are not complete JSON, %d are wrong in the documentation",
				c.messages, c.equal, c.incomplete, c.wrong)
		})
	}
}

// A tally counts the messages in the examples of a package.
type tally struct{ messages, equal, incomplete, wrong int }

func (c *tally) exchange(t *testing.T, p *pkg, x *exchange, known map[string]bool) {
	last := x.Def
	for _, m := range x.Messages {
		c.messages++
		text := []byte(strings.TrimSpace(m.Text))
		if end, err := wire.Skip(text, 0, wire.Strict); err != nil || end != len(text) {
			c.incomplete++
			t.Logf("%s is not complete JSON: %s", x.Where, strings.Join(strings.Fields(string(text)), " "))
			continue
		}
		err := exampleMessage(p, text, &last)
		if err == nil {
			c.equal++
			continue
		}
		c.wrong++
		what := err.Error()
		if e := (*wire.Error)(nil); errors.As(err, &e) {
			what = e.Path + ": " + e.Msg
		}
		key := fmt.Sprintf("%s %s %s: %s", p.name, filepath.Base(x.Where[:strings.IndexByte(x.Where, ':')]), last, what)
		if _, ok := known[key]; !ok {
			t.Errorf("%s: not in the list: %s", x.Where, key)
		}
		known[key] = true
	}
}

// wrongExamples returns the lines of wrong_examples.txt for a package.
func wrongExamples(t *testing.T, p *pkg) map[string]bool {
	text, err := os.ReadFile("wrong_examples.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, p.name+" ") {
			lines[strings.TrimSuffix(line, "\n")] = false
		}
	}
	return lines
}

// exampleMessage checks a message; last is the command that was sent last.
func exampleMessage(p *pkg, text []byte, last *string) error {
	var m message
	if err := wire.Decode(text, &m, wire.Strict); err != nil {
		return err
	}
	m.Execute += m.ExecOOB
	switch {
	case m.Execute != "":
		*last = m.Execute
		cmd := p.command(m.Execute)
		if cmd == nil {
			return fmt.Errorf("no command %q", m.Execute)
		}
		return arguments(cmd, m.Arguments)
	case m.Event != "":
		return event(p, &m)
	case m.Return != nil:
		cmd := p.command(*last)
		if cmd == nil {
			return fmt.Errorf("the result of what? %q is no command", *last)
		}
		return result(cmd, m.Return)
	}
	return nil // an error or a greeting
}
