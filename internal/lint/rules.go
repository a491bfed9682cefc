package lint

import "github.com/qapi-go/qapi-go/diag"

// The groups of rules.
const (
	Standard = "STANDARD" // checked by default
	Docs     = "DOCS"     // documentation that is often missing in QEMU itself
	Go       = "GO"       // names that are a problem in generated Go
)

// Groups are the groups of rules.
var Groups = []string{Standard, Docs, Go}

// A Rule is a rule that findings are about.
type Rule struct {
	Code  diag.Code
	Group string // "" if it is in no group, and only checked if named

	check func(*linter) // nil if another part of the package reports it
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

// Rules returns all rules, the most important first: what makes programs or readers go wrong,
// what interfaces promise, what documentation lacks, how it is laid out. It is a function, since
// the checks of some rules look other rules up.
func Rules() []Rule {
	return []Rule{
		{codeGoCollision, Go, (*linter).goCollisions},
		{codeGoKeyword, Go, (*linter).goKeywords},
		{codeExampleValid, Standard, (*linter).examplesValid},
		{codeXref, Standard, (*linter).xrefs},
		{codeSinceHistory, Standard, (*linter).sinceHistory},
		{codeSectionTag, Standard, (*linter).sectionTags},
		{codeDeindent, Standard, (*linter).deindents},

		{codeReplacement, Standard, (*linter).replacement},
		{codeXPrefix, Standard, (*linter).xPrefix},
		{codeReturnObject, Standard, (*linter).returnObject},
		{codeNameCase, Standard, (*linter).nameCase},
		{codeNameUnderscore, Standard, (*linter).nameUnderscore},
		{codeStale, Standard, (*linter).staleExceptions},
		{codeIgnoreInvalid, Standard, nil},
		{codeIgnoreUnused, Standard, nil},
		{codeUnusedType, "", (*linter).unusedTypes},

		{codeDocMissing, Standard, (*linter).docMissing},
		{codeDocReturns, Standard, (*linter).docReturns},
		{codeDocSince, Standard, (*linter).docSince},
		{codeDocMember, Standard, (*linter).docMembers},
		{codeDocErrors, Docs, (*linter).docErrors},
		{codeDocExample, Docs, (*linter).docExamples},

		{codeTwoSpaces, Standard, (*linter).joinedSentences},
		{codeLine70, Standard, (*linter).longLines},
	}
}
