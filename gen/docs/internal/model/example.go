package model

import (
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/internal/example"
	"github.com/qapi-go/qapi-go/internal/gocall"
	"github.com/qapi-go/qapi-go/internal/prose"
)

// examples finds the messages of each example, and generates an example for a command or
// event that has none.
func (b *builder) examples(d *Definition) {
	t := example.Read(b.Schema, d.Def.Head().Doc)
	for _, e := range d.Examples {
		for i, block := range e.Blocks {
			if dialog, ok := block.(prose.Dialog); ok {
				e.describe(t.In(e.Pos, dialog))
				e.Blocks[i] = aligned(dialog)
			}
		}
	}
	if t.Shows(d.Def) {
		return
	}
	if x := b.maker.Make(d.Def); x != nil {
		e := &Example{Blocks: []prose.Block{x.Dialog()}, Made: true}
		e.describe(x.Messages)
		d.Examples = append(d.Examples, e)
	}
}

func (e *Example) describe(messages []*example.Message) {
	for _, m := range messages {
		e.Elided = e.Elided || m.Elided
		if code, ok := gocall.Of(m); ok {
			e.Go = append(e.Go, code)
		}
	}
}

// aligned returns a dialog in which no line of a message starts left of its first line: the
// other lines of such a message are indented, all by the same number of columns.
func aligned(d prose.Dialog) prose.Dialog {
	lines := slices.Clone(d.Lines)
	for i := 0; i < len(lines); i++ {
		if k := lines[i].Kind; k != prose.LineClient && k != prose.LineServer {
			continue
		}
		arrow := strings.TrimLeft(lines[i].Text, " ")[2:]
		start := len(lines[i].Text) - len(strings.TrimLeft(arrow, " "))
		least, end := start, i+1
		for end < len(lines) && lines[end].Kind == prose.LineContinued {
			if text := strings.TrimLeft(lines[end].Text, " "); text != "" {
				least = min(least, len(lines[end].Text)-len(text))
			}
			end++
		}
		for k := i + 1; k < end; k++ {
			if lines[k].Text != "" {
				lines[k].Text = strings.Repeat(" ", start-least) + lines[k].Text
			}
		}
		i = end - 1
	}
	return prose.Dialog{Lines: lines}
}
