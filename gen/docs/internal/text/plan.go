package text

import (
	"github.com/qapi-go/qapi-go/internal/example"
	"github.com/qapi-go/qapi-go/internal/prose"
	"github.com/qapi-go/qapi-go/ir"
)

// An entry is all that is written about a command or event.
type entry struct {
	name       string
	what       string // "command" or "event"
	blurb      []passage
	since      string
	cond       ir.Cond
	flags      []string // sentences
	deprecated warning
	unstable   warning
	data       *value // arguments or data; nil for none
	openEnded  bool   // takes arguments that the schema does not tell
	hasReturns bool   // it is a command
	noReply    bool   // no reply on success
	returns    *value // nil: the empty object
	returnsDoc passage
	errors     []passage
	features   []feature
	notes      []passage
	examples   []sample
	appendix   []*value // types that are nested too deep to be expanded in place
}

// A warning says whether an entry is deprecated or unstable, and what the schema
// says of that, perhaps nothing.
type warning struct {
	applies bool
	texts   []passage
}

// A passage is marked-up text and the documentation comment it comes from.
type passage struct {
	doc    *ir.Doc
	blocks []prose.Block
}

// A feature is a feature with its description.
type feature struct {
	name string
	cond ir.Cond // of a feature of the definition itself
	text passage
}

// An example is an example with the comment it comes from.
type sample struct {
	doc *ir.Doc
	prose.Example
}

// A value is what a member, argument or result is on the wire.
type value struct {
	wire  string // "json-string", "json-array of json-object", …
	limit string // range of an integer, or ""
	empty bool   // it is an object without members

	// At most one of these is set, unless again: then it is expanded
	// elsewhere, at the first place of its type.
	object *object
	enum   *ir.Enum
	forms  []form

	site  *site // nil for what is expanded wherever it occurs
	again bool
}

// A site is the place in an entry where a type is expanded.
type site struct {
	name  string // of the type
	all   string // "the arguments of this command" if it is all of them
	below bool   // in the appendix of the entry
	used  bool   // another place refers to it
}

// An object is the members of an object.
type object struct {
	passage  []passage
	members  []member
	tag      string // the discriminator
	branches []branch
	features []feature
}

// A member is a member of an object.
type member struct {
	name     string
	text     passage
	value    *value
	optional bool
	cond     ir.Cond
	features []ir.Feature
}

// A branch is the members that an object has in addition when its
// discriminator has one of some values.
type branch struct {
	values []string
	cond   ir.Cond
	text   passage
	object *object // nil: none in addition
	site   *site
	again  bool
}

// A form is one of the kinds of JSON value that an alternate can be.
type form struct {
	cond  ir.Cond
	text  passage
	value *value
}

// maxDepth is the number of levels up to which members are indented below
// each other. What is deeper is expanded at the end of the entry.
const maxDepth = 10

// A planner decides for one entry where each type is expanded: at the first
// place where it occurs, or at the end of the entry if that is nested too
// deep. Other places, among them recursion, refer to it.
type planner struct {
	sites    map[ir.Type]*site
	depth    int       // of nested objects
	deferred []ir.Type // to be expanded in the appendix
}

func planCommand(c *ir.Command) *entry {
	p := &planner{sites: make(map[ir.Type]*site)}
	e := p.entry("command", c, c.Arg)
	e.hasReturns = true
	e.noReply = !c.SuccessResponse
	e.openEnded = !c.Gen && c.Arg != nil
	if c.Returns != nil {
		e.returns = p.value(c.Returns)
	}
	if c.AllowOOB {
		e.flags = append(e.flags, "May be run out of band (exec-oob).")
	}
	if c.AllowPreconfig {
		e.flags = append(e.flags, "May be run in the preconfig state, before the machine is created.")
	}
	e.appendix = p.appendix()
	return e
}

func planEvent(ev *ir.Event) *entry {
	p := &planner{sites: make(map[ir.Type]*site)}
	e := p.entry("event", ev, ev.Arg)
	e.appendix = p.appendix()
	return e
}

