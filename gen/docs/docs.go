// Package docs generates reference documentation from a resolved schema: plain text in the
// form of QEMU's classic qmp-commands.txt ([Text]), Markdown that is meant to be committed
// ([Markdown]), and a static web site ([Site]).
//
// [Releases] and [Series] document several releases of a schema together: what each added,
// deprecated and removed.
//
// All are pure functions from schemas to files.
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

// A Format is a format of documentation.
type Format string

// The formats.
const (
	HTML         Format = "html"
	MarkdownText Format = "markdown"
	PlainText    Format = "text"
)

// Options configure the documentation. The zero value is usable.
type Options struct {
	// Name is the name of the schema in the first line of each file. If it is empty, it
	// is that of the root module.
	Name string
	// Title is the title of the documentation. If it is empty, it is the heading of the
	// root module or, for QEMU's schemas, the title of QEMU's own manual.
	Title string
	// Release is the release of the schema, such as "10.2.0", if it is known. It is added
	// to titles, unless Title is set.
	Release string
	// Formats are the formats that [Generate] generates. If it is empty, these are all.
	Formats []Format
}

// has reports whether a format is requested.
func (o Options) has(f Format) bool { return len(o.Formats) == 0 || slices.Contains(o.Formats, f) }

// Text generates qmp-commands.txt and qmp-events.txt.
func Text(s *ir.Schema, o Options) ([]gen.File, error) {
	o.Formats = []Format{PlainText}
	return Generate(s, o)
}

// Markdown generates README.md, lists of the commands, events and types, and a file for
// each module of the schema.
func Markdown(s *ir.Schema, o Options) ([]gen.File, error) {
	o.Formats = []Format{MarkdownText}
	return Generate(s, o)
}

// Site generates a static web site, which needs no server and no network.
func Site(s *ir.Schema, o Options) ([]gen.File, error) {
	o.Formats = []Format{HTML}
	return Generate(s, o)
}

// model returns the options of the model.
func (o Options) model() model.Options {
	return model.Options{Name: o.Name, Title: o.Title, Release: o.Release}
}

// Generate generates documentation in the formats of the options.
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

// plain returns the files of all formats but the web site.
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
