package gocall

import (
	"fmt"
	"strings"
)

// A literal is a composite literal, or, if only open is set, another expression.
type literal struct {
	open  string // with the brace of a composite literal
	items []item
	close string // "" unless it is a composite literal
}

// An item is an element of a composite literal, with its key if it has one.
type item struct {
	key   string
	value *literal
}

// maxLine is the maximum length of a line that could be broken.
const maxLine = 72

// tab is the assumed width of a tab.
const tab = 4

// write appends the literal to the builder, on one line if it fits.
func (l *literal) write(b *strings.Builder, indent string) {
	column := b.Len() - strings.LastIndexByte(b.String(), '\n') - 1 + (tab-1)*len(indent)
	if flat := l.flat(); len(l.items) == 0 || column+len(flat) <= maxLine {
		b.WriteString(flat)
		return
	}
	b.WriteString(l.open)
	for _, it := range l.items {
		fmt.Fprintf(b, "\n%s\t", indent)
		if it.key != "" {
			b.WriteString(it.key + ": ")
		}
		it.value.write(b, indent+"\t")
		b.WriteByte(',')
	}
	b.WriteString("\n" + indent + l.close)
}

// flat returns the literal on one line.
func (l *literal) flat() string {
	var b strings.Builder
	b.WriteString(l.open)
	for i, it := range l.items {
		if i > 0 {
			b.WriteString(", ")
		}
		if it.key != "" {
			b.WriteString(it.key + ": ")
		}
		b.WriteString(it.value.flat())
	}
	return b.String() + l.close
}
