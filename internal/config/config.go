// Package config reads qapi.yaml, the configuration of a project: what to generate from
// which schema, and how to lint and compare it.
//
// Unknown and duplicate keys and values of the wrong type are errors with positions, and
// all of them are reported at once. Paths are relative to the file. docs/config.md
// describes every key.
package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/diag"
)

// FileName is the name of the configuration file.
const FileName = "qapi.yaml"

// MaxSize is the maximum size of a configuration, in bytes.
const MaxSize = 64 << 10

// A Config is a configuration. Omitted fields are zero.
type Config struct {
	Version  string     `yaml:"version"`               // of the format; "1" or ""
	Schema   string     `yaml:"schema" kind:"source"`  // for outputs without a schema of their own
	Schemas  []string   `yaml:"schemas" kind:"source"` // of several releases, instead of Schema
	Dialect  string     `yaml:"dialect"`               // for schemas whose output has none
	Generate []Generate `yaml:"generate"`              // Go packages
	Docs     []Docs     `yaml:"docs"`                  // documentation
	Lint     Lint       `yaml:"lint"`
	Diff     Diff       `yaml:"diff"`

	// Path is the name of the file.
	Path string `yaml:"-"`
}

// A Generate is a Go package to generate.
type Generate struct {
	Schema  string   `yaml:"schema" kind:"source"`
	Schemas []string `yaml:"schemas" kind:"source"` // of several releases, oldest first, or a folder of them
	Prefer  string   `yaml:"prefer"`                // the release whose names win where two clash
	Dialect string   `yaml:"dialect"`
	Out     string   `yaml:"out" kind:"path" need:"true"`

	TypesFrom string `yaml:"types_from"` // package whose types are used where they are the same

	Package string            `yaml:"package"`
	Parts   []string          `yaml:"parts"`
	Include []string          `yaml:"include"`
	Exclude []string          `yaml:"exclude"`
	Docs    string            `yaml:"docs"`
	Define  []string          `yaml:"define"`
	Rename  map[string]string `yaml:"rename"`
	SPDX    string            `yaml:"spdx"`

	Pos Pos `yaml:"-"`
}

// A Docs is a folder of documentation to write.
type Docs struct {
	Schema  string   `yaml:"schema" kind:"source"`
	Schemas []string `yaml:"schemas" kind:"source"` // of several releases, or a folder of them
	Dialect string   `yaml:"dialect"`
	Out     string   `yaml:"out" kind:"path" need:"true"`
	Format  []string `yaml:"format"`
	Title   string   `yaml:"title"`

	Pos Pos `yaml:"-"`
}

// A Lint selects the lint rules and where they apply.
type Lint struct {
	Use        []string            `yaml:"use"`                     // rules and groups of rules
	Except     []string            `yaml:"except"`                  // rules and groups not to check
	IgnoreOnly map[string][]string `yaml:"ignore_only" kind:"path"` // rule → files and folders in which it is not checked
}

// A Diff configures the comparison of schemas.
type Diff struct {
	Level  []string `yaml:"level"`
	FailOn string   `yaml:"fail_on"`
	Accept string   `yaml:"accept" kind:"path"`
	Vendor []string `yaml:"vendor"`
}

// A Schema is a schema that a configuration names.
type Schema struct {
	Name     string
	Releases []string // schemas of several releases, or a folder of them, instead of Name
	Prefer   string   // the release whose names go first where two of Releases clash
	Dialect  string   // "" if it is not given
}

// holds reports whether s is all that t is. Documentation, for one, prefers no release.
func (s Schema) holds(t Schema) bool {
	return s.Name == t.Name && slices.Equal(s.Releases, t.Releases) && (t.Prefer == "" || s.Prefer == t.Prefer) && s.Dialect == t.Dialect
}

// AllSchemas returns the schemas that the configuration names, each once, in the
// order of the file.
func (c *Config) AllSchemas() []Schema {
	var all []Schema
	add := func(name string, releases []string, prefer, dialect string) {
		if name == "" && len(releases) == 0 {
			name, releases = c.Schema, c.Schemas
		}
		s := Schema{name, releases, prefer, cmp.Or(dialect, c.Dialect)}
		if (name != "" || len(releases) > 0) && !slices.ContainsFunc(all, func(a Schema) bool { return a.holds(s) }) {
			all = append(all, s)
		}
	}
	if c.Schema != "" || len(c.Generate)+len(c.Docs) == 0 {
		add("", nil, "", "")
	}
	for _, g := range c.Generate {
		add(g.Schema, g.Schemas, g.Prefer, g.Dialect)
	}
	for _, d := range c.Docs {
		add(d.Schema, d.Schemas, "", d.Dialect)
	}
	return all
}

// A Pos is a position in a configuration. Line and Column start at 1; columns are
// characters.
type Pos struct{ Line, Column int }

// A Mistake is an error in a configuration.
type Mistake struct {
	Pos     Pos
	Message string
}

// Mistakes is the error type of an invalid configuration.
type Mistakes struct {
	Path string
	List []Mistake // sorted by position, never empty
}

// Error returns a line for each mistake: file:line:column: message. Control
// characters are made visible.
func (m *Mistakes) Error() string {
	var b strings.Builder
	for i, x := range m.List {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s:%d:%d: %s", diag.Visible(m.Path), x.Pos.Line, x.Pos.Column, diag.Visible(x.Message))
	}
	return b.String()
}

func (m *Mistakes) add(pos Pos, format string, args ...any) {
	m.List = append(m.List, Mistake{pos, fmt.Sprintf(format, args...)})
}

func (m *Mistakes) sort() {
	slices.SortStableFunc(m.List, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column))
	})
}
