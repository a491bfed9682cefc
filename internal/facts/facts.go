package facts

import (
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/ir"
)

// factsFormat is the version of the format of facts.
const factsFormat = 1

// Facts writes the facts of a schema as JSON: its files, pragmas, counts and definitions,
// in a format for comparing the output of different compilers. Paths are relative to the
// top folder of the schema's source; the order of everything is fixed.
//
// Facts of a merged schema name its releases, and list for each part the releases that have it,
// unless those are the releases of what holds the part.
func Facts(w io.Writer, s *ir.Schema) error {
	return write(w, s, slices.Collect(s.ByModule()), Files(s))
}

// FactsOf writes the facts of some definitions and of the types that they refer to, directly and
// through others, as [Facts] does. Counts are of these, and files are those that have them.
func FactsOf(w io.Writer, s *ir.Schema, defs []ir.Def) error {
	all := withTypes(s, defs)
	var files []string
	for i, name := range Files(s) {
		if slices.ContainsFunc(all, func(d ir.Def) bool { return d.Head().Module == s.Modules[i] }) {
			files = append(files, name)
		}
	}
	return write(w, s, all, files)
}

func write(w io.Writer, s *ir.Schema, defs []ir.Def, listed []string) error {
	names := Files(s)
	files := make(map[*ir.Module]string, len(names))
	for i, m := range s.Modules {
		files[m] = names[i]
	}
	doc := factsDoc{
		Format:      factsFormat,
		Releases:    s.Releases,
		Root:        names[0],
		Files:       listed,
		Pragma:      pragmaFacts(&s.Pragma, s.Release),
		Counts:      make(map[string]int, len(kinds)),
		Duplicates:  []string{}, // the resolver refuses them
		Definitions: []any{},
	}
	for _, kind := range kinds {
		doc.Counts[kind] = len(ofKind(defs, kind))
	}
	slices.SortFunc(defs, func(a, b ir.Def) int { return strings.Compare(a.Head().Name, b.Head().Name) })
	for _, def := range defs {
		h := def.Head()
		doc.Definitions = append(doc.Definitions, defFacts(def, headFact{
			Name:     h.Name,
			Kind:     def.Kind(),
			File:     files[h.Module],
			Line:     s.Fset.Position(h.Pos).Line,
			If:       condFact(h.If),
			Features: featureFacts(h.Features),
			Releases: h.In,
		}))
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}

type factsDoc struct {
	Format      int            `json:"format"`
	Releases    []string       `json:"releases,omitempty"`
	Root        string         `json:"root"`
	Files       []string       `json:"files"`
	Pragma      map[string]any `json:"pragma"`
	Counts      map[string]int `json:"counts"`
	Duplicates  []string       `json:"duplicates"`
	Definitions []any          `json:"definitions"`
}

// pragmaFacts returns the pragmas of the release, by their names in that release.
func pragmaFacts(p *ir.Pragma, release dialect.Release) map[string]any {
	switch {
	case release.Before(2, 9):
		return map[string]any{}
	case release.Before(6, 0):
		return map[string]any{
			"doc-required":        p.DocRequired,
			"returns-whitelist":   sorted(p.CommandReturnsExceptions),
			"name-case-whitelist": sorted(p.MemberNameExceptions),
		}
	}
	facts := map[string]any{
		"doc-required":               p.DocRequired,
		"command-name-exceptions":    sorted(p.CommandNameExceptions),
		"command-returns-exceptions": sorted(p.CommandReturnsExceptions),
		"member-name-exceptions":     sorted(p.MemberNameExceptions),
	}
	if !release.Before(9, 0) {
		facts["documentation-exceptions"] = sorted(p.DocumentationExceptions)
	}
	return facts
}

func sorted(names []string) []string {
	s := append([]string{}, names...)
	slices.Sort(s)
	return s
}

type headFact struct {
	Name     string        `json:"name"`
	Kind     string        `json:"kind"`
	File     string        `json:"file"`
	Line     int           `json:"line"`
	If       any           `json:"if"`
	Features []featureFact `json:"features"`
	Releases ir.Presence   `json:"releases,omitempty"`
}

type featureFact struct {
	Name string `json:"name"`
	If   any    `json:"if"`
}

func featureFacts(features []ir.Feature) []featureFact {
	facts := make([]featureFact, len(features))
	for i, f := range features {
		facts[i] = featureFact{f.Name, condFact(f.If)}
	}
	return facts
}

// condFact returns a condition in the form of the schema language: a macro, or
// an object with one of the keys "all", "any" and "not"; nil if there is none.
func condFact(c ir.Cond) any {
	switch c := c.(type) {
	case ir.CondMacro:
		return c.Name
	case ir.CondAll:
		return map[string]any{"all": condFacts(c.Conds)}
	case ir.CondAny:
		return map[string]any{"any": condFacts(c.Conds)}
	case ir.CondText:
		return map[string]any{"c": c.Text}
	case ir.CondNot:
		return map[string]any{"not": condFact(c.Cond)}
	}
	return nil
}

func condFacts(conds []ir.Cond) []any {
	facts := make([]any, len(conds))
	for i, c := range conds {
		facts[i] = condFact(c)
	}
	return facts
}
