package parser

import (
	"go/token"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/dialect"
)

// An Evidence is a construct in a schema that only some releases accept.
type Evidence struct {
	Construct string          // what it is, such as "'if' with C text"
	Since     dialect.Release // the first release that accepts it, 0 if all old ones do
	Until     dialect.Release // the last one, 0 if all new ones do
	Mistake   bool            // it may as well be a mistake in a schema of another release
	Count     int             // number of places
	Pos       token.Pos       // the first place
}

// A construct indexes the constructs that tell the age of a schema.
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
	constructs // their number
)

// constructTable describes the constructs. What a release dropped comes first.
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

// keyConstructs are the keys of definitions that tell an age by themselves.
var keyConstructs = map[string]construct{
	"alternate":       alternateKey,
	"prefix":          prefixKey,
	"boxed":           boxedKey,
	"allow-oob":       allowOOBKey,
	"allow-preconfig": allowPreconfigKey,
	"coroutine":       coroutineKey,
}

// typeConstructs are the names of types that do.
var typeConstructs = map[string]construct{
	"visitor": visitorType,
	"**":      twoStars,
	"any":     anyType,
	"QType":   qType,
	"null":    nullType,
}

// accepts reports whether release r accepts the construct.
func (e *Evidence) accepts(r dialect.Release) bool {
	return e.Since <= r && (e.Until == 0 || r <= e.Until)
}

// An evidence collects the constructs of a schema that tell its age.
type evidence struct {
	found [constructs]struct {
		count int
		pos   token.Pos
	}
	newest  dialect.Release  // the newest release that a "Since:" names, 0 if none does
	dated   token.Pos        // where it does
	unions  []*node          // with a named base and a discriminator, and the structs by name:
	structs map[string]*node // is the discriminator a string?
}

// collect collects what a file and those it includes hold.
func collect(root *unit) *evidence {
	e := &evidence{structs: make(map[string]*node)}
	e.unit(root)
	if e.has(pragmaDirective) {
		e.found[formerReturn].count = 0 // the pragma may allow it
	}
	if e.newest >= dialect.Of(9, 0) || e.has(docErrors) || e.has(docExceptionsPragma) || e.has(qmpExample) {
		e.found[noteLine].count = 0 // it is text
	}
	if e.has(optionalWord) && !e.has(pragmaDirective) {
		e.use(optionalWithoutPragma, e.found[optionalWord].pos)
	}
	for _, u := range e.unions {
		if tag := e.stringTag(u); tag != nil {
			e.use(stringDiscriminator, tag.From)
		}
	}
	return e
}

func (e *evidence) use(c construct, pos token.Pos) {
	f := &e.found[c]
	if f.count++; f.count == 1 {
		f.pos = pos
	}
}

func (e *evidence) has(c construct) bool { return e.found[c].count > 0 }

// list returns the constructs that were found, oldest first.
func (e *evidence) list() []Evidence {
	var list []Evidence
	for c, f := range e.found {
		if f.count > 0 {
			item := constructTable[c]
			item.Count, item.Pos = f.count, f.pos
			if f.count > 1 && (construct(c) == simpleUnion || construct(c) == conditionalArgument) {
				item.Mistake = false // nobody makes that one twice
			}
			list = append(list, item)
		}
	}
	return list
}

func (e *evidence) unit(u *unit) {
	for i := range u.items {
		it := &u.items[i]
		if it.doc != "" {
			e.doc(it.doc, u.file.Pos(it.at))
		}
		if it.obj != nil {
			if it.loose {
				e.use(looseCommas, it.obj.From)
			}
			e.object(it.obj)
		}
		if it.incl != nil {
			e.unit(it.incl)
		}
	}
}

// doc looks at a comment, which starts at from.
func (e *evidence) doc(text string, from token.Pos) {
	definition, blank := false, true // the comment is of a definition; the last line is blank
	optional := false                // it has the word "#optional"
	for pos := 0; pos < len(text); {
		length := lineLength(text[pos:])
		line := text[pos : pos+length]
		at := from + token.Pos(pos)
		if !optional && mayHoldOptional(line) {
			if i := strings.Index(line, "#optional"); i >= 0 {
				optional = true
				e.use(optionalWord, at+token.Pos(i))
			}
		}
		pos += length + 1
		if len(line) > 2 && line[0] == '#' && line[1] == ' ' && line[2] >= 'a' { // most lines
			blank = false
			if line[2] != '|' {
				continue
			}
		}
		line, ok := strings.CutPrefix(strings.TrimLeft(line, " \t"), "# ")
		if !ok || line == "" {
			blank = true
			continue
		}
		after := blank
		blank = false
		switch line[0] {
		case '@':
			definition = true
		case 'E', 'N', 'F', 'S':
			if definition {
				e.tag(line, at, after)
			}
		case '|':
			e.use(exampleLine, at)
		case '.':
			if strings.HasPrefix(line, ".. qmp-example::") {
				e.use(qmpExample, at)
			}
		}
	}
}

