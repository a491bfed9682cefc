package parser

import "github.com/qapi-go/qapi-go/diag"

// Codes of what is found while a schema is read.
const (
	CodeReadFile      diag.Code = "read-file"      // a file cannot be read
	CodeFileTooLarge  diag.Code = "file-too-large" // a file is larger than MaxFileSize
	CodeNotText       diag.Code = "not-text"       // NUL bytes, invalid UTF-8 or a byte-order mark
	CodeIncludeLoop   diag.Code = "include-loop"   // a file includes itself, perhaps through others
	CodeIncludeDepth  diag.Code = "include-depth"  // more than MaxIncludeDepth files are open
	CodeOutsideSource diag.Code = "outside-source" // an include leads out of the schema source
)

// Codes of lexical and syntactic mistakes.
const (
	CodeSyntax       diag.Code = "syntax"     // a token that cannot stand where it does
	CodeStray        diag.Code = "stray"      // characters that begin no token
	CodeBadString    diag.Code = "bad-string" // unterminated, escape or character that is not allowed
	CodeTooDeep      diag.Code = "too-deep"   // nesting deeper than MaxDepth
	CodeItemTooLarge diag.Code = "item-too-large"
	CodeTooManyItems diag.Code = "too-many-items" // more than MaxItems at the top level of all files
	CodeDuplicateKey diag.Code = "duplicate-key"
	CodeNotAnObject  diag.Code = "not-an-object" // a top-level value that is not an object
)

// Codes of mistakes in directives and definitions.
const (
	CodeBadDirective   diag.Code = "bad-directive"    // the shape of an include or pragma directive
	CodeUnknownPragma  diag.Code = "unknown-pragma"   // a pragma that does not exist
	CodeNotADefinition diag.Code = "not-a-definition" // no key, or several, say what is defined
	CodeMissingKey     diag.Code = "missing-key"
	CodeUnknownKey     diag.Code = "unknown-key"
	CodeBadName        diag.Code = "bad-name"      // not a name at all
	CodeNameCase       diag.Code = "name-case"     // a name in the wrong case
	CodeReservedName   diag.Code = "reserved-name" // a name that is not free
	CodeBadShape       diag.Code = "bad-shape"     // a value of the wrong form
	CodeBadFlag        diag.Code = "bad-flag"      // a flag with a value it cannot have
	CodeBadCondition   diag.Code = "bad-condition" // an 'if' that is not a condition
)

// Codes of mistakes in documentation comments.
const (
	CodeDocSyntax    diag.Code = "doc-syntax"    // the frame or structure of a documentation comment
	CodeDocDuplicate diag.Code = "doc-duplicate" // a section that stands there twice
	CodeDocEmpty     diag.Code = "doc-empty"     // a section without text
	CodeDocMisplaced diag.Code = "doc-misplaced" // a comment that is not followed by what it documents
	CodeDocRequired  diag.Code = "doc-required"  // a definition without documentation
	CodeDocSection   diag.Code = "doc-section"   // a section that this kind of definition cannot have
	CodeDocStyle     diag.Code = "doc-style"     // line length, space between sentences
)
