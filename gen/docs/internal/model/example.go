package model

import (
	"github.com/qapi-go/qapi-go/internal/example"
	"github.com/qapi-go/qapi-go/internal/gocall"
	"github.com/qapi-go/qapi-go/internal/prose"
)

// examples says of each example what its messages are, and makes one of a command
// or event that has none.
func (b *builder) examples(d *Definition) {
	t := example.Read(b.Schema, d.Def.Head().Doc)
	for _, e := range d.Examples {
		for _, block := range e.Blocks {
			if dialog, ok := block.(prose.Dialog); ok {
				e.describe(t.In(e.Pos, dialog))
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
