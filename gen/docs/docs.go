// Package docs generates reference documentation from a resolved schema: plain
// text in the form of QEMU's classic qmp-commands.txt ([Text]), Markdown to be
// committed ([Markdown]), and a web site that needs no server ([Site]).
//
// Each is a pure function from schemas to files. They render one model of the
// documentation, which is in the folder internal.
package docs

import (
	"errors"
	"slices"
	"sync"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/gen/docs/internal/markdown"
	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/gen/docs/internal/releases"
	"github.com/qapi-go/qapi-go/gen/docs/internal/site"
	"github.com/qapi-go/qapi-go/gen/docs/internal/text"
	"github.com/qapi-go/qapi-go/internal/compat"
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
	// Name is the name of the schema in titles and first lines. If it is empty,
	// the name of the root module is taken.
	Name string
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

// Generate returns the files of all formats that the options name.
func Generate(s *ir.Schema, o Options) ([]gen.File, error) {
	var files []gen.File
	ref := sync.OnceValue(func() *model.Reference { return model.New(s, model.Options{Name: o.Name}) })
	if o.has(HTML) {
		pages, err := site.Pages(ref(), site.Options{Text: o.has(PlainText)})
		if err != nil {
			return nil, err
		}
		files = append(files, pages...)
	}
	if o.has(MarkdownText) {
		pages, err := markdown.Pages(ref())
		if err != nil {
			return nil, err
		}
		files = append(files, pages...)
	}
	if o.has(PlainText) {
		files = append(files, text.Pages(ref())...)
	}
	return files, nil
}

// A Release is a schema as it was in one release.
type Release struct {
	Name   string // of the folder of its files, with the version by which releases are ordered, such as "10.2.0"
	Title  string // of the schema; see Options.Name
	Schema *ir.Schema
}

// Releases returns the documentation of several releases, oldest first: a folder
// for each, and one web site over all of them, which tells what was added,
// deprecated and removed when. Options.Name is not used.
func Releases(list []Release, o Options) ([]gen.File, error) {
	if len(list) == 0 {
		return nil, errors.New("docs: no release")
	}
	var files []gen.File
	if o.has(HTML) {
		versions := make([]compat.Release, len(list))
		for i, r := range list {
			version, _ := compat.ParseVersion(r.Name)
			versions[i] = compat.Release{Name: r.Name, Version: version, Schema: r.Schema}
		}
		set := releases.New(versions, model.Options{Name: list[len(list)-1].Title})
		pages, err := site.Releases(set, site.Options{Text: o.has(PlainText)})
		if err != nil {
			return nil, err
		}
		files = pages
	}
	var rest []Format
	for _, f := range []Format{MarkdownText, PlainText} {
		if o.has(f) {
			rest = append(rest, f)
		}
	}
	if len(rest) == 0 {
		return files, nil
	}
	for _, r := range list {
		more, err := Generate(r.Schema, Options{Name: r.Title, Formats: rest})
		if err != nil {
			return nil, err
		}
		for _, f := range more {
			f.Path = r.Name + "/" + f.Path
			files = append(files, f)
		}
	}
	return files, nil
}
