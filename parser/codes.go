package parser

import "github.com/qapi-go/qapi-go/diag"

// Codes of errors in reading files.
const (
	codeReadFile      diag.Code = "read-file"      // a file cannot be read
	codeFileTooLarge  diag.Code = "file-too-large" // a file is larger than MaxFileSize
	codeNotText       diag.Code = "not-text"       // NUL bytes, invalid UTF-8 or a byte-order mark
	codeIncludeLoop   diag.Code = "include-loop"   // a file includes itself, directly or indirectly
	codeIncludeDepth  diag.Code = "include-depth"  // more than MaxIncludeDepth files are open
	codeOutsideSource diag.Code = "outside-source" // an include outside the schema source
)

// Codes of lexical and syntactic errors.
const (
	codeSyntax       diag.Code = "syntax"     // an unexpected token
	codeStray        diag.Code = "stray"      // characters that begin no token
	codeBadString    diag.Code = "bad-string" // unterminated, or with an invalid escape or character
	codeTooDeep      diag.Code = "too-deep"   // nesting deeper than MaxDepth
	codeItemTooLarge diag.Code = "item-too-large"
	codeTooManyItems diag.Code = "too-many-items" // more than MaxItems items in all files
	codeDuplicateKey diag.Code = "duplicate-key"
	codeNotAnObject  diag.Code = "not-an-object" // a top-level value that is not an object
)

// Codes of errors in directives and definitions.
const (
	codeBadDirective   diag.Code = "bad-directive"    // the shape of an include or pragma directive
	codeUnknownPragma  diag.Code = "unknown-pragma"   // an unknown pragma
	codeNotADefinition diag.Code = "not-a-definition" // no key, or several, of a kind of definition
	codeMissingKey     diag.Code = "missing-key"
	codeUnknownKey     diag.Code = "unknown-key"
	codeBadName        diag.Code = "bad-name"      // an invalid name
	codeNameCase       diag.Code = "name-case"     // a name in the wrong case
	codeReservedName   diag.Code = "reserved-name" // a reserved name
	codeBadShape       diag.Code = "bad-shape"     // a value of the wrong type or form
	codeBadFlag        diag.Code = "bad-flag"      // an invalid value of a flag
	codeBadCondition   diag.Code = "bad-condition" // an invalid 'if'
)

// Codes of errors in documentation comments.
const (
	codeDocSyntax    diag.Code = "doc-syntax"    // an error in the markup of a documentation comment
	codeDocDuplicate diag.Code = "doc-duplicate" // a duplicate section
	codeDocEmpty     diag.Code = "doc-empty"     // a section without text
	codeDocMisplaced diag.Code = "doc-misplaced" // a comment not followed by the definition it documents
	codeDocRequired  diag.Code = "doc-required"  // a missing documentation comment
	codeDocSection   diag.Code = "doc-section"   // a section that this kind of definition does not allow
	codeDocStyle     diag.Code = "doc-style"     // line length or spacing between sentences
)
