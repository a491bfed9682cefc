package parser

import (
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/dialect"
)

// signs are what tells in which dialect a schema is written. Each bounds the
// releases that can have it.
type signs struct {
	since  dialect.Release   // the newest of the releases that brought something used
	until  []dialect.Release // the last releases of what newer ones refuse
	doubts []dialect.Release // the same of what may be a mistake as well
	newest dialect.Release   // the newest release that a "Since:" tells of

	pragma  bool             // there are pragmas: 2.9 and newer
	listed  bool             // a command returns what only lists inside of the compiler allowed
	unions  []*node          // with a named base and a discriminator, and the structs by name:
	structs map[string]*node // is the discriminator a string?
}

// detect finds out the dialect of a schema: the newest that accepts everything
// in it that is no mistake in all dialects.
//
// What a newer dialect dropped counts as a mistake, not as a sign, if something
// newer is used as well. The same goes for what people easily get wrong, such as
// the case of names, unless something else tells of an old dialect. Among those
// that are left, the newest release that the documentation tells of is chosen.
//
// Rules on the layout of documentation are beyond that: schemas of other releases,
// or not QEMU's, break them in passing. layout tells whether they hold: in the
// current dialect, unless the documentation tells of older releases only.
func detect(root *unit) (release dialect.Release, layout bool) {
	s := signs{structs: make(map[string]*node)}
	release = s.detect(root)
	return release, release == dialect.Current && (s.newest == 0 || s.newest == dialect.Current)
}

func (s *signs) detect(root *unit) dialect.Release {
	s.unit(root)
	if s.listed && !s.pragma {
		s.until = append(s.until, dialect.Of(2, 8))
	}
	for _, u := range s.unions {
		if s.stringTag(u) {
			s.until = append(s.until, dialect.Of(1, 7))
		}
	}
	last, found := s.last(s.until, dialect.Current)
	if !found {
		return dialect.Current
	}
	last, _ = s.last(s.doubts, last)
	if s.newest != 0 && s.since <= s.newest && s.newest < last {
		return s.newest
	}
	return last
}

// last returns the oldest of releases and r, leaving out those that are older
// than what the schema uses, and whether there is one in releases.
func (s *signs) last(releases []dialect.Release, r dialect.Release) (dialect.Release, bool) {
	found := false
	for _, until := range releases {
		if until >= s.since {
			r = min(r, until)
			found = true
		}
	}
	return r, found
}

// uses notes something that came with a release.
func (s *signs) uses(major, minor int) { s.since = max(s.since, dialect.Of(major, minor)) }

// gone notes something that the release was the last to accept.
func (s *signs) gone(major, minor int) { add(&s.until, dialect.Of(major, minor)) }

// doubt notes something that the release was the last to accept, but that may
// be a mistake.
func (s *signs) doubt(major, minor int) { add(&s.doubts, dialect.Of(major, minor)) }

func add(list *[]dialect.Release, r dialect.Release) {
	if !slices.Contains(*list, r) {
		*list = append(*list, r)
	}
}

// unit looks for signs in a file and those it includes.
func (s *signs) unit(u *unit) {
	for i := range u.items {
		it := &u.items[i]
		if it.doc != "" {
			s.doc(it.doc)
		}
		if it.loose {
			s.gone(1, 5)
		}
		if it.obj != nil {
			s.object(it.obj)
		}
		if it.incl != nil {
			s.unit(it.incl)
		}
	}
}

// doc looks for signs in a comment.
func (s *signs) doc(text string) {
	if strings.Contains(text, "#optional") {
		s.gone(2, 9)
		s.listed = true // 2.8, if there is no pragma
	}
	for line := range strings.Lines(text) {
		line, ok := strings.CutPrefix(strings.TrimLeft(line, " \t"), "# ")
		if !ok || line == "" {
			continue
		}
		switch line[0] {
		case 'E', 'N', 'F', 'S':
			s.tag(line)
		case '|':
			s.gone(5, 1) // an example
		case '.':
			if strings.HasPrefix(line, ".. qmp-example::") {
				s.uses(9, 1)
			}
		}
	}
}

// tag looks for signs in a line that may have a tag.
func (s *signs) tag(line string) {
	tag, rest, ok := strings.Cut(line, ":")
	if !ok || strings.HasPrefix(rest, ":") {
		return
	}
	switch tag {
	case "Errors":
		s.uses(9, 0)
	case "Features":
		s.uses(4, 1)
	case "Note", "Notes", "Example", "Examples":
		s.gone(9, 0) // with what only 9.0 has
		s.gone(8, 2)
	case "Since":
		if r, err := dialect.Parse(strings.TrimSpace(rest)); err == nil {
			s.newest = max(s.newest, r)
		}
	}
}

// object looks for signs in what stands at the top level.
func (s *signs) object(n *node) {
	for _, m := range n.members {
		switch m.key.Value {
		case "pragma":
			s.pragmas(m.value)
			return
		case "include":
			s.uses(2, 1)
			return
		}
	}
	for _, m := range n.members {
		name := m.value
		switch m.key.Value {
		case "type":
			if len(n.members) > 1 && name.is(kindString) && n.get("data").is(kindObject) && !isDefinition(n) {
				s.gone(2, 3)
				s.structs[name.text] = n
			}
		case "struct":
			s.uses(2, 4)
			s.name(name, isCamel)
		case "enum":
			s.name(name, isCamel)
		case "alternate":
			s.uses(2, 4)
		case "event":
			s.uses(2, 1)
			s.name(name, isEventStem)
		case "command":
			s.name(name, isLowerStem)
			s.command(n, name)
		case "union":
			s.union(n)
		case "base":
			s.members(m.value)
		case "data", "returns":
			s.data(n, m.value)
		case "if":
			s.cond(m.value)
		case "features":
			switch {
			case n.get("struct") != nil:
				s.uses(4, 1)
			case n.get("command") != nil:
				s.uses(4, 2)
			default:
				s.uses(5, 0)
			}
			s.conds(m.value)
		case "prefix":
			s.uses(2, 5)
		case "boxed":
			s.uses(2, 7)
		case "allow-oob":
			s.uses(2, 12)
		case "allow-preconfig":
			s.uses(3, 0)
		case "coroutine":
			s.uses(5, 2)
		case "gen", "success-response":
			if m.value.is(kindString) && m.value.text == "no" {
				s.gone(2, 3)
			}
		}
	}
}

