package parser

import "github.com/qapi-go/qapi-go/diag"

// Codes of what is found while a schema is read.
const (
	codeReadFile      diag.Code = "read-file"      // a file cannot be read
	codeFileTooLarge  diag.Code = "file-too-large" // a file is larger than MaxFileSize
	codeNotText       diag.Code = "not-text"       // NUL bytes, invalid UTF-8 or a byte-order mark
	codeIncludeLoop   diag.Code = "include-loop"   // a file includes itself, perhaps through others
	codeIncludeDepth  diag.Code = "include-depth"  // more than MaxIncludeDepth files are open
	codeOutsideSource diag.Code = "outside-source" // an include leads out of the schema source
)

// Codes of lexical and syntactic errors.
const (
	codeSyntax       diag.Code = "syntax"     // a token that cannot stand where it does
	codeStray        diag.Code = "stray"      // characters that begin no token
	codeBadString    diag.Code = "bad-string" // unterminated, escape or character that is not allowed
	codeTooDeep      diag.Code = "too-deep"   // nesting deeper than MaxDepth
	codeItemTooLarge diag.Code = "item-too-large"
	codeTooManyItems diag.Code = "too-many-items" // more than MaxItems at the top level of all files
	codeDuplicateKey diag.Code = "duplicate-key"
	codeNotAnObject  diag.Code = "not-an-object" // a top-level value that is not an object
)

// Codes of errors in directives and definitions.
const (
	codeBadDirective   diag.Code = "bad-directive"    // the shape of an include or pragma directive
	codeUnknownPragma  diag.Code = "unknown-pragma"   // a pragma that does not exist
	codeNotADefinition diag.Code = "not-a-definition" // no key, or several, say what is defined
	codeMissingKey     diag.Code = "missing-key"
	codeUnknownKey     diag.Code = "unknown-key"
	codeBadName        diag.Code = "bad-name"      // not a name at all
	codeNameCase       diag.Code = "name-case"     // a name in the wrong case
	codeReservedName   diag.Code = "reserved-name" // a name that is not free
	codeBadShape       diag.Code = "bad-shape"     // a value of the wrong form
	codeBadFlag        diag.Code = "bad-flag"      // a flag with a value it cannot have
	codeBadCondition   diag.Code = "bad-condition" // an 'if' that is not a condition
)

// Codes of errors in documentation comments.
const (
	codeDocSyntax    diag.Code = "doc-syntax"    // the frame or structure of a documentation comment
	codeDocDuplicate diag.Code = "doc-duplicate" // a duplicate section
	codeDocEmpty     diag.Code = "doc-empty"     // a section without text
	codeDocMisplaced diag.Code = "doc-misplaced" // a comment that is not followed by what it documents
	codeDocRequired  diag.Code = "doc-required"  // a definition without documentation
	codeDocSection   diag.Code = "doc-section"   // a section that this kind of definition cannot have
	codeDocStyle     diag.Code = "doc-style"     // line length, space between sentences
)