// mayHoldOptional reports whether a line may hold "#optional": nearly all lines have
// a '#' only where they start, with a space after it.
func mayHoldOptional(line string) bool {
	return len(line) > 1 && (line[1] == 'o' || strings.IndexByte(line[1:], '#') >= 0)
}

// tag looks at a line that may have a tag, perhaps after a blank line: from QEMU
// 9.0 on, in the midst of a paragraph it would be text.
func (e *evidence) tag(line string, at token.Pos, afterBlank bool) {
	tag, rest, ok := strings.Cut(line, ":")
	if !ok || strings.HasPrefix(rest, ":") {
		return
	}
	switch tag {
	case "Errors":
		e.use(docErrors, at)
	case "Features":
		e.use(docFeatures, at)
	case "Note", "Notes", "Example", "Examples":
		if afterBlank {
			e.use(noteSection, at)
		} else {
			e.use(noteLine, at)
		}
	case "Since":
		if r, err := dialect.Parse(strings.TrimSpace(rest)); err == nil && r > e.newest {
			e.newest, e.dated = r, at
		}
	}
}

// object looks at what stands at the top level.
func (e *evidence) object(n *node) {
	for _, m := range n.members {
		switch m.key.Value {
		case "pragma":
			e.pragmas(m)
			return
		case "include":
			e.use(includeDirective, m.key.From)
			return
		}
	}
	for _, m := range n.members {
		key, value := m.key, m.value
		switch key.Value {
		case "type":
			if len(n.members) > 1 && value.is(kindString) && n.get("data").is(kindObject) && !isDefinition(n) {
				e.use(typeKey, key.From)
				e.structs[value.text] = n
			}
		case "struct":
			e.use(structKey, key.From)
			e.name(value, isCamel)
		case "enum":
			e.name(value, isCamel)
		case "event":
			e.use(eventKey, key.From)
			e.name(value, isEventStem)
		case "command":
			e.name(value, isLowerStem)
			if returns := n.get("returns"); returns.is(kindString) && value.is(kindString) && formerReturns[value.text] && scalarTypes[returns.text] {
				e.use(formerReturn, returns.From)
			}
		case "union":
			e.union(n, key.From)
		case "base":
			if value.is(kindObject) {
				e.use(inlineBase, value.From)
			}
			e.members(value)
		case "data", "returns":
			e.data(n, value)
		case "if":
			e.cond(value)
		case "features":
			switch {
			case n.get("struct") != nil:
				e.use(structFeatures, key.From)
			case n.get("command") != nil:
				e.use(commandFeatures, key.From)
			default:
				e.use(features, key.From)
			}
			e.conds(value)
		case "gen", "success-response":
			if value.is(kindString) && value.text == "no" {
				e.use(stringFlag, value.From)
			}
		}
		if c, ok := keyConstructs[key.Value]; ok {
			e.use(c, key.From)
		}
	}
}

// isDefinition reports whether an object has the key of a definition.
func isDefinition(n *node) bool {
	return slices.ContainsFunc(n.members, func(m member) bool { return slices.Contains(definitionKeys, m.key.Value) })
}

// name looks at a name that the rules of QEMU 6.0 may not allow.
func (e *evidence) name(n *node, allowed func(stem string) bool) {
	if !n.is(kindString) {
		return
	}
	if stem, ok := nameStem(n.text, dialect.Current); ok && !allowed(stem) {
		e.use(nameCase, n.From)
	}
}

func isEventStem(stem string) bool { return !strings.ContainsAny(stem, lowers+"-") }

func isLowerStem(stem string) bool { return !strings.ContainsAny(stem, uppers+"_") }

// formerReturns are commands that could return no object without a pragma: up
// to QEMU 2.8.
var formerReturns = map[string]bool{
	"guest-file-open":          true,
	"guest-fsfreeze-freeze":    true,
	"guest-fsfreeze-thaw":      true,
	"guest-get-time":           true,
	"guest-set-vcpus":          true,
	"guest-sync":               true,
	"guest-sync-delimited":     true,
	"human-monitor-command":    true,
	"query-migrate-cache-size": true,
	"ringbuf-read":             true,
	"user_def_cmd3":            true,
}

var scalarTypes = map[string]bool{"int": true, "str": true, "any": true}

// union looks at the shape of a union.
func (e *evidence) union(n *node, at token.Pos) {
	tag, base := n.get("discriminator"), n.get("base")
	switch {
	case tag.is(kindObject) && len(tag.members) == 0:
		if base == nil {
			e.use(emptyDiscriminator, tag.From)
		}
	case tag == nil && base == nil:
		e.use(simpleUnion, at)
	case tag == nil:
		e.use(baseOfSimpleUnion, at)
	case tag.is(kindString) && base.is(kindString):
		e.unions = append(e.unions, n)
	}
}

