// Package prose parses the prose of documentation sections into blocks and inlines.
//
// It supports reStructuredText as QEMU's schemas have used it since release 5.2
// (docs/devel/qapi-code-gen.rst, "Markup"), with "@name" for members and the directives of QEMU's
// QAPI domain, and the older markup of schemas: "= Heading", "| " lines, lists without blank lines
// before them, "->" and "<-" within prose.
//
// Parsing never fails and loses nothing: markup that is not understood is kept verbatim, as a
// [Literal] or [Text], and [Check] reports where and why. The time is linear in the size of the
// text.
package prose

// A Block is one of [Paragraph], [List], [DefinitionList], [Quote], [Literal],
// [LineBlock], [Table], [Example], [Dialog], [Admonition] and [Heading].
type Block interface{ block() }

// A Paragraph is running text.
type Paragraph struct{ Inlines []Inline }

// A List is a bulleted or numbered list.
type List struct {
	Ordered bool
	Items   []ListItem
}

// A ListItem is an item of a [List].
type ListItem struct {
	Label  string // as written, such as "1." or "(a)"; empty in bulleted lists
	Blocks []Block
}

// A DefinitionList is a list of terms with their definitions, or of fields with their values
// (":name: value").
type DefinitionList struct{ Items []Definition }

// A Definition is an item of a [DefinitionList].
type Definition struct {
	Term   []Inline
	Blocks []Block
}

// A Quote has blocks that are indented more than those around them.
type Quote struct{ Blocks []Block }

// A Literal is preformatted text: a literal block, code, or markup that is not understood.
type Literal struct {
	Text string // lines separated by "\n", without common indentation
	Lang string // of a code block; may be empty

	lines []line // of Text
}

// A LineBlock is running text that keeps its line breaks ("| text").
type LineBlock struct{ Lines []BlockLine }

// A BlockLine is a line of a [LineBlock].
type BlockLine struct {
	Indent  int      // number of spaces before it; only the order matters
	Inlines []Inline // empty for a blank line
}

// A Table is a table. In each row, the spans of the cells add up to the number of columns.
type Table struct {
	Title []Inline // may be empty
	Head  []Row    // may be empty
	Rows  []Row
}

// A Row is a row of a [Table].
type Row []Cell

// A Cell is a cell of a [Table]. It may be empty.
type Cell struct {
	Span   int // number of columns, 1 or more
	Blocks []Block
}

// An Example is an example with messages.
type Example struct {
	Title []Inline // may be empty

	// Annotated means that there is prose between the messages. Otherwise Blocks is a
	// single [Dialog].
	Annotated bool
	Blocks    []Block
}

// A Dialog is the messages of an [Example], line by line.
type Dialog struct{ Lines []Line }

// A Line is a line of a [Dialog].
type Line struct {
	Kind LineKind
	Text string // verbatim, with its arrow and indentation

	// Row and Column are the position of Text in the text of the section, both from 0. The
	// column is in bytes, with tabs expanded to multiples of eight.
	Row, Column int
}

// A LineKind is the kind of a line of a dialog.
type LineKind int

// The kinds of line.
const (
	LineText      LineKind = iota // none of the others, or blank
	LineClient                    // "-> …": first line of a message of the client
	LineServer                    // "<- …": first line of a message of the server
	LineContinued                 // more of the message above
	LineElision                   // "..." or "... text ...": an omission
)

// An Admonition is a note, warning and the like.
type Admonition struct {
	Kind   string   // name of the directive, such as "note" or "admonition"
	Title  []Inline // of an "admonition"; empty for others
	Blocks []Block
}

// A Heading is a heading.
type Heading struct {
	Level   int // 1 is the highest
	Inlines []Inline
}

func (Paragraph) block()      {}
func (List) block()           {}
func (DefinitionList) block() {}
func (Quote) block()          {}
func (Literal) block()        {}
func (LineBlock) block()      {}
func (Table) block()          {}
func (Example) block()        {}
func (Dialog) block()         {}
func (Admonition) block()     {}
func (Heading) block()        {}

// An Inline is one of [Text], [Code], [Emph], [Strong], [Ref] and [Link].
type Inline interface{ inline() }

// Text is plain text, with spaces for line ends.
type Text struct{ Text string }

// Code is inline literal text, between double backquotes in the source.
type Code struct{ Text string }

// Emph is emphasised text.
type Emph struct{ Inlines []Inline }

// Strong is strongly emphasised text.
type Strong struct{ Inlines []Inline }

// A Ref refers to something by name.
type Ref struct {
	Target string

	// Role is the kind of target: "member" for "@name" (which schemas up to 10.0 use for
	// types, too), "any" for a name in backquotes, and otherwise the role as written, such
	// as "qapi:cmd" or "doc".
	Role string

	// Text is shown in place of the target, if it is not empty.
	Text string
}

// A Link refers to a URL.
type Link struct {
	Text string // equal to URL if there is no other text
	URL  string
}

func (Text) inline()   {}
func (Code) inline()   {}
func (Emph) inline()   {}
func (Strong) inline() {}
func (Ref) inline()    {}
func (Link) inline()   {}
