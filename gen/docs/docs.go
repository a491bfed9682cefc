// Package docs generates reference documentation from a resolved schema: plain
// text in the form of QEMU's classic qmp-commands.txt ([Text]), Markdown to be
// committed ([Markdown]), and a web site that needs no server ([Site]).
//
// Each is a pure function from schemas to files. They render one model of the
// documentation, which is in the folder internal.
package docs

import (
	"slices"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/gen/docs/internal/markdown"
	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/gen/docs/internal/site"
	"github.com/qapi-go/qapi-go/gen/docs/internal/text"
	"github.com/qapi-go/qapi-go/ir"
)

// A Format is a form of documentation.
type Format string

// The formats.
const (
	HTML         Format = "html"
	MarkdownText Format = "markdown"
	PlainText    Format = "text"
)

// Options say what is generated. The zero value is usable.
type Options struct {
	// Name is the name of the schema, which first lines say a file was made from. If
	// it is empty, it is that of the root module.
	Name string
	// Title is that of the documentation. If it is empty, it is the heading of the
	// root module, or what QEMU's manuals call the reference of its protocols.
	Title string
	// Release is the release of QEMU that the schema is of, such as "10.2.0", if that
	// is known. It is added to titles, but not to Title if there is one.
	Release string
	// Formats are what [Generate] makes: all if it is empty.
	Formats []Format
}

// has reports whether a format is to be made.
func (o Options) has(f Format) bool { return len(o.Formats) == 0 || slices.Contains(o.Formats, f) }

// Text returns qmp-commands.txt and qmp-events.txt.
func Text(s *ir.Schema, o Options) ([]gen.File, error) {
	o.Formats = []Format{PlainText}
	return Generate(s, o)
}

// Markdown returns README.md, lists of the commands, events and types, and a file
// for each module of the schema.
func Markdown(s *ir.Schema, o Options) ([]gen.File, error) {
	o.Formats = []Format{MarkdownText}
	return Generate(s, o)
}

// Site returns the files of a web site.
func Site(s *ir.Schema, o Options) ([]gen.File, error) {
	o.Formats = []Format{HTML}
	return Generate(s, o)
}

// model returns the options of the model.
func (o Options) model() model.Options {
	return model.Options{Name: o.Name, Title: o.Title, Release: o.Release}
}

// Generate returns the files of all formats that the options name.
func Generate(s *ir.Schema, o Options) ([]gen.File, error) {
	m := o.model()
	m.Exact = o.Title != ""
	ref := model.New(s, m)
	var files []gen.File
	if o.has(HTML) {
		pages, err := site.Pages(ref, site.Options{Text: o.has(PlainText)})
		if err != nil {
			return nil, err
		}
		files = pages
	}
	return append(files, o.plain(ref)...), nil
}

// plain returns the files of the formats that are no web site.
func (o Options) plain(ref *model.Reference) []gen.File {
	var files []gen.File
	if o.has(MarkdownText) {
		files = append(files, markdown.Pages(ref)...)
	}
	if o.has(PlainText) {
		files = append(files, text.Pages(ref)...)
	}
	return files
}