// entry plans what commands and events have in common.
func (p *planner) entry(what string, def ir.Def, data ir.Type) *entry {
	info := def.Head()
	e := &entry{name: info.Name, what: what, cond: info.If, since: info.Doc.Since()}
	if data != nil {
		e.data = p.value(data)
		if e.data.site != nil {
			e.data.site.all = "the arguments of this command"
			if what == "event" {
				e.data.site.all = "the data of this event"
			}
		}
		if e.data.empty {
			e.data = nil
		}
	}
	e.deprecated.applies = ir.Has(info.Features, "deprecated")
	e.unstable.applies = ir.Has(info.Features, "unstable")
	for _, f := range describedFeatures(info) {
		switch {
		case f.name == "deprecated" && e.deprecated.applies:
			e.deprecated.texts = append(e.deprecated.texts, f.text)
		case f.name == "unstable" && e.unstable.applies:
			e.unstable.texts = append(e.unstable.texts, f.text)
		default:
			e.features = append(e.features, f)
		}
	}
	if info.Doc == nil {
		return e
	}
	for _, s := range info.Doc.Sections {
		switch s.Kind {
		case ir.SectionBody:
			e.blurb = e.split(info.Doc, s, e.blurb)
		case ir.SectionPlain:
			if len(e.blurb) == 0 { // it stands below the arguments
				e.blurb = e.split(info.Doc, s, e.blurb)
				break
			}
			e.notes = e.split(info.Doc, s, e.notes)
		case ir.SectionNote:
			e.notes = append(e.notes, note(info.Doc, s))
		case ir.SectionReturns:
			e.returnsDoc = passage{info.Doc, prose.ParseReturns(s.Text)}
		case ir.SectionErrors:
			e.errors = append(e.errors, passage{info.Doc, prose.Parse(s.Text)})
		case ir.SectionExample:
			e.examples = append(e.examples, sample{info.Doc, prose.ParseExample(s.Text)})
		}
	}
	e.blurb = append(e.blurb, strays(def)...)
	return e
}

// strays returns the descriptions of what the definition does not have.
func strays(def ir.Def) []passage {
	var d prose.DefinitionList
	for _, s := range ir.Strays(def) {
		name := prose.Ref{Target: s.Name, Role: "member"}
		d.Items = append(d.Items, prose.Definition{Term: []prose.Inline{name}, Blocks: prose.Parse(s.Text)})
	}
	if d.Items == nil {
		return nil
	}
	return []passage{{def.Head().Doc, []prose.Block{d}}}
}

// split adds the text of a section, but for its examples, which have their own
// place in the entry.
func (e *entry) split(doc *ir.Doc, s *ir.Section, to []passage) []passage {
	rest, examples := prose.Examples(prose.Parse(s.Text))
	for _, ex := range examples {
		e.examples = append(e.examples, sample{doc, ex})
	}
	if len(rest) == 0 {
		return to
	}
	return append(to, passage{doc, rest})
}

// exemplify adds an example that is made from the types if the comment has none.
func (e *entry) exemplify(k *example.Maker, d ir.Def) *entry {
	if x := k.Missing(d); x != nil {
		title := []prose.Inline{prose.Text{Text: "(made from the types)"}}
		e.examples = append(e.examples, sample{d.Head().Doc, prose.Example{Title: title, Blocks: []prose.Block{x.Dialog()}}})
	}
	return e
}

// note returns a "Note:" section as what it is in today's markup.
func note(doc *ir.Doc, s *ir.Section) passage {
	return passage{doc, []prose.Block{prose.Admonition{Kind: "note", Blocks: prose.Parse(s.Text)}}}
}

// sectionProse returns the text about a member, value or branch of the owner,
// which may be none.
func sectionProse(owner ir.Def, s *ir.Section) passage {
	if s == nil || owner == nil {
		return passage{}
	}
	return passage{owner.Head().Doc, prose.Parse(s.Text)}
}

// describedFeatures returns the features of a definition and of its members
// that are described, in the order of the text, and then the definition's
// others.
func describedFeatures(info *ir.Info) []feature {
	var out []feature
	has := make(map[string]bool)
	if info.Doc != nil {
		for _, s := range info.Doc.Sections {
			if s.Kind == ir.SectionFeature {
				has[s.Name] = true
				out = append(out, feature{name: s.Name, text: passage{info.Doc, prose.Parse(s.Text)}})
			}
		}
	}
	for _, f := range info.Features {
		if !has[f.Name] {
			out = append(out, feature{name: f.Name})
		}
		for i := range out {
			if out[i].name == f.Name {
				out[i].cond = f.If
			}
		}
	}
	return out
}
