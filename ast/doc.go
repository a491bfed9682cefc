package ast

import "go/token"

// A Doc is a documentation comment, from its opening "##" to its closing one.
type Doc struct {
	Span
	Symbol Str // the definition it documents; its Value is empty for free-form text

	// Sections are in the order of the text. The first is always of kind
	// "body" and may be empty, unless [File].NoDocs is set.
	Sections []*DocSection
}

// A DocSection is a part of a documentation comment.
type DocSection struct {
	Span
	Kind DocKind
	Name Str    // of the member or feature; for others the tag as written
	Text string // without comment marks and tag, lines separated by "\n"

	// Lines are the places where the lines of Text start.
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
