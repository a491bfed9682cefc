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

// Options say how the site is written. The zero value is usable.
type Options struct {
	// Text means that the plain text reference is in the same folder.
	Text bool
}

//go:embed assets
var assets embed.FS

// Pages returns all files of the site. Their order does not depend on how many
// of them are written at a time.
func Pages(r *model.Reference, o Options) ([]gen.File, error) {
	s := &site{Reference: r, options: o}
	return s.files(s.jobs())
}

// files writes the pages, and what they need.
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
			return nil, fmt.Errorf("the program was built without %s: %w", name, err)
		}
		files = append(files, gen.File{Path: name, Data: data})
	}
	return files, nil
}

// write writes pages.
func (s *site) write(jobs []job) []gen.File {
	files := make([]gen.File, len(jobs))
	var scratch sync.Pool // of *writer, so that each needs to grow once only
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

// each calls f for 0 to n-1, several at a time.
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

// A site is what all pages have in common.
type site struct {
	*model.Reference
	options Options

	series *Series                 // the releases that it is one of; nil if there is only this one
	place  int                     // its index among them
	gone   []*tombstone            // what older releases had, by path
	lost   map[string][]lostMember // what definitions had in older releases, by their path
}

// A job is a page to be written.
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
