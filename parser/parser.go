// Package parser parses QAPI schemas into syntax trees.
//
// It performs the first two steps of QEMU's compiler: it reads a file and its includes
// (scripts/qapi/parser.py), then checks the shape of each definition (scripts/qapi/expr.py).
// The grammar is generic JSON with QAPI's lexical rules. Lowering turns JSON objects into
// definitions: it checks which keys and values QAPI allows, and rewrites old spellings to
// current ones.
//
// The dialect of a schema is given or detected. A detected dialect is a range of releases,
// because a schema may come from a commit between two of them: the parser accepts what any
// release of the range accepts. [Dialect] describes how the range is chosen.
//
// Only this package imports participle, and no exported declaration mentions it.
package parser

import (
	"io/fs"

	"github.com/qapi-go/qapi-go/dialect"
)

// Limits on the input. They keep any file from exhausting memory or the stack.
const (
	MaxDepth        = 1000      // nesting of objects and arrays
	MaxFileSize     = 64 << 20  // bytes
	MaxItems        = 1_000_000 // definitions, directives and documentation comments of all files
	MaxIncludeDepth = 100       // files open at once
)

// A Source specifies where and how to read a schema.
type Source struct {
	FS   fs.FS
	Root string // path of the root file in FS; see fs.ValidPath

	// Display returns the name of a file for diagnostics. If nil, the path in FS is used.
	Display func(path string) string

	// Dialect is the release of QEMU whose rules apply. If 0, the dialect is detected from the
	// schema and from a file VERSION in the root file's directory or in one above it.
	Dialect dialect.Release

	// NoDocs omits the text of documentation, which is still checked. The syntax tree then has
	// only the sections on members, features, results and errors, without text and lines.
	NoDocs bool
}
