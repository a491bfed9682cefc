package ast

import "go/token"

// A Doc is a documentation comment, from its opening "##" to its closing one.
type Doc struct {
	Span
	Symbol Str // name of the definition it documents; its Value is empty for free-form text

	// Sections are in source order. The first is of kind [DocBody] and may be empty. There are
	// none if [File].NoDocs is set.
	Sections []*DocSection
}

// A DocSection is a part of a documentation comment.
type DocSection struct {
	Span
	Kind DocKind
	Name Str    // name of the member or feature; for other kinds the tag as written
	Text string // without comment marks and tag, lines separated by "\n"

	// Lines are the positions of the lines of Text.
	Lines []token.Pos
}

// A DocKind is a kind of documentation section.
type DocKind string

// The kinds of documentation section.
const (
	DocBody    DocKind = "body"
	DocMember  DocKind = "member"
	DocFeature DocKind = "feature"
	DocReturns DocKind = "returns"
	DocErrors  DocKind = "errors"
	DocSince   DocKind = "since"
	DocNote    DocKind = "note"
	DocExample DocKind = "example"
	DocTodo    DocKind = "todo"
	DocPlain   DocKind = "plain"
)
