package driver

import (
	"fmt"
	"go/token"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/outdir"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/ir/merge"
)

// A Merged is the schema of several releases.
type Merged struct {
	Schema   *ir.Schema
	Name     string // base name of the newest root file
	Inputs   []outdir.Input
	Licence  string          // of output that contains text of the files
	Releases []merge.Release // oldest first
	Changes  []string        // differences from the schema of the newest release, as text

	newest  *Loaded
	files   int // number of files read
	lookups []func(string) diag.File
}

// Newest returns the schema of the newest release.
func (m *Merged) Newest() *Loaded { return m.newest }

// Loaded returns the merged schema as one that was read. Its syntax tree is that of the newest
// release.
func (m *Merged) Loaded() *Loaded {
	names := make([]string, len(m.Releases))
	for i, r := range m.Releases {
		names[i] = r.Name
	}
	return &Loaded{Schema: m.Schema, Parsed: m.newest.Parsed, Fset: m.Schema.Fset, Spec: strings.Join(names, ", "), Name: m.Name, Files: m.files}
}

// Lookup returns a file of any of the releases, for diagnostics.
func (m *Merged) Lookup(name string) diag.File {
	for _, lookup := range m.lookups {
		if f := lookup(name); f.Text != "" {
			return f
		}
	}
	return diag.File{}
}

// LoadMerged loads the schemas of releases, oldest first, and merges them. Where
// definitions clash, the release named prefer wins. A release that is given twice is used
// once; two different schemas of one release are an error. If it returns [ErrFindings], it
// has printed the reason.
func (l *Loader) LoadMerged(roots []Release, prefer string, stderr io.Writer) (*Merged, error) {
	m := &Merged{}
	licences := &Inputs{}
	var list []merge.Release
	l.Fset = token.NewFileSet()
	defer func() { l.Fset = nil }()
	for i, r := range roots {
		src, err := l.Open(r.Root, stderr)
		if err != nil {
			return nil, err
		}
		read := &Inputs{FS: src.FS, Dir: path.Dir(src.Root)}
		src.FS = read
		got, err := l.LoadOne(src, stderr)
		src.Close()
		if err != nil {
			return nil, err
		}
		noted := read.Noted()
		if i > 0 && roots[i-1].Version == r.Version {
			if !sameFiles(noted, m.Inputs, roots[i-1].Name) {
				return nil, fmt.Errorf("%s and %s are different schemas of one release, %s", roots[i-1].Root, r.Root, r.Name)
			}
			continue
		}
		for _, in := range noted {
			m.Inputs = append(m.Inputs, outdir.Input{Path: r.Name + ":" + in.Path, SHA256: in.SHA256})
		}
		for _, licence := range read.licences {
			if !slices.Contains(licences.licences, licence) {
				licences.licences = append(licences.licences, licence)
			}
		}
		got.Spec = r.Root
		m.Name, m.newest, m.files = got.Name, got, m.files+got.Files
		m.lookups = append(m.lookups, got.Parsed.Lookup)
		list = append(list, merge.Release{Name: r.Name, Schema: got.Schema})
	}
	slices.Sort(licences.licences)
	m.Licence = licences.Licence()
	m.Releases = list
	if len(list) == 1 {
		m.Schema = list[0].Schema
		return m, nil
	}
	if prefer != "" && !slices.ContainsFunc(list, func(r merge.Release) bool { return r.Name == prefer }) {
		return nil, fmt.Errorf("unknown release %s to prefer", prefer)
	}
	result, err := merge.Merge(list, merge.Options{Prefer: prefer})
	if err != nil {
		return nil, err
	}
	if len(result.Clashes) > 0 {
		return nil, l.reportClashes(result, m, stderr)
	}
	for _, c := range result.Changes {
		m.Changes = append(m.Changes, string(c.Kind)+" "+c.Path+": "+c.Detail)
	}
	m.Schema = result.Schema
	l.Watch.Lap("merge")
	return m, nil
}

// sameFiles reports whether the files of a release were all recorded before, with its name
// in their paths.
func sameFiles(noted, before []outdir.Input, release string) bool {
	for _, in := range noted {
		if !slices.Contains(before, outdir.Input{Path: release + ":" + in.Path, SHA256: in.SHA256}) {
			return false
		}
	}
	return true
}

// codeReleaseClash is the code of definitions of several releases that cannot be merged.
const codeReleaseClash diag.Code = "RELEASE_CLASH"

// reportClashes prints definitions that cannot be merged.
func (l *Loader) reportClashes(result *merge.Result, m *Merged, stderr io.Writer) error {
	errs := &diag.List{Fset: l.Fset, Lookup: m.Lookup}
	for _, c := range result.Clashes {
		pos := c.New.Head().NamePos
		old := c.Old.Head().NamePos
		errs.Errorf(diag.StageSchema, pos, pos, codeReleaseClash, "%s", c.Error()).
			Note(old, old, "that of %s; --prefer RELEASE keeps the name for one of them", c.OldIn)
	}
	if err := l.Report(stderr, errs); err != nil {
		return err
	}
	return ErrFindings
}
