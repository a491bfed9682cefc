package model

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/qapi-go/qapi-go/internal/prose"
	"github.com/qapi-go/qapi-go/ir"
)

// document distributes the sections of a definition's comment.
func (b *builder) document(d *Definition) {
	info := d.Def.Head()
	for _, f := range info.Features {
		d.Features = append(d.Features, &Feature{Name: f.Name, Own: true, If: f.If})
	}
	if info.Doc != nil {
		for _, s := range info.Doc.Sections {
			d.section(s)
		}
	}
	if e, ok := d.Def.(*ir.Event); ok {
		d.RateLimited = e.RateLimited()
	}
	d.Blurb, d.Notes = withoutColons(d.Blurb), withoutColons(d.Notes)
	d.strays()
	for _, m := range d.Members {
		for _, mf := range m.Features {
			if f := d.feature(mf.Name); f != nil {
				f.On = append(f.On, m)
			}
		}
	}
	for _, f := range d.Features {
		switch {
		case !f.Own:
		case f.Name == "deprecated":
			d.Deprecated = f
		case f.Name == "unstable":
			d.Unstable = f
		}
	}
}

// withoutColons removes colons at the ends of texts, since what they introduce is elsewhere
// on the page, and drops texts that are empty then.
func withoutColons(list []Prose) []Prose {
	for i := range list {
		list[i].Blocks = prose.WithoutColon(list[i].Blocks)
	}
	return slices.DeleteFunc(list, Prose.Empty)
}

// strays adds descriptions of members that the definition does not have.
func (d *Definition) strays() {
	var list prose.DefinitionList
	for _, s := range ir.StraySections(d.Def) {
		name := prose.Ref{Target: s.Name, Role: "member"}
		list.Items = append(list.Items, prose.Definition{Term: []prose.Inline{name}, Blocks: prose.Parse(s.Text)})
	}
	if list.Items != nil {
		d.Blurb = append(d.Blurb, Prose{d.Def.Head().Doc.Pos, d, []prose.Block{list}})
	}
}

// sinceFirst matches a release and the text after it.
var sinceFirst = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(\d+(?:\.\d+)*)\.?(?: (.*))?$`) })

func (d *Definition) section(s *ir.Section) {
	if s.Text == "" {
		return
	}
	current := func() Prose { return Prose{s.Pos, d, prose.Parse(s.Text)} }
	switch s.Kind {
	case ir.SectionBody:
		d.Blurb = d.split(s, d.Blurb)
	case ir.SectionPlain:
		if len(d.Blurb) == 0 { // Notes are shown below the arguments
			d.Blurb = d.split(s, d.Blurb)
			break
		}
		d.Notes = d.split(s, d.Notes)
	case ir.SectionNote:
		p := current()
		p.Blocks = []prose.Block{prose.Admonition{Kind: "note", Blocks: p.Blocks}}
		d.Notes = append(d.Notes, p)
	case ir.SectionSince:
		d.Since = strings.Join(strings.Fields(s.Text), " ")
		if m := sinceFirst().FindStringSubmatch(d.Since); m != nil {
			d.Since = m[1]
			if m[2] != "" { // usually about members
				d.Notes = append(d.Notes, Prose{s.Pos, d, prose.Parse("Since " + s.Text)})
			}
		}
	case ir.SectionReturns:
		d.ReturnsText = Prose{s.Pos, d, prose.ParseReturns(s.Text)}
	case ir.SectionErrors:
		d.Errors = append(d.Errors, current())
	case ir.SectionExample:
		d.Examples = append(d.Examples, &Example{Blocks: prose.ParseExample(s.Text).Blocks, Pos: s.Pos})
	case ir.SectionFeature:
		f := d.feature(s.Name)
		if f == nil {
			f = &Feature{Name: s.Name}
			d.Features = append(d.Features, f)
		}
		f.Text = current()
	}
}

// feature returns the feature with a name, or nil.
func (d *Definition) feature(name string) *Feature {
	for _, f := range d.Features {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Feature returns the feature with a name that the definition has, or that is documented
// for one of its members, or nil.
func (d *Definition) Feature(name string) *Feature { return d.feature(name) }

// split appends the text of a section without its examples, which it adds to d.Examples.
func (d *Definition) split(s *ir.Section, to []Prose) []Prose {
	rest, examples := prose.Examples(prose.Parse(s.Text))
	for _, ex := range examples {
		d.Examples = append(d.Examples, &Example{Title: ex.Title, Blocks: ex.Blocks, Pos: s.Pos})
	}
	if len(rest) == 0 {
		return to
	}
	return append(to, Prose{s.Pos, d, rest})
}

// PlainText returns running text without its markup.
func PlainText(ins []prose.Inline) string {
	var b strings.Builder
	plainText(&b, ins)
	return b.String()
}

func plainText(b *strings.Builder, ins []prose.Inline) {
	for _, in := range ins {
		switch in := in.(type) {
		case prose.Text:
			b.WriteString(in.Text)
		case prose.Code:
			b.WriteString(in.Text)
		case prose.Emph:
			plainText(b, in.Inlines)
		case prose.Strong:
			plainText(b, in.Inlines)
		case prose.Ref:
			b.WriteString(RefText(in))
		case prose.Link:
			b.WriteString(in.Text)
		}
	}
}

// RefText returns the text that a reference shows.
func RefText(r prose.Ref) string {
	if r.Text != "" {
		return r.Text
	}
	return r.Target
}

// maxSummary is the length in bytes above which a summary is cut.
const maxSummary = 160

// Summary returns the first sentence of the definition's text without markup, cut if it is
// long, or "" if there is no text.
func (d *Definition) Summary() string {
	for _, p := range d.Blurb {
		if s := p.Summary(); s != "" {
			return s
		}
	}
	return ""
}

// Summary returns the first sentence of the first paragraph without markup, cut
// if it is long.
func (p Prose) Summary() string {
	for _, block := range p.Blocks {
		para, ok := block.(prose.Paragraph)
		if !ok {
			continue
		}
		text := strings.Join(strings.Fields(PlainText(para.Inlines)), " ")
		if end := sentence(text); end > 0 {
			text = text[:end]
		}
		if len(text) > maxSummary {
			cut := text[:maxSummary]
			if i := strings.LastIndexByte(cut, ' '); i > 0 {
				cut = cut[:i]
			}
			text = strings.ToValidUTF8(cut, "") + " …"
		}
		return text
	}
	return ""
}

// sentence returns the length of the first sentence, or 0 if it is the only one.
func sentence(text string) int {
	for i := 0; i+2 < len(text); i++ {
		if text[i] == '.' && text[i+1] == ' ' && !strings.HasSuffix(text[:i+1], "e.g.") && !strings.HasSuffix(text[:i+1], "i.e.") {
			return i + 1
		}
	}
	return 0
}
