package resolver

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/ir"
)

// A docUse records which sections of a definition's documentation have been matched to what
// they document.
type docUse struct {
	def      ast.Def
	src      *ast.Doc
	room     []section // backs the lists of members and features
	members  sections
	features sections

	// Names that the definition has, for hints.
	memberNames, featureNames []string

	// Names whose missing documentation was reported; nil if none.
	missingMembers, missingFeatures *missingDocs
}

// A missingDocs lists names without documentation and the errors that report them.
type missingDocs struct {
	names []string
	errs  map[string]*diag.Diagnostic
}

// add adds a name and returns l, or a new list if l is nil.
func (l *missingDocs) add(name string, d *diag.Diagnostic) *missingDocs {
	if l == nil {
		l = &missingDocs{errs: make(map[string]*diag.Diagnostic)}
	}
	if l.errs[name] == nil {
		l.names = append(l.names, name)
		l.errs[name] = d
	}
	return l
}

// count returns the number of names. The receiver may be nil.
func (l *missingDocs) count() int {
	if l == nil {
		return 0
	}
	return len(l.names)
}

// misspelt reports whether name, which is documented but does not exist, is close to one that
// lacks documentation. If so, it adds a note to that error and removes it from the list, so
// that a misspelt name is one error.
func (l *missingDocs) misspelt(name ast.Str) bool {
	if l == nil {
		return false
	}
	near := diag.Nearest(name.Value, l.names)
	if near == "" {
		return false
	}
	l.errs[near].Note(name.Pos(), name.End(), "'%s' is documented here: did you mean '%s'?", name.Value, near)
	l.names = slices.DeleteFunc(l.names, func(n string) bool { return n == near })
	return true
}

type section struct {
	written *ast.DocSection
	section *ir.Section // nil if documentation is left out of the schema
	used    bool
}

// sections holds the sections of one kind, one for each name. Most comments have few, and for
// these a map does not pay.
type sections struct {
	list   []section
	byName map[string]*section // filled if there are more than a few
}

// fewSections is the number of sections up to which get searches linearly.
const fewSections = 8

// get returns the section of that name, or nil.
func (s *sections) get(name string) *section {
	if len(s.list) > fewSections {
		return s.byName[name]
	}
	for i := range s.list {
		if s.list[i].written.Name.Value == name {
			return &s.list[i]
		}
	}
	return nil
}

// allUsed reports whether each section has been matched.
func (s *sections) allUsed() bool {
	return !slices.ContainsFunc(s.list, func(one section) bool { return !one.used })
}

// add adds a section, unless there is one of that name. The list must have room for it.
func (s *sections) add(one section) {
	name := one.written.Name.Value
	if s.get(name) != nil {
		return
	}
	s.list = append(s.list, one)
	switch n := len(s.list); {
	case n == fewSections+1:
		s.byName = emptied(s.byName, cap(s.list))
		for i := range s.list {
			s.byName[s.list[i].written.Name.Value] = &s.list[i]
		}
	case n > fewSections:
		s.byName[name] = &s.list[n-1]
	}
}

// useDoc returns the sections of a definition's documentation, of which doc is the converted
// form, nil if that is left out. The first of several sections with the same name wins.
func (r *resolver) useDoc(def ast.Def, doc *ir.Doc) *docUse {
	src := def.Head().Doc
	u := r.spare
	r.spare = nil
	if u == nil {
		u = new(docUse)
	}
	*u = docUse{def: def, src: src, room: u.room[:0], memberNames: u.memberNames[:0], featureNames: u.featureNames[:0],
		members: sections{byName: u.members.byName}, features: sections{byName: u.features.byName}}
	members, features := 0, 0
	for _, s := range src.Sections {
		switch s.Kind {
		case ast.DocMember:
			members++
		case ast.DocFeature:
			features++
		}
	}
	u.room = slices.Grow(u.room, members+features)
	room := u.room[:members+features]
	u.members.list, u.features.list = room[:0:members], room[members:members]
	for i, s := range src.Sections {
		one := section{written: s}
		if doc != nil {
			one.section = doc.Sections[i]
		}
		switch s.Kind {
		case ast.DocMember:
			u.members.add(one)
		case ast.DocFeature:
			u.features.add(one)
		}
	}
	return u
}

