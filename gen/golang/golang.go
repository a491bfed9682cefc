// Package golang turns a resolved schema into a Go package: exact types, a
// client, events and a server's dispatch table. The shape of what it emits, and
// why it is so, is in docs/architecture.md under "Generated Go".
//
// It works in two steps. Package names plans the files, what each declares, and
// all names. Emission then writes one file a schema module.
//
// It writes plain structs with tags and methods of one line; everything else is in
// the runtime, package qmp. Users pay for generated code on every cold build, so
// that docs/performance.md, "Compile cost", counts what each kind of method costs.
package golang

import (
	"fmt"
	"go/token"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/ir"
)

// Parts are the parts of a package.
type Parts uint8

// The parts. Types are always generated, since the others need them.
const (
	Types  Parts = 1 << iota // enums, structs, unions, alternates, arguments
	Client                   // a method a command
	Events                   // a type an event
	Server                   // the dispatch table

	AllParts = Types | Client | Events | Server
)

var partNames = []struct {
	name string
	part Parts
}{{"types", Types}, {"client", Client}, {"events", Events}, {"server", Server}}

// ParseParts returns the parts with the given names: "types", "client",
// "events", "server".
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

// String returns the names of the parts, separated by commas.
func (p Parts) String() string {
	var names []string
	for _, n := range partNames {
		if p&n.part != 0 {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, ",")
}

// Docs says how much of the schema's documentation is copied.
type Docs string

// How much documentation is copied.
const (
	DocsFull    Docs = "full"    // everything
	DocsSummary Docs = "summary" // the first paragraph of everything
	DocsNone    Docs = "none"    // nothing: comments are our own, and the output is under our licence alone
)

// Options shape the generated package.
type Options struct {
	Package    string // name of the package; empty means "qapi"
	Parts      Parts  // zero means AllParts
	Docs       Docs   // empty means DocsFull
	SchemaName string // of the schema in the first line of each file; empty means the name of its root module

	// Licence is the SPDX expression at the top of each file. Empty means
	// Apache-2.0, and GPL-2.0-or-later, which QEMU's schemas have, beside it if
	// documentation is copied.
	Licence string

	// Rename gives Go names to what would otherwise clash, or be ugly: the
	// key is the name of a type, command or event, or "DEFINITION.MEMBER" for
	// a member, a branch of an alternate or a value. The name of an event is
	// taken as it is, without adding "Event". If the key is the name of a
	// module and the value ends in ".go", it is the name of the module's file.
	Rename map[string]string

	// Prefer is the name of a release of a merged schema. Where two things would
	// get the same Go name, it stays with the one that this release has, and the
	// other gets the name of its last release as well.
	Prefer string

	// Introspection is what a server answers to query-qmp-schema if there is
	// no handler for it: a JSON text. It is used if the schema has that
	// command, see [HasIntrospection].
	Introspection string

	// ReleaseTable is what servers of each release of a merged schema have, for
	// [qmp.WithFeatures], in the form that genrt.ReleaseFeatures reads. Empty: the
	// package does not tell.
	ReleaseTable string
}

const introspectionCommand = "query-qmp-schema"

// HasIntrospection reports whether a server for the schema answers
// query-qmp-schema, and [Options.Introspection] is of use.
func HasIntrospection(s *ir.Schema) bool {
	_, ok := s.ByName[introspectionCommand].(*ir.Command)
	return ok
}

// complete fills in defaults and refuses what is not right.
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

// IsLicence reports whether a text can be an SPDX expression, such as
// "MIT OR (Apache-2.0 AND BSD-3-Clause)". It does not know their names.
func IsLicence(s string) bool {
	return s != "" && strings.TrimSpace(s) == s && strings.Trim(s, licenceLetters) == ""
}

const licenceLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-:() "

// Generate returns the files of the package for a schema, sorted by path. It
// changes nothing in the schema, which may be shared.
//
// If two things would get the same Go name, the error has a line for each such pair,
// with both positions.
func Generate(s *ir.Schema, o Options) ([]gen.File, error) {
	o, err := o.complete(s)
	if err != nil {
		return nil, err
	}
	p, err := newPlan(s, o)
	if err != nil {
		return nil, err
	}
	return p.emit()
}