// stringTag returns the discriminator of a union if it is a string, else nil.
func (e *evidence) stringTag(union *node) *node {
	base := e.structs[union.get("base").text]
	if base == nil {
		return nil
	}
	tag := base.get("data").get(union.get("discriminator").text)
	if tag.is(kindString) && tag.text == "str" {
		return tag
	}
	return nil
}

// data looks at the 'data' or 'returns' of a definition.
func (e *evidence) data(def, n *node) {
	switch {
	case n.is(kindObject):
		e.members(n)
		if def.get("command") != nil || def.get("event") != nil {
			for _, m := range n.members {
				if m.value.is(kindObject) && m.value.get("type") != nil && m.value.get("if") != nil {
					e.use(conditionalArgument, m.value.From)
				}
			}
		}
		if def.get("alternate") != nil {
			e.kinds(n)
		}
	case n.is(kindString):
		e.typeName(n)
	case n.is(kindArray) && def.get("enum") == nil:
		e.elements(n)
	case n.is(kindArray):
		for _, v := range n.values {
			if v.is(kindObject) {
				e.use(longForm, v.From)
				e.conds(v)
				if v.get("features") != nil {
					e.use(valueFeatures, v.From)
				}
			}
		}
	}
}

// kinds looks at the branches of an alternate: up to QEMU 2.9 an integer could be
// told from another number, and a string from both and from a boolean.
func (e *evidence) kinds(branches *node) {
	var str, number, integer, boolean int
	for _, m := range branches.members {
		if !m.value.is(kindString) {
			continue
		}
		switch m.value.text {
		case "str":
			str = 1
		case "number":
			number = 1
		case "bool":
			boolean = 1
		case "int", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "size":
			integer = 1
		}
	}
	if number+integer > 1 || str > 0 && number+integer+boolean > 0 {
		e.use(conflictingKinds, branches.From)
	}
}

// members looks at an object of members or branches.
func (e *evidence) members(n *node) {
	if !n.is(kindObject) {
		return
	}
	for _, m := range n.members {
		switch v := m.value; v.kind {
		case kindString:
			e.typeName(v)
		case kindArray:
			e.elements(v)
		case kindObject:
			if v.get("type") == nil {
				e.use(nestedStruct, v.From)
				e.members(v)
				continue
			}
			if isLongForm(v) {
				e.use(longForm, v.From)
			}
			if typ := v.get("type"); typ.is(kindString) {
				e.typeName(typ)
			} else if typ.is(kindArray) {
				e.elements(typ)
			}
			if v.get("features") != nil {
				e.use(features, v.From)
			}
			e.conds(v)
		}
	}
}

// isLongForm reports whether an object stands for a type, not for a nested struct.
func isLongForm(n *node) bool {
	return n.get("type") != nil && !slices.ContainsFunc(n.members, func(m member) bool {
		return !slices.Contains([]string{"type", "if", "features"}, m.key.Value)
	})
}

// elements looks at an array of types.
func (e *evidence) elements(n *node) {
	for _, v := range n.values {
		if v.is(kindString) {
			e.typeName(v)
		}
	}
}

func (e *evidence) typeName(n *node) {
	if c, ok := typeConstructs[n.text]; ok {
		e.use(c, n.From)
	}
}

// conds looks at the conditions of a member, value or feature, or of a list of
// them.
func (e *evidence) conds(n *node) {
	for _, v := range n.values {
		e.conds(v)
	}
	for _, m := range n.members {
		switch m.key.Value {
		case "if":
			e.cond(m.value)
		case "features":
			e.conds(m.value)
		}
	}
}

func (e *evidence) cond(n *node) {
	e.use(ifKey, n.From)
	switch {
	case n.is(kindObject):
		e.use(objectCondition, n.From)
	case n.is(kindArray):
		e.use(conditionList, n.From)
	case n.is(kindString) && strings.Contains(n.text, "defined("):
		e.use(cCondition, n.From)
	case n.is(kindString) && isMacro(n.text):
		e.use(nameCondition, n.From)
	}
}

// pragmas looks at a pragma directive.
func (e *evidence) pragmas(directive member) {
	e.use(pragmaDirective, directive.key.From)
	for _, m := range directive.value.members {
		switch m.key.Value {
		case "documentation-exceptions":
			e.use(docExceptionsPragma, m.key.From)
		case "command-name-exceptions", "command-returns-exceptions", "member-name-exceptions":
			e.use(exceptionsPragma, m.key.From)
		case "returns-whitelist", "name-case-whitelist":
			e.use(whitelistPragma, m.key.From)
		}
	}
}