// convertDoc converts a documentation comment. It returns nil for nil, and if
// documentation is left out of the schema.
func (r *resolver) convertDoc(src *ast.Doc) *ir.Doc {
	if src == nil || r.root.NoDocs {
		return nil
	}
	doc := &ir.Doc{Pos: src.Pos(), Symbol: src.Symbol.Value}
	sections := make([]ir.Section, len(src.Sections))
	doc.Sections = make([]*ir.Section, len(src.Sections))
	for i, s := range src.Sections {
		section := &sections[i]
		*section = ir.Section{Kind: ir.SectionKind(s.Kind), Pos: s.Pos()}
		section.Text, section.Lines = trimBlankLines(s.Text, s.Lines)
		if s.Kind == ast.DocMember || s.Kind == ast.DocFeature {
			section.Name = s.Name.Value
		}
		doc.Sections[i] = section
	}
	return doc
}

// trimBlankLines removes leading and trailing blank lines and trailing white space. It keeps
// the indentation of the first line.
func trimBlankLines(text string, lines []token.Pos) (string, []token.Pos) {
	if trimmed := strings.TrimRight(text, " \t\n"); len(trimmed) < len(text) {
		text = trimmed
		lines = lines[:min(len(lines), strings.Count(text, "\n")+1)]
	}
	for text != "" && (text[0] <= ' ' || text[0] >= utf8.RuneSelf) { // the first line may be blank
		line, rest, more := strings.Cut(text, "\n")
		if !more || strings.TrimSpace(line) != "" {
			break
		}
		text, lines = rest, lines[1:]
	}
	return text, lines
}

// connectDocs matches the documentation of a definition with its features and its members,
// arguments, values or branches. Only those in its own text count, not those of a named base or
// argument type.
func (r *resolver) connectDocs(e *entity) {
	if !e.documented {
		return
	}
	u := r.useDoc(e.src, e.def.Head().Doc)
	c := connector{r: r, src: e.src, use: u, required: !r.releases.Before(9, 0) && !r.excepted(r.undocumented, e.src)}
	c.features(e.def.Head().Features)
	switch def := e.def.(type) {
	case *ir.Enum:
		for _, v := range def.Values {
			v.Doc = c.member("value", v.Name, quoted(v.Pos, v.Name))
			c.features(v.Features)
		}
	case *ir.Struct:
		c.members(def)
	case *ir.Union:
		c.union(def)
	case *ir.Alternate:
		for _, b := range def.Branches {
			b.Doc = c.member("branch", b.Name, quoted(b.Pos, b.Name))
		}
	case *ir.Command:
		c.arguments(def.Arg)
	case *ir.Event:
		c.arguments(def.Arg)
	}
	if u.members.allUsed() && u.features.allUsed() {
		r.spare = u // strayDocs does not need it
	} else {
		r.docs = append(r.docs, u)
	}
}

// A connector matches the documentation of one definition.
type connector struct {
	r        *resolver
	src      ast.Def
	use      *docUse
	required bool // every member must be documented
}

func (c *connector) features(features []ir.Feature) {
	for _, f := range features {
		c.use.featureNames = append(c.use.featureNames, f.Name)
		if s := c.use.features.get(f.Name); s != nil {
			s.used = true
			continue
		}
		// QEMU 4.1, which had features of structs only, did not check.
		if _, isStruct := c.src.(*ast.Struct); isStruct && c.r.releases.Before(4, 2) || c.r.releases.Before(2, 9) {
			continue
		}
		c.use.missingFeatures = c.use.missingFeatures.add(f.Name,
			c.r.errorf(c.src, quoted(f.Pos, f.Name), codeUndocumented, "feature '%s' lacks documentation", f.Name))
	}
}

