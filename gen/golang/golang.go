// Package golang generates a Go package from a resolved schema: types, a client, events
// and the dispatch table of a server. docs/architecture.md, "Generated Go", describes the
// output and the reasons for it.
//
// There is one file for each schema module. Types are plain structs with tags and few
// one-line methods, which compile fast; everything else is in the runtime, package qmp.
package golang

import (
	"fmt"
	"go/token"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/ir"
)

// Parts is a set of parts of a generated package.
type Parts uint8

// The parts. Types are always generated, because the other parts need them.
const (
	Types  Parts = 1 << iota // enums, structs, unions, alternates, arguments of commands
	Client                   // a method for each command
	Events                   // a type for each event
	Server                   // the dispatch table

	AllParts = Types | Client | Events | Server
)

var partNames = []struct {
	name string
	part Parts
}{{"types", Types}, {"client", Client}, {"events", Events}, {"server", Server}}

// ParseParts returns the set of the parts with the given names, of "types", "client",
// "events" and "server".
func ParseParts(names []string) (Parts, error) {
	var parts Parts
next:
	for _, name := range names {
		for _, p := range partNames {
			if p.name == name {
				parts |= p.part
				continue next
			}
		}
		return 0, fmt.Errorf("unknown part %q: want types, client, events or server", name)
	}
	return parts | Types, nil
}

// String returns the names of the parts, separated by commas: "types,client".
func (p Parts) String() string {
	var names []string
	for _, n := range partNames {
		if p&n.part != 0 {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, ",")
}

// Docs selects how much of the schema's documentation is copied into comments.
type Docs string

// The values of Docs.
const (
	DocsFull    Docs = "full"    // everything
	DocsSummary Docs = "summary" // the first paragraph of each text
	DocsNone    Docs = "none"    // nothing: the output is under qapi-go's licence alone
)

// Options configure [Generate]. The zero value is usable.
type Options struct {
	Package    string // package name; empty means "qapi"
	Parts      Parts  // zero means AllParts
	Docs       Docs   // empty means DocsFull
	SchemaName string // name of the schema in the first line of each file; empty means that of the root module

	// Licence is the SPDX expression at the top of each file. Empty means Apache-2.0 if
	// no documentation is copied, else "Apache-2.0 AND GPL-2.0-or-later", since QEMU's
	// schemas are GPL-2.0-or-later.
	Licence string

	// Rename maps schema names to Go names, to resolve clashes or for nicer names. A
	// key is the name of a type, command or event, or "DEFINITION.MEMBER" for a member,
	// a value, or a branch of an alternate. The name of an event is used as is, without
	// the suffix "Event". If the key is a module and the value ends in ".go", the value
	// is the name of the module's file.
	Rename map[string]string

	// Prefer is the name of a release of a merged schema. If two definitions of different
	// releases clash, the one of this release keeps the Go name, and the name of its
	// last release is appended to that of the other.
	Prefer string

	// Releases are the schemas from which a merged schema was made, oldest first, with no
	// commands and events but those of the merged one. With them, the part [Server] has a
	// function ReleaseFeatures, whose results [qmp.WithFeatures] takes. At most 64.
	Releases []Release
}

// A Release is the schema of a release.
type Release struct {
	Name   string
	Schema *ir.Schema
}

// complete validates the options and fills in defaults.
func (o Options) complete(s *ir.Schema) (Options, error) {
	if o.Package == "" {
		o.Package = "qapi"
	}
	if !token.IsIdentifier(o.Package) || o.Package == "_" {
		return o, fmt.Errorf("%q cannot be the name of a Go package", o.Package)
	}
	if o.Parts == 0 {
		o.Parts = AllParts
	}
	o.Parts |= Types
	if o.Docs == "" {
		o.Docs = DocsFull
	}
	if !slices.Contains([]Docs{DocsFull, DocsSummary, DocsNone}, o.Docs) {
		return o, fmt.Errorf("unknown amount of documentation %q: want full, summary or none", string(o.Docs))
	}
	if o.Licence == "" {
		o.Licence = "Apache-2.0 AND GPL-2.0-or-later"
		if o.Docs == DocsNone {
			o.Licence = "Apache-2.0"
		}
	}
	if !IsLicence(o.Licence) {
		return o, fmt.Errorf("%q is not an SPDX expression", o.Licence)
	}
	if o.SchemaName == "" {
		o.SchemaName = s.Root.Name
	}
	return o, nil
}

// IsLicence reports whether s has the characters of an SPDX licence expression, such as
// "MIT OR (Apache-2.0 AND BSD-3-Clause)". It does not check the names of licences.
func IsLicence(s string) bool {
	return s != "" && strings.TrimSpace(s) == s && strings.Trim(s, licenceLetters) == ""
}

const licenceLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-:() "

// Generate generates the package for a schema and returns its files, sorted by path. It
// does not modify the schema, which may be shared.
//
// If Go names clash, the error has a line for each clash, with both positions. A union
// with more levels of branches within branches than the codec has is also an error.
func Generate(s *ir.Schema, o Options) ([]gen.File, error) {
	o, err := o.complete(s)
	if err != nil {
		return nil, err
	}
	if err := checkLevels(s); err != nil {
		return nil, err
	}
	p, err := newPlan(s, o)
	if err != nil {
		return nil, err
	}
	return p.emit()
}
