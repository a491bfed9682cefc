package site

import (
	"strconv"
	"strings"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/prose"
)

// example writes an example that belongs to a text.
func (w *writer) example(ex *model.Example, of model.Prose) {
	pw := proseWriter{w, of, 3}
	w.open("div", "class", "example")
	if len(ex.Title) > 0 || ex.Made || ex.Elided {
		w.open("p", "class", "title")
		pw.inlines(ex.Title)
		if ex.Made {
			w.element("span", "generated from the types", "class", "made")
		}
		if ex.Elided {
			w.text(" ")
			w.element("span", "shortened: … marks omissions", "class", "elided")
		}
		w.close("p")
	}
	if len(ex.Go) == 0 {
		pw.blocks(ex.Blocks)
	} else {
		w.examples++
		w.open("div", "data-tabs", "", "id", "example-"+strconv.Itoa(w.examples))
		w.form("Wire", func() { pw.blocks(ex.Blocks) })
		w.form("Go", func() {
			for _, call := range ex.Go {
				w.open("pre", "data-copy", "Go")
				w.element("code", call)
				w.close("pre")
			}
		})
		w.close("div")
	}
	w.close("div")
	w.newline()
}

// form writes a form of an example, a tab.
func (w *writer) form(name string, write func()) {
	w.open("section", "data-tab", name)
	w.element("h3", name)
	write()
	w.close("section")
}

// dialog writes messages, each in its own element.
func (w *writer) dialog(d prose.Dialog) {
	w.open("pre", "data-copy", "messages")
	open := false
	for i, l := range d.Lines {
		if open && l.Kind != prose.LineContinued {
			w.close("span")
			open = false
		}
		if i > 0 {
			w.newline()
		}
		text := l.Text
		switch l.Kind {
		case prose.LineClient:
			lead := arrow(text)
			w.text(text[:lead])
			w.open("span", "class", "client", "data-send", "")
			text, open = text[lead:], true
		case prose.LineServer:
			lead := arrow(text)
			w.text(text[:lead])
			w.open("span", "class", "server")
			text, open = text[lead:], true
		case prose.LineElision:
			w.open("span", "class", "elision")
			open = true
		}
		w.text(text)
	}
	if open {
		w.close("span")
	}
	w.close("pre")
}

// arrow returns the length of the indentation and arrow on the first line of a message.
func arrow(line string) int {
	trimmed := strings.TrimLeft(line, " ")
	return len(line) - len(strings.TrimLeft(trimmed[2:], " "))
}
