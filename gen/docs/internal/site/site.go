package site

import (
	"bytes"
	"embed"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
)

// Options configure the site. The zero value is usable.
type Options struct {
	// Text adds links to the plain text reference, which is in the same folder.
	Text bool
}

//go:embed assets
var assets embed.FS

// Pages returns all files of the site, in deterministic order.
func Pages(r *model.Reference, o Options) ([]gen.File, error) {
	s := &site{Reference: r, options: o}
	return s.files(s.jobs())
}

// files writes the pages, the search index and the assets.
func (s *site) files(jobs []job) ([]gen.File, error) {
	files := s.write(jobs)
	index, err := s.searchFiles()
	if err != nil {
		return nil, err
	}
	files = append(files, index...)
	for _, name := range []string{"icon.svg", "manual.js", "search.js", "site.css", "site.js"} {
		data, err := assets.ReadFile("assets/" + name)
		if err != nil {
			return nil, fmt.Errorf("asset %s: %w", name, err)
		}
		files = append(files, gen.File{Path: name, Data: data})
	}
	return files, nil
}

// write writes pages, several at a time.
func (s *site) write(jobs []job) []gen.File {
	files := make([]gen.File, len(jobs))
	var scratch sync.Pool // of *writer, whose buffers are reused
	each(len(jobs), func(i int) {
		w, ok := scratch.Get().(*writer)
		if !ok {
			w = new(writer)
		}
		w.buf, w.page = w.buf[:0], page{site: s, path: jobs[i].path, base: jobs[i].base}
		if w.base != "" {
			w.up = strings.Repeat("../", strings.Count(w.path, "/"))
		}
		jobs[i].write(w)
		files[i] = gen.File{Path: jobs[i].path + ".html", Data: bytes.Clone(w.buf)}
		scratch.Put(w)
	})
	return files
}

// each calls f(i) for each i from 0 to n-1, several at a time.
func each(n int, f func(i int)) {
	const chunk = 16
	var wg sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for start := range next {
				for i := start; i < min(start+chunk, n); i++ {
					f(i)
				}
			}
		})
	}
	for i := 0; i < n; i += chunk {
		next <- i
	}
	close(next)
	wg.Wait()
}

// A site has the data that all pages share.
type site struct {
	*model.Reference
	options Options

	series *Series                 // the series of releases that it belongs to; nil if there is none
	place  int                     // its index in series
	gone   []*formerDefinition     // definitions of older releases, sorted by path
	lost   map[string][]lostMember // members that definitions had in older releases, by path of the definition
}

// A job is a page to write.
type job struct {
	path  string // without the extension
	write func(*writer)
	base  string // as page.base
}

func (s *site) jobs() []job {
	jobs := []job{
		{path: "index", write: (*writer).index},
		{path: "commands", write: (*writer).commands},
		{path: "events", write: (*writer).events},
		{path: "types", write: (*writer).types},
		{path: "deprecated", write: (*writer).deprecatedPage},
		{path: "errors", write: (*writer).errorsPage},
		{path: s.manual(), write: (*writer).manualPage},
	}
	for _, m := range s.Modules {
		if len(m.Items) > 0 {
			jobs = append(jobs, job{path: m.Path(), write: func(w *writer) { w.module(m) }})
		}
	}
	for _, d := range s.Definitions {
		jobs = append(jobs, job{path: d.Path(), write: func(w *writer) { w.definition(d) }})
	}
	return jobs
}
