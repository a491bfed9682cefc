package prose

import (
	"fmt"
	"slices"
	"strings"
)

// dump writes blocks in a short notation for tests.
func dump(blocks []Block) string {
	var b strings.Builder
	for _, bl := range blocks {
		dumpBlock(&b, bl, "")
	}
	return b.String()
}

func dumpBlock(b *strings.Builder, bl Block, indent string) {
	line := func(format string, args ...any) { fmt.Fprintf(b, indent+format+"\n", args...) }
	nested := func(blocks []Block) {
		for _, n := range blocks {
			dumpBlock(b, n, indent+"  ")
		}
	}
	switch bl := bl.(type) {
	case Paragraph:
		line("p %s", dumpInlines(bl.Inlines))
	case Heading:
		line("h%d %s", bl.Level, dumpInlines(bl.Inlines))
	case Literal:
		line("literal %s%q", bl.Lang, bl.Text)
	case LineBlock:
		for _, l := range bl.Lines {
			line("|%s%s", strings.Repeat("_", l.Indent), dumpInlines(l.Inlines))
		}
	case Table:
		line("table %s", dumpInlines(bl.Title))
		for i, r := range slices.Concat(bl.Head, bl.Rows) {
			row := "row"
			if i < len(bl.Head) {
				row = "head"
			}
			for _, c := range r {
				row += fmt.Sprintf(" (%d %s)", c.Span, strings.ReplaceAll(strings.TrimSpace(dump(c.Blocks)), "\n", "/"))
			}
			line("%s", row)
		}
	case Quote:
		line("quote")
		nested(bl.Blocks)
	case List:
		for _, it := range bl.Items {
			if bl.Ordered {
				line("item %s", it.Label)
			} else {
				line("item")
			}
			nested(it.Blocks)
		}
	case DefinitionList:
		for _, it := range bl.Items {
			line("term %s", dumpInlines(it.Term))
			nested(it.Blocks)
		}
	case Admonition:
		line("%s %s", bl.Kind, dumpInlines(bl.Title))
		nested(bl.Blocks)
	case Example:
		line("example %s annotated=%t", dumpInlines(bl.Title), bl.Annotated)
		nested(bl.Blocks)
	case Dialog:
		for _, l := range bl.Lines {
			line("%s|%s", [...]string{"text", "client", "server", "more", "elision"}[l.Kind], l.Text)
		}
	}
}

func dumpInlines(ins []Inline) string {
	var b strings.Builder
	for _, in := range ins {
		switch in := in.(type) {
		case Text:
			b.WriteString(in.Text)
		case Code:
			fmt.Fprintf(&b, "<code %s>", in.Text)
		case Emph:
			fmt.Fprintf(&b, "<em %s>", dumpInlines(in.Inlines))
		case Strong:
			fmt.Fprintf(&b, "<strong %s>", dumpInlines(in.Inlines))
		case Ref:
			fmt.Fprintf(&b, "<%s %s", in.Role, in.Target)
			if in.Text != "" {
				fmt.Fprintf(&b, "|%s", in.Text)
			}
			b.WriteString(">")
		case Link:
			fmt.Fprintf(&b, "<link %s|%s>", in.Text, in.URL)
		}
	}
	return b.String()
}

// plain returns all text of the blocks, and all names in them.
func plain(blocks []Block) string {
	var b strings.Builder
	for _, bl := range blocks {
		b.WriteString(strings.Join(plainBlock(bl), "\n"))
		b.WriteByte('\n')
	}
	return b.String()
}

func plainBlock(bl Block) []string {
	switch bl := bl.(type) {
	case Paragraph:
		return []string{plainInlines(bl.Inlines)}
	case Heading:
		return []string{plainInlines(bl.Inlines)}
	case Literal:
		return []string{bl.Lang, bl.Text}
	case LineBlock:
		var out []string
		for _, l := range bl.Lines {
			out = append(out, plainInlines(l.Inlines))
		}
		return out
	case Table:
		out := []string{plainInlines(bl.Title)}
		for _, r := range slices.Concat(bl.Head, bl.Rows) {
			for _, c := range r {
				out = append(out, plain(c.Blocks))
			}
		}
		return out
	case Quote:
		return []string{plain(bl.Blocks)}
	case List:
		var out []string
		for _, it := range bl.Items {
			out = append(out, it.Label, plain(it.Blocks))
		}
		return out
	case DefinitionList:
		var out []string
		for _, it := range bl.Items {
			out = append(out, plainInlines(it.Term), plain(it.Blocks))
		}
		return out
	case Admonition:
		return []string{bl.Kind, plainInlines(bl.Title), plain(bl.Blocks)}
	case Example:
		return []string{plainInlines(bl.Title), plain(bl.Blocks)}
	case Dialog:
		var out []string
		for _, l := range bl.Lines {
			out = append(out, l.Text)
		}
		return out
	}
	return nil
}

func plainInlines(ins []Inline) string {
	var b strings.Builder
	for _, in := range ins {
		switch in := in.(type) {
		case Text:
			b.WriteString(in.Text)
		case Code:
			b.WriteString(in.Text)
		case Emph:
			b.WriteString(plainInlines(in.Inlines))
		case Strong:
			b.WriteString(plainInlines(in.Inlines))
		case Ref:
			if in.Role != "any" && in.Role != "member" {
				b.WriteString(in.Role + " ")
			}
			if in.Text != "" {
				b.WriteString(in.Text + " ")
			}
			b.WriteString(in.Target)
		case Link:
			b.WriteString(in.URL + " ")
			if in.Text != in.URL {
				b.WriteString(in.Text + " ")
			}
		}
	}
	return b.String()
}
