// Package prose reads the prose of documentation sections into blocks and
// inlines.
//
// It knows reStructuredText as QEMU's schemas have used it since release 5.2
// (docs/devel/qapi-code-gen.rst, "Markup"), with "@name" for members and with the
// directives of QEMU's QAPI domain, and reads the older markup of schemas sensibly: "=
// Heading", "| " lines, lists without blank lines before them, "->" and "<-" within prose.
//
// Nothing is refused and nothing is lost: what is not understood is kept verbatim, as a
// [Literal] or [Text], and [Check] reports where and why. The time taken is linear in the
// size of the text.
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

// A DefinitionList is a list of terms with what they mean, or of fields with
// their values (":name: value").
type DefinitionList struct{ Items []Definition }

// A Definition is an item of a [DefinitionList].
type Definition struct {
	Term   []Inline
	Blocks []Block
}

// A Quote holds blocks that are indented against those around them.
type Quote struct{ Blocks []Block }

// A Literal is text that is shown as it is: a literal block, code, or markup
// that is not understood.
type Literal struct {
	Text string // lines separated by "\n", without common indentation
	Lang string // of a code block; may be empty

	lines []line // of Text
}

// A LineBlock is running text that keeps its line ends ("| text").
type LineBlock struct{ Lines []BlockLine }

// A BlockLine is a line of a [LineBlock].
type BlockLine struct {
	Indent  int      // number of spaces before it, of which only the order matters
	Inlines []Inline // empty for a blank line
}

// A Table is a table. In each row the spans of the cells add up to the same
// number of columns.
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

	// Row and Column are where Text starts in the text of the section, both
	// from 0. The column is in bytes, with tabs expanded to columns of eight.
	Row, Column int
}

// A LineKind is the kind of a line of a dialog.
type LineKind int

// The kinds of line.
const (
	LineText      LineKind = iota // neither of the others; blank lines too
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

// A Heading is the title of what follows it.
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

// Text is plain text. Line ends have become spaces.
type Text struct{ Text string }

// Code is literal text, in the source between pairs of back quotes.
type Code struct{ Text string }

// Emph is emphasised text.
type Emph struct{ Inlines []Inline }

// Strong is strongly emphasised text.
type Strong struct{ Inlines []Inline }

// A Ref refers to something by name.
type Ref struct {
	Target string

	// Role says what the target is: "member" for "@name" (also used for types
	// in schemas up to 10.0), "any" for a name in back quotes, and otherwise
	// the role as written, such as "qapi:cmd" or "doc".
	Role string

	// Text is what to show, if not the target.
	Text string
}

// A Link refers to a URL.
type Link struct {
	Text string // equal to URL if the text gives nothing else
	URL  string
}

func (Text) inline()   {}
func (Code) inline()   {}
func (Emph) inline()   {}
func (Strong) inline() {}
func (Ref) inline()    {}
func (Link) inline()   {}
