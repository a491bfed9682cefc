package lint

import "github.com/qapi-go/qapi-go/diag"

// The groups of rules.
const (
	Standard = "STANDARD" // checked if nothing else is said
	Docs     = "DOCS"     // documentation that QEMU itself often lacks
	Go       = "GO"       // what generated Go would have trouble with
)

// Groups are the groups of rules.
var Groups = []string{Standard, Docs, Go}

// A Rule is what a finding breaks.
type Rule struct {
	Code  diag.Code
	Group string // "" if it is in none: then it has to be asked for by name

	check func(*linter) // nil: another part of the package reports it
}

// Codes of the rules.
const (
	codeNameCase       diag.Code = "NAME_CASE"
	codeNameUnderscore diag.Code = "NAME_UNDERSCORE"
	codeXPrefix        diag.Code = "X_PREFIX_WITHOUT_UNSTABLE"
	codeReturnObject   diag.Code = "RETURN_OBJECT"
	codeStale          diag.Code = "PRAGMA_EXCEPTION_STALE"
	codeUnusedType     diag.Code = "UNUSED_TYPE"
	codeReplacement    diag.Code = "DEPRECATED_WITHOUT_REPLACEMENT"

	codeDocMissing   diag.Code = "DOC_MISSING"
	codeDocMember    diag.Code = "DOC_MEMBER_MISSING"
	codeDocSince     diag.Code = "DOC_SINCE"
	codeSinceHistory diag.Code = "DOC_SINCE_HISTORY"
	codeDocReturns   diag.Code = "DOC_RETURNS"
	codeDocErrors    diag.Code = "DOC_ERRORS"
	codeDocExample   diag.Code = "DOC_EXAMPLE"
	codeExampleValid diag.Code = "DOC_EXAMPLE_VALID"
	codeXref         diag.Code = "DOC_XREF_BROKEN"
	codeSectionTag   diag.Code = "DOC_SECTION_TAG"
	codeDeindent     diag.Code = "DOC_DEINDENT"
	codeLine70       diag.Code = "LINE_70"
	codeTwoSpaces    diag.Code = "TWO_SPACES"

	codeGoCollision diag.Code = "GO_NAME_COLLISION"
	codeGoKeyword   diag.Code = "GO_KEYWORD"

	codeIgnoreUnused  diag.Code = "IGNORE_UNUSED"
	codeIgnoreInvalid diag.Code = "IGNORE_INVALID"
)

// Rules returns all rules, in the order in which they are listed. It is a function, since the
// checks of some rules look other rules up.
func Rules() []Rule {
	return []Rule{
		{codeNameCase, Standard, (*linter).nameCase},
		{codeNameUnderscore, Standard, (*linter).nameUnderscore},
		{codeXPrefix, Standard, (*linter).xPrefix},
		{codeReturnObject, Standard, (*linter).returnObject},
		{codeStale, Standard, (*linter).staleExceptions},
		{codeReplacement, Standard, (*linter).replacement},
		{codeUnusedType, "", (*linter).unusedTypes},

		{codeDocMissing, Standard, (*linter).docMissing},
		{codeDocMember, Standard, (*linter).docMembers},
		{codeDocSince, Standard, (*linter).docSince},
		{codeSinceHistory, Standard, (*linter).sinceHistory},
		{codeDocReturns, Standard, (*linter).docReturns},
		{codeXref, Standard, (*linter).xrefs},
		{codeExampleValid, Standard, (*linter).examplesValid},
		{codeSectionTag, Standard, (*linter).sectionTags},
		{codeDeindent, Standard, (*linter).deindents},
		{codeLine70, Standard, (*linter).longLines},
		{codeTwoSpaces, Standard, (*linter).joinedSentences},
		{codeDocExample, Docs, (*linter).docExamples},
		{codeDocErrors, Docs, (*linter).docErrors},

		{codeGoCollision, Go, (*linter).goCollisions},
		{codeGoKeyword, Go, (*linter).goKeywords},

		{codeIgnoreUnused, Standard, nil},
		{codeIgnoreInvalid, Standard, nil},
	}
}
