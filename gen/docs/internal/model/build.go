package model

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/qapi-go/qapi-go/internal/example"
	"github.com/qapi-go/qapi-go/internal/prose"
	"github.com/qapi-go/qapi-go/ir"
)

// Options configure a [Reference]. The zero value is usable.
type Options struct {
	Name    string // of the schema; if empty, that of the root module
	Title   string // as [Reference.Title]; if empty, it is derived from the schema
	Exact   bool   // the release is not added to Title
	Release string // as [Reference.Release]

	// Outline leaves out all text, examples, and what is derived from them. Modules,
	// definitions and members remain.
	Outline bool
}

// New builds the reference of a schema.
func New(s *ir.Schema, o Options) *Reference {
	r := &Reference{
		Schema: s, Name: cmp.Or(o.Name, s.Root.Name), Release: o.Release,
		byName: make(map[string]*Definition), byMember: make(map[any]*Member),
	}
	b := builder{Reference: r, outline: o.Outline, slugs: make(map[string]slugs), maker: example.NewMaker(s)}
	for _, m := range s.Modules {
		b.module(m)
	}
	b.order()
	b.members()
	b.presence()
	if o.Outline {
		return r
	}
	for _, d := range r.Definitions {
		b.document(d)
		b.examples(d)
	}
	for _, m := range r.Modules {
		m.Title = title(m)
	}
	r.Title, r.exact = cmp.Or(o.Title, b.title()), o.Exact
	b.uses()
	b.reach()
	b.instead()
	b.mentions()
	return r
}

// A builder builds a [Reference].
type builder struct {
	*Reference
	outline bool
	slugs   map[string]slugs // by folder
	maker   *example.Maker
}

// slug returns the name of a page in a folder: the first of names that is free, or else one
// derived from the last.
func (b *builder) slug(folder string, names ...string) string {
	if b.slugs[folder] == nil {
		b.slugs[folder] = make(slugs)
	}
	for _, name := range names {
		if b.slugs[folder].free(name) {
			return b.slugs[folder].take(name)
		}
	}
	return b.slugs[folder].take(names[len(names)-1])
}

// module adds a module and its definitions.
func (b *builder) module(m *ir.Module) {
	mod := &Module{Name: m.Name, Slug: b.slug(ModuleFolder, moduleName(m.Name), modulePath(m.Name))}
	b.Modules = append(b.Modules, mod)
	for _, item := range m.Items {
		switch item := item.(type) {
		case *ir.FreeDoc:
			for _, s := range item.Doc.Sections {
				if s.Text == "" {
					continue
				}
				text := &Prose{Pos: s.Pos}
				if !b.outline {
					text.Blocks = prose.Parse(s.Text)
				}
				mod.Items = append(mod.Items, Item{Prose: text})
			}
		case ir.Def:
			mod.Items = append(mod.Items, Item{Definition: b.define(mod, item)})
		}
	}
}

// moduleName returns the name of a module's file without folder and extension, which does not
// depend on where a release has its files.
func moduleName(name string) string {
	return strings.TrimSuffix(path.Base(name), path.Ext(name))
}

// modulePath returns the path of a module without leading "../" and without extension, with
// '-' for '/'.
func modulePath(name string) string {
	name = strings.TrimLeft(path.Clean(name), "./")
	return strings.ReplaceAll(strings.TrimSuffix(name, path.Ext(name)), "/", "-")
}

// define adds a definition.
func (b *builder) define(m *Module, def ir.Def) *Definition {
	info := def.Head()
	d := &Definition{Name: info.Name, Kind: Kind(def.Kind()), Module: m, Def: def, If: info.If, File: m.Name}
	d.Line = b.line(info)
	d.Slug = b.slug(d.folder(), d.Name)
	b.Definitions = append(b.Definitions, d)
	b.byName[d.Name] = d
	return d
}

func (b *builder) line(info *ir.Info) int {
	if b.Schema.Fset == nil {
		return 0
	}
	return b.Schema.Fset.Position(info.Pos).Line
}

// order distributes the definitions to lists, sorted by name.
func (b *builder) order() {
	for _, d := range b.Definitions {
		switch d.Kind {
		case Command:
			b.Commands = append(b.Commands, d)
		case Event:
			b.Events = append(b.Events, d)
		default:
			b.Types = append(b.Types, d)
		}
	}
	for _, list := range [][]*Definition{b.Commands, b.Events, b.Types} {
		slices.SortFunc(list, byName)
	}
}

// byName compares names, first without case.
func byName(a, b *Definition) int {
	return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.Name, b.Name))
}

// title returns the first heading of a module, or its name if there is none.
func title(m *Module) string {
	for _, item := range m.Items {
		if item.Prose == nil {
			break
		}
		for _, block := range item.Prose.Blocks {
			if h, ok := block.(prose.Heading); ok {
				return PlainText(h.Inlines)
			}
		}
	}
	return moduleName(m.Name)
}

