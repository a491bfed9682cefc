// Package parser turns schema text into syntax trees.
//
// It does what the first two steps of QEMU's compiler do: it reads a file and
// its includes (scripts/qapi/parser.py), then checks the shape of every
// definition (scripts/qapi/expr.py). The grammar is generic JSON, with the
// lexer's rules of QAPI; what QAPI allows in which place is checked by the
// lowering functions, one file per kind of definition. They also are the place
// where old spellings become new ones.
//
// The dialect of a schema is given or detected. Where it is detected, a schema may be of
// a commit between releases: what any of the releases accepts that it may be of is
// accepted. Type [Dialect] says how that is decided.
//
// Participle is used here and nowhere else; none of its types is exported.
package parser

import (
	"io/fs"

	"github.com/qapi-go/qapi-go/dialect"
)

// Limits of the input, so that no file can exhaust the process.
const (
	MaxDepth        = 1000      // nesting of objects and arrays
	MaxFileSize     = 64 << 20  // bytes
	MaxItems        = 1_000_000 // definitions, directives and documentation comments of all files
	MaxIncludeDepth = 100       // files open at once
)

// A Source is where a schema is read from.
type Source struct {
	FS   fs.FS
	Root string // path of the root file in FS, clean and with slashes

	// Display gives the name of a file for diagnostics; nil means its path in
	// FS.
	Display func(path string) string

	// Dialect is the release of QEMU whose rules the schema follows; 0 means
	// that the dialect is detected: by the file VERSION in the folder of the root
	// file or above it, unless the schema contradicts it, and by the schema.
	Dialect dialect.Release
}
