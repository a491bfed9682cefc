package parser

import (
	"go/token"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/dialect"
)

// An evidence collects the constructs of a schema that indicate its release.
type evidence struct {
	found [constructs]struct {
		count int
		pos   token.Pos
	}
	newest dialect.Release            // newest release named by a "Since:" section, 0 if none
	dated  token.Pos                  // position of that section
	dates  map[string]dialect.Release // what texts of "Since:" sections name; 0: no release

	unions []unionTag             // discriminators of unions with a named base
	strs   map[unionTag]token.Pos // members of type 'str' of structs defined by 'type'
}

// A unionTag identifies a member of a struct that may be a discriminator.
type unionTag struct{ owner, name string }

// finish evaluates what only the whole schema shows.
func (e *evidence) finish() {
	if e.has(pragmaDirective) {
		e.found[formerReturn].count = 0 // a pragma may allow it
	}
	if e.newest >= dialect.Of(9, 0) || e.has(docErrors) || e.has(docExceptionsPragma) || e.has(qmpExample) {
		e.found[noteLine].count = 0 // plain text in these releases
	}
	if e.has(optionalWord) && !e.has(pragmaDirective) {
		e.use(optionalWithoutPragma, e.found[optionalWord].pos)
	}
	for _, tag := range e.unions {
		if pos, ok := e.strs[tag]; ok {
			e.use(stringDiscriminator, pos)
		}
	}
}

func (e *evidence) use(c construct, pos token.Pos) {
	f := &e.found[c]
	if f.count++; f.count == 1 {
		f.pos = pos
	}
}

func (e *evidence) has(c construct) bool { return e.found[c].count > 0 }

// list returns the constructs found, in the order of constructTable.
func (e *evidence) list() []occurrence {
	var list []occurrence
	for c, f := range e.found {
		if f.count > 0 {
			item := occurrence{constructInfo: constructTable[c]}
			item.count, item.pos = f.count, f.pos
			if f.count > 1 && (construct(c) == simpleUnion || construct(c) == conditionalArgument) {
				item.mistake = false // unlikely to be a mistake if repeated
			}
			list = append(list, item)
		}
	}
	return list
}

// object collects the constructs of a top-level object.
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
				e.strings(value.text, n.get("data"))
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
			if returns := n.get("returns"); returns.is(kindString) && value.is(kindString) && isFormerReturn(value.text) && isScalar(returns.text) {
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
		if c, ok := keyConstruct(key.Value); ok {
			e.use(c, key.From)
		}
	}
}

// isDefinition reports whether an object has the key of a definition.
func isDefinition(n *node) bool {
	return slices.ContainsFunc(n.members, func(m member) bool { return slices.Contains(definitionKeys, m.key.Value) })
}

// name records a name whose case QEMU 6.0 may refuse.
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

// isFormerReturn reports whether a command could return a scalar without a pragma, up to QEMU 2.8.
func isFormerReturn(command string) bool {
	switch command {
	case "guest-file-open", "guest-fsfreeze-freeze", "guest-fsfreeze-thaw", "guest-get-time",
		"guest-set-vcpus", "guest-sync", "guest-sync-delimited", "human-monitor-command",
		"query-migrate-cache-size", "ringbuf-read", "user_def_cmd3":
		return true
	}
	return false
}

func isScalar(typ string) bool { return typ == "int" || typ == "str" || typ == "any" }

// union collects the shape of a union.
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
		e.unions = append(e.unions, unionTag{base.text, tag.text})
	}
}

// strings records the members of type 'str' of a struct defined by 'type'.
func (e *evidence) strings(owner string, data *node) {
	for _, m := range data.members {
		if m.value.is(kindString) && m.value.text == "str" {
			if e.strs == nil {
				e.strs = make(map[unionTag]token.Pos)
			}
			e.strs[unionTag{owner, m.key.Value}] = m.value.From
		}
	}
}

// pragmas collects the constructs of a pragma directive.
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