// members adds the members of all definitions.
func (b *builder) members() {
	for _, d := range b.Definitions {
		switch def := d.Def.(type) {
		case *ir.Command:
			b.argument(d, Argument, def.Arg)
		case *ir.Event:
			b.argument(d, Data, def.Arg)
		case *ir.Struct:
			b.object(d, ObjectMember, def)
		case *ir.Enum:
			for _, v := range def.Values {
				b.enter(d, v, Member{Name: v.Name, Kind: EnumValue, If: v.If, Features: v.Features, Pos: v.Pos}, v.Doc)
			}
		case *ir.Union:
			if def.Base != nil && def.Base.Implicit {
				b.object(d, ObjectMember, def.Base)
			}
			for _, br := range def.Branches {
				b.enter(d, br, Member{Name: br.Name, Kind: Branch, Type: br.Type, If: br.If, Pos: br.Pos}, br.Doc)
			}
		case *ir.Alternate:
			for _, br := range def.Branches {
				b.enter(d, br, Member{Name: br.Name, Kind: Branch, Type: br.Type, If: br.If, Pos: br.Pos}, br.Doc)
			}
		}
	}
	// Types that are not written in the schema have members, too.
	for _, t := range b.Schema.Types {
		switch t := t.(type) {
		case *ir.Struct:
			b.object(nil, ObjectMember, t)
		case *ir.Enum:
			for _, v := range t.Values {
				b.enter(nil, v, Member{Name: v.Name, Kind: EnumValue, If: v.If, Features: v.Features}, nil)
			}
		}
	}
}

// argument adds the members of arguments that are written in the definition itself.
func (b *builder) argument(d *Definition, kind MemberKind, arg ir.Type) {
	if s, ok := arg.(*ir.Struct); ok && s.Implicit {
		b.object(d, kind, s)
	}
}

// object adds the members of a struct, without those of its base.
func (b *builder) object(d *Definition, kind MemberKind, s *ir.Struct) {
	for _, m := range s.Members {
		b.enter(d, m, Member{Name: m.Name, Kind: kind, Type: m.Type, Optional: m.Optional, If: m.If, Features: m.Features, Pos: m.Pos}, m.Doc)
		if d == nil && m.Owner != nil {
			b.byMember[m].Text.In = b.byName[m.Owner.Head().Name]
		}
	}
}

// enter adds a member, unless it has been added already.
func (b *builder) enter(d *Definition, key any, m Member, doc *ir.Section) {
	if b.byMember[key] != nil {
		return
	}
	m.Owner = d
	if doc != nil && !b.outline {
		m.Text = Prose{Pos: doc.Pos, In: d, Blocks: prose.Parse(doc.Text)}
		m.Since, m.SinceCut = m.Text.cutSince()
	}
	b.byMember[key] = &m
	if d != nil {
		d.Members = append(d.Members, &m)
	}
}

// Texts of members and values in QEMU's schemas contain "(since 2.9)", usually at the end.
var (
	sinceAtEnd = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:(.*?)\s*\()?[Ss]ince:?\s+(\d+\.\d+(?:\.\d+)?)\)?\.?$`)
	})
	sinceWithin = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[(,;]\s*[Ss]ince:?\s+(\d+\.\d+(?:\.\d+)?)\)`) })
)

// cutSince returns the release of a "(since 2.9)" in the first paragraph. If that was at the
// end, cutSince removes it and reports true.
func (p *Prose) cutSince() (since string, cut bool) {
	if p.Empty() {
		return "", false
	}
	para, ok := p.Blocks[0].(prose.Paragraph)
	if !ok || len(para.Inlines) == 0 {
		return "", false
	}
	last := len(para.Inlines) - 1
	if text, ok := para.Inlines[last].(prose.Text); ok && strings.Contains(text.Text, "ince") {
		if m := sinceAtEnd().FindStringSubmatch(text.Text); m != nil {
			p.cutLast(last, m[1])
			return m[2], true
		}
	}
	for _, in := range para.Inlines {
		if text, ok := in.(prose.Text); ok && strings.Contains(text.Text, "ince") {
			if m := sinceWithin().FindStringSubmatch(text.Text); m != nil {
				return m[1], false
			}
		}
	}
	return "", false
}

// cutLast replaces the last inline of the first paragraph with text.
func (p *Prose) cutLast(last int, text string) {
	inlines := slices.Clone(p.Blocks[0].(prose.Paragraph).Inlines[:last])
	if text != "" {
		inlines = append(inlines, prose.Text{Text: text})
	}
	if len(inlines) == 0 {
		p.Blocks = p.Blocks[1:]
		return
	}
	p.Blocks[0] = prose.Paragraph{Inlines: inlines}
}