// isDefinition tells whether an object has the key of a definition.
func isDefinition(n *node) bool {
	return slices.ContainsFunc(n.members, func(m member) bool { return slices.Contains(definitionKeys, m.key.Value) })
}

// name notes a name that the rules of QEMU 6.0 do not allow.
func (s *signs) name(n *node, allowed func(stem string) bool) {
	if !n.is(kindString) {
		return
	}
	if stem, ok := nameStem(n.text, dialect.Current); ok && !allowed(stem) {
		s.doubt(5, 2)
	}
}

func isEventStem(stem string) bool { return !strings.ContainsAny(stem, lowers+"-") }

func isLowerStem(stem string) bool { return !strings.ContainsAny(stem, uppers+"_") }

// command notes a command that returns no object.
func (s *signs) command(n, name *node) {
	if returns := n.get("returns"); returns.is(kindString) && formerReturns[name.text] && scalarTypes[returns.text] {
		s.listed = true
	}
}

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
}

var scalarTypes = map[string]bool{"int": true, "str": true, "any": true}

// union looks for signs in the shape of a union.
func (s *signs) union(n *node) {
	tag, base := n.get("discriminator"), n.get("base")
	switch {
	case tag.is(kindObject) && len(tag.members) == 0:
		s.gone(2, 3)
	case tag == nil && base == nil:
		s.doubt(6, 1)
	case tag == nil:
		s.doubt(2, 3)
	case tag.is(kindString) && base.is(kindString):
		s.unions = append(s.unions, n)
	}
}

// stringTag tells whether the discriminator of a union is a string.
func (s *signs) stringTag(union *node) bool {
	base := s.structs[union.get("base").text]
	if base == nil {
		return false
	}
	tag := base.get("data").get(union.get("discriminator").text)
	return tag.is(kindString) && tag.text == "str"
}

// data looks for signs in the 'data' or 'returns' of a definition.
func (s *signs) data(def, n *node) {
	switch {
	case n.is(kindObject):
		s.members(n)
	case n.is(kindString):
		s.typeName(n)
	case n.is(kindArray) && def.get("enum") == nil:
		s.elements(n)
	case n.is(kindArray) && def.get("enum") != nil:
		for _, v := range n.values {
			if v.is(kindObject) {
				s.uses(4, 0)
				s.conds(v)
				if v.get("features") != nil {
					s.uses(6, 2)
				}
			}
		}
	}
}

// members looks for signs in an object of members or branches.
func (s *signs) members(n *node) {
	if !n.is(kindObject) {
		return
	}
	for _, m := range n.members {
		switch v := m.value; v.kind {
		case kindString:
			s.typeName(v)
		case kindArray:
			s.elements(v)
		case kindObject:
			if v.get("type") == nil {
				s.doubt(2, 3)
				s.members(v)
				continue
			}
			if isLongForm(v) {
				s.uses(4, 0)
			}
			if typ := v.get("type"); typ.is(kindString) {
				s.typeName(typ)
			} else if typ.is(kindArray) {
				s.elements(typ)
			}
			if v.get("features") != nil {
				s.uses(5, 0)
			}
			s.conds(v)
		}
	}
}

// isLongForm tells whether an object stands for a type, not for a nested struct.
func isLongForm(n *node) bool {
	return n.get("type") != nil && !slices.ContainsFunc(n.members, func(m member) bool {
		return !slices.Contains([]string{"type", "if", "features"}, m.key.Value)
	})
}

// elements looks for signs in an array of types.
func (s *signs) elements(n *node) {
	for _, v := range n.values {
		if v.is(kindString) {
			s.typeName(v)
		}
	}
}

func (s *signs) typeName(n *node) {
	switch n.text {
	case "visitor":
		s.gone(2, 3)
	case "**":
		s.gone(2, 4)
	case "any":
		s.uses(2, 5)
	case "QType":
		s.uses(2, 6)
	case "null":
		s.uses(2, 10)
	}
}

// conds looks for signs in the conditions of a member, value or feature, or of
// a list of them.
func (s *signs) conds(n *node) {
	for _, v := range n.values {
		s.conds(v)
	}
	for _, m := range n.members {
		switch m.key.Value {
		case "if":
			s.cond(m.value)
		case "features":
			s.conds(m.value)
		}
	}
}

func (s *signs) cond(n *node) {
	switch n.kind {
	case kindObject:
		s.uses(6, 2)
	case kindArray:
		s.uses(3, 0)
		s.doubt(6, 1)
	case kindString:
		s.uses(3, 0)
		if strings.Contains(n.text, "defined(") {
			s.gone(6, 1)
		}
	}
}

// pragmas looks for signs in a pragma directive.
func (s *signs) pragmas(n *node) {
	s.uses(2, 9)
	s.pragma = true
	for _, m := range n.members {
		switch m.key.Value {
		case "documentation-exceptions":
			s.uses(9, 0)
		case "command-name-exceptions", "command-returns-exceptions", "member-name-exceptions":
			s.uses(6, 0)
		case "returns-whitelist", "name-case-whitelist":
			s.gone(5, 2)
		}
	}
}
