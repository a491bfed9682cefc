package parser

import (
	"go/token"

	"github.com/qapi-go/qapi-go/dialect"
)

// A constructInfo describes a construct that only some releases accept.
type constructInfo struct {
	name    string          // a description, such as "'if' with C text"
	since   dialect.Release // first release that accepts it, 0 if the oldest does
	until   dialect.Release // last release that accepts it, 0 if the newest does
	mistake bool            // may be a mistake rather than evidence
}

// An occurrence is a construct found in a schema.
type occurrence struct {
	constructInfo
	count int       // number of places
	pos   token.Pos // first place
}

// A construct is an index into constructTable.
type construct uint8

const (
	looseCommas construct = iota
	stringDiscriminator
	typeKey
	stringFlag
	emptyDiscriminator
	visitorType
	nestedStruct
	baseOfSimpleUnion
	twoStars
	formerReturn
	optionalWord
	optionalWithoutPragma
	conflictingKinds
	exampleLine
	whitelistPragma
	nameCase
	cCondition
	conditionList
	simpleUnion
	conditionalArgument
	noteLine
	noteSection
	includeDirective
	eventKey
	structKey
	alternateKey
	anyType
	prefixKey
	inlineBase
	qType
	boxedKey
	pragmaDirective
	nullType
	allowOOBKey
	ifKey
	allowPreconfigKey
	longForm
	structFeatures
	docFeatures
	commandFeatures
	features
	coroutineKey
	exceptionsPragma
	nameCondition
	objectCondition
	valueFeatures
	docErrors
	docExceptionsPragma
	qmpExample
	constructs // number of constructs
)

// constructTable describes the constructs: first those that a release dropped, then those that
// a release added.
var constructTable = [constructs]constructInfo{
	looseCommas:           {name: "a missing or trailing comma", until: dialect.Of(1, 5)},
	stringDiscriminator:   {name: "a discriminator of type 'str'", until: dialect.Of(1, 7)},
	typeKey:               {name: "a struct defined by 'type'", until: dialect.Of(2, 3)},
	stringFlag:            {name: "the flag value 'no'", until: dialect.Of(2, 3)},
	emptyDiscriminator:    {name: "the discriminator {}", until: dialect.Of(2, 3)},
	visitorType:           {name: "the type 'visitor'", until: dialect.Of(2, 3)},
	nestedStruct:          {name: "a nested struct without a name", until: dialect.Of(2, 3), mistake: true},
	baseOfSimpleUnion:     {name: "a base without a discriminator", until: dialect.Of(2, 3), mistake: true},
	twoStars:              {name: "the type '**'", until: dialect.Of(2, 4)},
	formerReturn:          {name: "a scalar 'returns' without a pragma", until: dialect.Of(2, 8)},
	optionalWord:          {name: "'#optional' in documentation", until: dialect.Of(2, 9)},
	optionalWithoutPragma: {name: "'#optional' in documentation without a pragma", until: dialect.Of(2, 8)},
	conflictingKinds:      {name: "an alternate of a number or boolean and another scalar", until: dialect.Of(2, 9), mistake: true},
	exampleLine:           {name: "a documentation line that starts with '|'", until: dialect.Of(5, 1), mistake: true},
	whitelistPragma:       {name: "a whitelist pragma", until: dialect.Of(5, 2)},
	nameCase:              {name: "a name in the wrong case", until: dialect.Of(5, 2), mistake: true},
	cCondition:            {name: "'if' with C text", until: dialect.Of(6, 1)},
	conditionList:         {name: "'if' with a list", until: dialect.Of(6, 1), mistake: true},
	simpleUnion:           {name: "a simple union", until: dialect.Of(6, 1), mistake: true},
	conditionalArgument:   {name: "a conditional argument without 'boxed'", until: dialect.Of(8, 0), mistake: true},
	noteLine:              {name: "a line of a paragraph that starts with 'Note:' or 'Example:'", until: dialect.Of(8, 2)},
	noteSection:           {name: "a 'Note:' or 'Example:' section", until: dialect.Of(9, 0)},

	includeDirective:    {name: "'include'", since: dialect.Of(2, 1)},
	eventKey:            {name: "'event'", since: dialect.Of(2, 1)},
	structKey:           {name: "'struct'", since: dialect.Of(2, 4)},
	alternateKey:        {name: "'alternate'", since: dialect.Of(2, 4)},
	anyType:             {name: "the type 'any'", since: dialect.Of(2, 5)},
	prefixKey:           {name: "'prefix'", since: dialect.Of(2, 5)},
	inlineBase:          {name: "an inline 'base'", since: dialect.Of(2, 6)},
	qType:               {name: "the type 'QType'", since: dialect.Of(2, 6)},
	boxedKey:            {name: "'boxed'", since: dialect.Of(2, 7)},
	pragmaDirective:     {name: "'pragma'", since: dialect.Of(2, 9)},
	nullType:            {name: "the type 'null'", since: dialect.Of(2, 10)},
	allowOOBKey:         {name: "'allow-oob'", since: dialect.Of(2, 12)},
	ifKey:               {name: "'if'", since: dialect.Of(3, 0)},
	allowPreconfigKey:   {name: "'allow-preconfig'", since: dialect.Of(3, 0)},
	longForm:            {name: "the long form of a member or value", since: dialect.Of(4, 0)},
	structFeatures:      {name: "'features' of a struct", since: dialect.Of(4, 1)},
	docFeatures:         {name: "a 'Features:' section", since: dialect.Of(4, 1)},
	commandFeatures:     {name: "'features' of a command", since: dialect.Of(4, 2)},
	features:            {name: "'features' of a member or of another definition", since: dialect.Of(5, 0)},
	coroutineKey:        {name: "'coroutine'", since: dialect.Of(5, 2)},
	exceptionsPragma:    {name: "an exceptions pragma", since: dialect.Of(6, 0)},
	nameCondition:       {name: "'if' with the name of a macro", since: dialect.Of(6, 2)},
	objectCondition:     {name: "'if' with an object", since: dialect.Of(6, 2)},
	valueFeatures:       {name: "'features' of an enum value", since: dialect.Of(6, 2)},
	docErrors:           {name: "an 'Errors:' section", since: dialect.Of(9, 0)},
	docExceptionsPragma: {name: "the pragma 'documentation-exceptions'", since: dialect.Of(9, 0)},
	qmpExample:          {name: "the directive '.. qmp-example::'", since: dialect.Of(9, 1)},
}

// keyConstruct returns the construct of a definition's key.
func keyConstruct(key string) (construct, bool) {
	switch key {
	case "alternate":
		return alternateKey, true
	case "prefix":
		return prefixKey, true
	case "boxed":
		return boxedKey, true
	case "allow-oob":
		return allowOOBKey, true
	case "allow-preconfig":
		return allowPreconfigKey, true
	case "coroutine":
		return coroutineKey, true
	}
	return 0, false
}

// typeConstruct returns the construct of a type name.
func typeConstruct(name string) (construct, bool) {
	switch name {
	case "visitor":
		return visitorType, true
	case "**":
		return twoStars, true
	case "any":
		return anyType, true
	case "QType":
		return qType, true
	case "null":
		return nullType, true
	}
	return 0, false
}

// accepts reports whether release r accepts the construct.
func (e *constructInfo) accepts(r dialect.Release) bool {
	return e.since <= r && (e.until == 0 || r <= e.until)
}
