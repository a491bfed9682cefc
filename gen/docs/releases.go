package docs

import (
	"errors"
	"iter"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/gen/docs/internal/releases"
	"github.com/qapi-go/qapi-go/gen/docs/internal/site"
	"github.com/qapi-go/qapi-go/ir"
)

// A Release is the schema of a release.
type Release struct {
	Name   string // name of its output folder, with the version by which releases are ordered: "10.2.0"
	Schema *ir.Schema
}

// Releases generates the documentation of several releases, given oldest first, with a
// folder for each. It says when commands, events, members and values were added, deprecated
// and removed, and the pages of the web site link to those of other releases.
// Options.Release is ignored.
func Releases(list []Release, o Options) ([]gen.File, error) {
	s := NewSeries(o)
	schemas := make(map[string]*ir.Schema)
	for _, r := range list {
		s.Add(r.Name, r.Schema)
		schemas[r.Name] = r.Schema
	}
	var files []gen.File
	for f, err := range s.Files(func(name string) (*ir.Schema, error) { return schemas[name], nil }) {
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// A Series generates the documentation of many releases, as [Releases] does, with few
// schemas in memory at a time. It needs each schema twice: first to survey the changes, then
// to write the release's files. It is not safe for concurrent use.
type Series struct {
	options Options
	names   []string
	survey  *releases.Survey
}

// NewSeries returns a series without releases.
func NewSeries(o Options) *Series { return &Series{options: o, survey: releases.New()} }

// Add adds a release, which must be newer than those added before. Its name is that of its
// output folder. The schema is not retained after the next call of Add or Files.
func (s *Series) Add(name string, schema *ir.Schema) {
	s.names = append(s.names, name)
	s.survey.Add(name, schema)
}

// Files yields the files of all releases, oldest release first, up to the first error. It
// calls schema for each release after the files of the release before have been yielded. It
// can be called only once.
func (s *Series) Files(schema func(name string) (*ir.Schema, error)) iter.Seq2[gen.File, error] {
	return func(yield func(gen.File, error) bool) {
		if len(s.names) == 0 {
			yield(gen.File{}, errors.New("docs: no release"))
			return
		}
		s.survey.Complete()
		sites := site.NewSeries(s.survey, site.Options{Text: s.options.has(PlainText)})
		for i := range s.names {
			if !s.release(sites, i, schema, yield) {
				return
			}
		}
		if s.options.has(HTML) {
			for _, f := range sites.Index() {
				if !yield(f, nil) {
					return
				}
			}
		}
	}
}

// release yields the files of one release, and reports whether to continue.
func (s *Series) release(sites *site.Series, i int, schema func(name string) (*ir.Schema, error), yield func(gen.File, error) bool) bool {
	o := s.options
	o.Release = s.names[i]
	sch, err := schema(o.Release)
	if err != nil {
		yield(gen.File{}, err)
		return false
	}
	ref := model.New(sch, o.model())
	s.survey.Annotate(i, ref)
	if o.has(HTML) {
		files, err := sites.Release(i, ref)
		if err != nil {
			yield(gen.File{}, err)
			return false
		}
		for _, f := range files {
			if !yield(f, nil) {
				return false
			}
		}
	}
	for _, f := range o.plain(ref) {
		f.Path = o.Release + "/" + f.Path
		if !yield(f, nil) {
			return false
		}
	}
	return true
}
