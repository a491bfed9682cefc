package ir

import (
	"go/token"
	"strings"
)

// A Doc is a documentation comment.
type Doc struct {
	Pos    token.Pos // of the opening "##"
	Symbol string    // name of the definition it documents; empty for free-form text

	// Sections are in source order. The first is the body, the text before any other section.
	// It may be empty.
	Sections []*Section
}

// A SectionKind is a kind of documentation section.
type SectionKind string

// The kinds of section.
const (
	SectionBody    SectionKind = "body"    // the text before any other section
	SectionMember  SectionKind = "member"  // "@name:" of a member, argument, value or branch
	SectionFeature SectionKind = "feature" // "@name:" below "Features:"
	SectionReturns SectionKind = "returns"
	SectionErrors  SectionKind = "errors"
	SectionSince   SectionKind = "since"
	SectionNote    SectionKind = "note"    // "Note:", "Notes:" (up to 9.0)
	SectionExample SectionKind = "example" // "Example:", "Examples:" (up to 9.0); literal text
	SectionTodo    SectionKind = "todo"    // not meant for readers of the documentation
	SectionPlain   SectionKind = "plain"   // text after another section
)

// A Section is a part of a documentation comment.
type Section struct {
	Kind SectionKind
	Name string    // of the member or feature; empty for others
	Pos  token.Pos // of the line that starts it

	// Text is the text without comment marks, the tag, and leading and trailing blank lines.
	// Lines are separated by "\n". The markup is that of the schema's release: reStructuredText
	// from QEMU 5.2 on.
	Text string

	// Lines are the positions of the lines of Text.
	Lines []token.Pos
}

// PosAt returns the position of a byte of Text by its line and column, both counted from 0. A
// column beyond the end of its line is the end. PosAt returns Pos for a line that does not
// exist, or if Lines is not known.
func (s *Section) PosAt(line, column int) token.Pos {
	if line < 0 || line >= len(s.Lines) {
		return s.Pos
	}
	text := s.Text
	for range line {
		_, text, _ = strings.Cut(text, "\n")
	}
	text, _, _ = strings.Cut(text, "\n")
	return s.Lines[line] + token.Pos(min(max(column, 0), len(text)))
}

// Body returns the text of the body section. The receiver may be nil.
func (d *Doc) Body() string { return d.text(SectionBody) }

// Since returns the text of the "Since:" section, such as "2.9", or "". The receiver may be
// nil.
func (d *Doc) Since() string { return d.text(SectionSince) }

func (d *Doc) text(kind SectionKind) string {
	if s := d.Section(kind, ""); s != nil {
		return s.Text
	}
	return ""
}

// Section returns the first section of that kind and name, or nil. The receiver may be nil.
func (d *Doc) Section(kind SectionKind, name string) *Section {
	if d == nil {
		return nil
	}
	for _, s := range d.Sections {
		if s.Kind == kind && s.Name == name {
			return s
		}
	}
	return nil
}

// StraySections returns the member sections of a definition's documentation that do not describe a
// member of the definition itself. There are none from QEMU 2.9 on, whose compiler refuses
// them.
func StraySections(d Def) []*Section {
	doc := d.Head().Doc
	if doc == nil {
		return nil
	}
	used := make(map[*Section]bool)
	members := func(t Type) {
		if s, ok := t.(*Struct); ok && s != nil {
			for _, m := range s.Members {
				used[m.Doc] = true
			}
		}
	}
	switch d := d.(type) {
	case *Command:
		members(d.Arg)
	case *Event:
		members(d.Arg)
	case *Struct:
		members(d)
	case *Enum:
		for _, v := range d.Values {
			used[v.Doc] = true
		}
	case *Union:
		members(d.Base)
		for _, b := range d.Branches {
			used[b.Doc] = true
		}
	case *Alternate:
		for _, b := range d.Branches {
			used[b.Doc] = true
		}
	}
	var out []*Section
	for _, s := range doc.Sections {
		if s.Kind == SectionMember && !used[s] {
			out = append(out, s)
		}
	}
	return out
}
