package parser

import (
	"go/token"

	"github.com/qapi-go/qapi-go/dialect"
)

// An Evidence is a construct found in a schema that only some releases accept.
type Evidence struct {
	Construct string          // a description, such as "'if' with C text"
	Since     dialect.Release // first release that accepts it, 0 if the oldest does
	Until     dialect.Release // last release that accepts it, 0 if the newest does
	Mistake   bool            // may be a mistake rather than evidence
	Count     int             // number of occurrences
	Pos       token.Pos       // first occurrence
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
var constructTable = [constructs]Evidence{
	looseCommas:           {Construct: "a missing or trailing comma", Until: dialect.Of(1, 5)},
	stringDiscriminator:   {Construct: "a discriminator of type 'str'", Until: dialect.Of(1, 7)},
	typeKey:               {Construct: "a struct defined by 'type'", Until: dialect.Of(2, 3)},
	stringFlag:            {Construct: "the flag value 'no'", Until: dialect.Of(2, 3)},
	emptyDiscriminator:    {Construct: "the discriminator {}", Until: dialect.Of(2, 3)},
	visitorType:           {Construct: "the type 'visitor'", Until: dialect.Of(2, 3)},
	nestedStruct:          {Construct: "a nested struct without a name", Until: dialect.Of(2, 3), Mistake: true},
	baseOfSimpleUnion:     {Construct: "a base without a discriminator", Until: dialect.Of(2, 3), Mistake: true},
	twoStars:              {Construct: "the type '**'", Until: dialect.Of(2, 4)},
	formerReturn:          {Construct: "a scalar 'returns' without a pragma", Until: dialect.Of(2, 8)},
	optionalWord:          {Construct: "'#optional' in documentation", Until: dialect.Of(2, 9)},
	optionalWithoutPragma: {Construct: "'#optional' in documentation without a pragma", Until: dialect.Of(2, 8)},
	conflictingKinds:      {Construct: "an alternate of a number or boolean and another scalar", Until: dialect.Of(2, 9), Mistake: true},
	exampleLine:           {Construct: "a documentation line that starts with '|'", Until: dialect.Of(5, 1), Mistake: true},
	whitelistPragma:       {Construct: "a whitelist pragma", Until: dialect.Of(5, 2)},
	nameCase:              {Construct: "a name in the wrong case", Until: dialect.Of(5, 2), Mistake: true},
	cCondition:            {Construct: "'if' with C text", Until: dialect.Of(6, 1)},
	conditionList:         {Construct: "'if' with a list", Until: dialect.Of(6, 1), Mistake: true},
	simpleUnion:           {Construct: "a simple union", Until: dialect.Of(6, 1), Mistake: true},
	conditionalArgument:   {Construct: "a conditional argument without 'boxed'", Until: dialect.Of(8, 0), Mistake: true},
	noteLine:              {Construct: "a line of a paragraph that starts with 'Note:' or 'Example:'", Until: dialect.Of(8, 2)},
	noteSection:           {Construct: "a 'Note:' or 'Example:' section", Until: dialect.Of(9, 0)},

	includeDirective:    {Construct: "'include'", Since: dialect.Of(2, 1)},
	eventKey:            {Construct: "'event'", Since: dialect.Of(2, 1)},
	structKey:           {Construct: "'struct'", Since: dialect.Of(2, 4)},
	alternateKey:        {Construct: "'alternate'", Since: dialect.Of(2, 4)},
	anyType:             {Construct: "the type 'any'", Since: dialect.Of(2, 5)},
	prefixKey:           {Construct: "'prefix'", Since: dialect.Of(2, 5)},
	inlineBase:          {Construct: "an inline 'base'", Since: dialect.Of(2, 6)},
	qType:               {Construct: "the type 'QType'", Since: dialect.Of(2, 6)},
	boxedKey:            {Construct: "'boxed'", Since: dialect.Of(2, 7)},
	pragmaDirective:     {Construct: "'pragma'", Since: dialect.Of(2, 9)},
	nullType:            {Construct: "the type 'null'", Since: dialect.Of(2, 10)},
	allowOOBKey:         {Construct: "'allow-oob'", Since: dialect.Of(2, 12)},
	ifKey:               {Construct: "'if'", Since: dialect.Of(3, 0)},
	allowPreconfigKey:   {Construct: "'allow-preconfig'", Since: dialect.Of(3, 0)},
	longForm:            {Construct: "the long form of a member or value", Since: dialect.Of(4, 0)},
	structFeatures:      {Construct: "'features' of a struct", Since: dialect.Of(4, 1)},
	docFeatures:         {Construct: "a 'Features:' section", Since: dialect.Of(4, 1)},
	commandFeatures:     {Construct: "'features' of a command", Since: dialect.Of(4, 2)},
	features:            {Construct: "'features' of a member or of another definition", Since: dialect.Of(5, 0)},
	coroutineKey:        {Construct: "'coroutine'", Since: dialect.Of(5, 2)},
	exceptionsPragma:    {Construct: "an exceptions pragma", Since: dialect.Of(6, 0)},
	nameCondition:       {Construct: "'if' with the name of a macro", Since: dialect.Of(6, 2)},
	objectCondition:     {Construct: "'if' with an object", Since: dialect.Of(6, 2)},
	valueFeatures:       {Construct: "'features' of an enum value", Since: dialect.Of(6, 2)},
	docErrors:           {Construct: "an 'Errors:' section", Since: dialect.Of(9, 0)},
	docExceptionsPragma: {Construct: "the pragma 'documentation-exceptions'", Since: dialect.Of(9, 0)},
	qmpExample:          {Construct: "the directive '.. qmp-example::'", Since: dialect.Of(9, 1)},
}

// keyConstruct returns the construct that a key of a definition is.
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

// typeConstruct returns the construct that the name of a type is.
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
func (e *Evidence) accepts(r dialect.Release) bool {
	return e.Since <= r && (e.Until == 0 || r <= e.Until)
}
