package prose

import (
	"fmt"
	"iter"
	"slices"
)

// A Node is a [Block] or an [Inline].
type Node any

// Nodes yields blocks and everything in them in text order: a block before its inlines and
// nested blocks, and emphasis before the emphasised inlines. Items of lists, and rows and cells
// of tables are not nodes, nor are the lines of a [Dialog].
func Nodes(blocks []Block) iter.Seq[Node] {
	return func(yield func(Node) bool) { walker{yield}.blocks(blocks) }
}

// Inlines yields the inlines among the nodes of blocks.
func Inlines(blocks []Block) iter.Seq[Inline] {
	return func(yield func(Inline) bool) {
		for n := range Nodes(blocks) {
			if in, ok := n.(Inline); ok && !yield(in) {
				return
			}
		}
	}
}

// Refs yields the references among the nodes of blocks.
func Refs(blocks []Block) iter.Seq[Ref] {
	return func(yield func(Ref) bool) {
		for n := range Nodes(blocks) {
			if ref, ok := n.(Ref); ok && !yield(ref) {
				return
			}
		}
	}
}

// A walker yields nodes. Its methods report whether to continue.
type walker struct{ yield func(Node) bool }

func (w walker) blocks(blocks []Block) bool {
	for _, b := range blocks {
		if !w.block(b) {
			return false
		}
	}
	return true
}

// block yields a block and its contents. It panics on an unknown type of block, so that tests
// find a new type that is missing here.
func (w walker) block(b Block) bool {
	if !w.yield(b) {
		return false
	}
	switch b := b.(type) {
	case Paragraph:
		return w.inlines(b.Inlines)
	case Heading:
		return w.inlines(b.Inlines)
	case Quote:
		return w.blocks(b.Blocks)
	case Admonition:
		return w.inlines(b.Title) && w.blocks(b.Blocks)
	case Example:
		return w.inlines(b.Title) && w.blocks(b.Blocks)
	case List:
		for _, it := range b.Items {
			if !w.blocks(it.Blocks) {
				return false
			}
		}
	case DefinitionList:
		for _, it := range b.Items {
			if !w.inlines(it.Term) || !w.blocks(it.Blocks) {
				return false
			}
		}
	case LineBlock:
		for _, l := range b.Lines {
			if !w.inlines(l.Inlines) {
				return false
			}
		}
	case Table:
		if !w.inlines(b.Title) {
			return false
		}
		for _, row := range slices.Concat(b.Head, b.Rows) {
			for _, c := range row {
				if !w.blocks(c.Blocks) {
					return false
				}
			}
		}
	case Literal, Dialog:
	default:
		panic(fmt.Sprintf("prose: unknown block %T", b))
	}
	return true
}

func (w walker) inlines(ins []Inline) bool {
	for _, in := range ins {
		if !w.yield(in) {
			return false
		}
		switch in := in.(type) {
		case Emph:
			if !w.inlines(in.Inlines) {
				return false
			}
		case Strong:
			if !w.inlines(in.Inlines) {
				return false
			}
		case Text, Code, Ref, Link:
		default:
			panic(fmt.Sprintf("prose: unknown inline %T", in))
		}
	}
	return true
}
