package example_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/example"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir"
)

// eachSchema runs a test for each schema of the corpus.
func eachSchema(t *testing.T, test func(t *testing.T, c corpus.Schema, s *ir.Schema)) {
	shared := corpus.Dir(t)
	releases, err := os.ReadDir(filepath.Join(shared, "corpus"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range live.Sample(t, releases, 3) {
		for _, c := range corpus.Schemas(t, shared, r.Name()) {
			t.Run(c.Release+"/"+c.Name, func(t *testing.T) { test(t, c, schematest.Load(t, filepath.Join(shared, "corpus", c.Release), c.Root)) })
		}
	}
}

// TestPlaces checks that each message of an example stands where it says.
func TestPlaces(t *testing.T) {
	shared := corpus.Dir(t)
	eachSchema(t, func(t *testing.T, c corpus.Schema, s *ir.Schema) {
		texts := make(map[string]string)
		text := func(name string) string {
			if _, ok := texts[name]; !ok {
				data, err := os.ReadFile(filepath.Join(shared, "corpus", c.Release, name))
				if err != nil {
					t.Fatal(err)
				}
				texts[name] = string(data)
			}
			return texts[name]
		}
		for _, d := range documentation(s) {
			for _, e := range example.Read(s, d).Examples {
				for _, m := range e.Messages {
					offset := 0
					for l := range strings.SplitSeq(m.Text, "\n") {
						p := s.Fset.Position(m.Pos(offset))
						if got := text(p.Filename)[p.Offset:]; !strings.HasPrefix(got, l) {
							t.Errorf("%s: %q does not stand there, but %.60q", p, l, got)
						}
						offset += len(l) + 1
					}
				}
			}
		}
	})
}

// TestMadeExamples makes an example of every command and event, and checks that
// nothing is wrong with it.
func TestMadeExamples(t *testing.T) {
	eachSchema(t, func(t *testing.T, _ corpus.Schema, s *ir.Schema) {
		k := example.NewMaker(s)
		needed := 0
		check := func(d ir.Def, e *example.Example) {
			if !example.Read(s, d.Head().Doc).Shows(d) {
				needed++
			}
			for _, m := range e.Messages {
				if len(m.Findings) > 0 || m.Elided {
					t.Errorf("%s: %v\n%s", d.Head().Name, m.Findings, m.Text)
				}
			}
		}
		for _, c := range s.Commands {
			check(c, k.Make(c))
		}
		for _, e := range s.Events {
			check(e, k.Make(e))
		}
		t.Logf("%d commands and %d events, of which %d have no example", len(s.Commands), len(s.Events), needed)
	})
}

// TestExamples reads all examples of QEMU's documentation. What is wrong in them is
// QEMU's; what is found has a place in the text that it is about.
func TestExamples(t *testing.T) {
	eachSchema(t, func(t *testing.T, c corpus.Schema, s *ir.Schema) {
		var messages, elided, wrong, unclear int
		for _, d := range documentation(s) {
			for _, e := range example.Read(s, d).Examples {
				for _, m := range e.Messages {
					messages++
					switch {
					case len(m.Findings) > 0:
						wrong++
					case m.Kind == example.Unclear && !m.Elided:
						t.Errorf("%s: nothing is found in %s", s.Fset.Position(m.Pos(0)), m.Text)
					case m.Elided:
						elided++
					}
					if m.Kind == example.Unclear {
						unclear++
					}
					for _, f := range m.Findings {
						if f.Offset < 0 || f.Offset > len(m.Text) || !f.Pos.IsValid() || f.Pos != m.Pos(f.Offset) {
							t.Errorf("%s: offset %d of %d, %s", d.Symbol, f.Offset, len(m.Text), f)
						}
						if f.Pos < e.Section.Pos {
							t.Errorf("%s is before its section: %s", s.Fset.Position(f.Pos), f)
						}
					}
				}
			}
		}
		t.Logf("%d messages: %d right, %d elided, %d wrong; %d are not JSON or no messages", messages, messages-elided-wrong, elided, wrong, unclear)
		if c.Name == "qemu" && !s.Release.Before(2, 12) && (messages < 300 || wrong > messages/5) {
			t.Errorf("%d of %d messages are wrong", wrong, messages)
		}
	})
}