func (c *connector) members(s *ir.Struct) {
	written := c.r.entity(s).members
	for i, m := range s.Members {
		m.Doc = c.member("member", m.Name, written[i].Name.Span)
		c.features(m.Features)
	}
}

// union matches the members of an inline base. In a simple union the branches and the implicit
// discriminator may be documented.
func (c *connector) union(u *ir.Union) {
	if u.Simple {
		if s := c.use.members.get(u.Discriminator.Name); s != nil {
			s.used = true
			u.Discriminator.Doc = s.section
		}
		for _, b := range u.Branches {
			if s := c.use.members.get(b.Name); s != nil {
				s.used = true
				b.Doc = s.section
			}
		}
		return
	}
	if u.Base != nil && u.Base.Implicit {
		c.members(u.Base)
	}
}

func (c *connector) arguments(arg ir.Type) {
	if s, ok := arg.(*ir.Struct); ok && s.Implicit {
		c.members(s)
	}
}

func (c *connector) member(role, name string, at ast.Span) *ir.Section {
	c.use.memberNames = append(c.use.memberNames, name)
	if s := c.use.members.get(name); s != nil {
		s.used = true
		return s.section
	}
	if c.required {
		c.use.missingMembers = c.use.missingMembers.add(name,
			c.r.errorf(c.src, at, codeUndocumented, "%s '%s' lacks documentation", role, name))
	}
	return nil
}

// strayDocs reports sections that document nothing.
func (r *resolver) strayDocs() {
	if r.releases.Before(2, 9) {
		return // nothing checked it
	}
	for _, u := range r.docs {
		if u.def.Head().Incomplete || r.releases.Before(4, 2) && !formerlyChecked(u.def) {
			continue
		}
		r.strayIn(u, "member", ast.DocMember, &u.members, u.memberNames, u.missingMembers)
		r.strayIn(u, "feature", ast.DocFeature, &u.features, u.featureNames, u.missingFeatures)
	}
}

// formerlyChecked reports whether compilers before QEMU 4.2 checked the documentation of a
// definition. They did not for enums, and for commands and events without inline arguments.
func formerlyChecked(def ast.Def) bool {
	switch def := def.(type) {
	case *ast.Enum:
		return false
	case *ast.Command:
		return def.Data != nil && len(def.Data.Members) > 0
	case *ast.Event:
		return def.Data != nil && len(def.Data.Members) > 0
	}
	return true
}

// strayIn reports the sections of one kind. QEMU's compiler reports them in one error.
func (r *resolver) strayIn(u *docUse, what string, kind ast.DocKind, found *sections, names []string, missing *missingDocs) {
	var first *diag.Diagnostic
	var stray []string
	for _, s := range u.src.Sections {
		if s.Kind != kind {
			continue
		}
		if of := found.get(s.Name.Value); of.used || of.written != s ||
			r.guess(missing.count()) && missing.misspelt(s.Name) {
			continue
		}
		d := r.errs.Errorf(diag.StageSchema, s.Name.Pos(), s.Name.End(), codeStrayDoc,
			"documented %s '%s' does not exist", what, s.Name.Value)
		if r.guess(len(names)) {
			d.Hint(diag.DidYouMean(s.Name.Value, names))
		}
		if first == nil {
			first = d
		}
		stray = append(stray, s.Name.Value)
	}
	if len(stray) > 1 {
		first.Upstream = &diag.Upstream{Msg: "documented " + what + "s '" + strings.Join(stray, "', '") + "' do not exist"}
	}
}

// tooManyNames reports the first feature name above the limit.
func (r *resolver) tooManyNames() {
	if r.surplus != nil && !r.releases.Before(10, 0) {
		r.errorf(r.surplusIn, r.surplus, codeTooManyFeatures, "more than %d different features", maxFeatures).
			Upstream = &diag.Upstream{Msg: fmt.Sprintf("Maximum of %d schema features is permitted", maxFeatures)}
	}
}
