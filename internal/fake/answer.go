package fake

import (
	"encoding/json"
	"sync"

	"github.com/qapi-go/qapi-go/internal/example"
	"github.com/qapi-go/qapi-go/ir"
)

// answers are the default results of commands, each computed on first use.
type answers struct {
	schema *ir.Schema

	mu    sync.Mutex
	known map[*ir.Command]string
}

func newAnswers(s *ir.Schema) *answers {
	return &answers{schema: s, known: make(map[*ir.Command]string)}
}

// result returns the default result of a command, as JSON text. The command must have a result.
func (a *answers) result(c *ir.Command) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if text, ok := a.known[c]; ok {
		return text
	}
	text := a.fromExample(c)
	if text == "" {
		text, _ = least(c.Returns)
	}
	a.known[c] = text
	return text
}

// fromExample returns the first valid result in the documentation of a command, or "".
func (a *answers) fromExample(c *ir.Command) string {
	for _, ex := range example.Read(a.schema, c.Doc).Examples {
		for _, m := range ex.Messages {
			if m.Kind != example.Return || m.Command != c || m.Elided || len(m.Findings) > 0 {
				continue
			}
			var reply struct {
				Return json.RawMessage `json:"return"`
			}
			if json.Unmarshal([]byte(m.Text), &reply) == nil && checkData(c.Returns, reply.Return) == nil {
				return string(reply.Return)
			}
		}
	}
	return ""
}
