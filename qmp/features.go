package qmp

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// Features describe what a server supports: commands, arguments, events, enum values and features.
// They are the result of query-qmp-schema (QEMU 2.5 and later), and so describe the running
// program, independent of its version.
//
//	f, err := qmp.QueryFeatures(ctx, c)
//	if f.Command("blockdev-add").Member("driver").HasValue("nvme-io_uring") { … }
//	if f.Command("migrate").Member("channels", "addr").Exists() { … }
//	if f.Command("device_add").HasFeature("json-cli-hotplug") { … }
//	if f.Event("MEMORY_FAILURE").Exists() { … }
//
// Features are immutable and safe for concurrent use. They do not contain what a server hides
// (-compat deprecated-output=hide), though it may run it, and contain what it refuses by policy
// (-compat deprecated-input=reject).
type Features struct {
	infos  map[string]*featureInfo
	schema []byte // the argument of ParseFeatures, or nil
}

// featureInfo is a SchemaInfo of QEMU's qapi/introspect.json.
type featureInfo struct {
	Name        string          `json:"name"`
	MetaType    string          `json:"meta-type"`
	JSONType    string          `json:"json-type"`
	ElementType string          `json:"element-type"`
	Tag         string          `json:"tag"`
	Members     []featureMember `json:"members"`
	Values      []string        `json:"values"`
	Variants    []struct {
		Case string `json:"case"`
		Type string `json:"type"`
	} `json:"variants"`
	ArgType  string   `json:"arg-type"`
	RetType  string   `json:"ret-type"`
	AllowOOB bool     `json:"allow-oob"`
	Features []string `json:"features"`
}

// featureMember is a member of an object, a branch of an alternate, or a value of an enum.
type featureMember struct {
	Name     string          `json:"name"`
	Type     string          `json:"type"`
	Default  json.RawMessage `json:"default"` // null for optional members, otherwise absent
	Features []string        `json:"features"`
}

// QueryFeatures queries the features of a server (query-qmp-schema). QEMU's reply has about 200
// KB, so query them once for a connection.
func QueryFeatures(ctx context.Context, c Caller) (*Features, error) {
	var reply json.RawMessage
	if err := c.Do(ctx, &Request{Command: "query-qmp-schema", Result: &reply}); err != nil {
		return nil, err
	}
	return parseFeatures(reply)
}

// ParseFeatures parses the result of query-qmp-schema, a JSON array. The caller must not modify it
// afterwards.
func ParseFeatures(schema []byte) (*Features, error) {
	f, err := parseFeatures(schema)
	if f != nil {
		f.schema = schema
	}
	return f, err
}

func parseFeatures(schema []byte) (*Features, error) {
	var infos []featureInfo
	if err := wire.Decode(schema, &infos, wire.Tolerant); err != nil {
		return nil, wrap("qmp: query-qmp-schema", err)
	}
	f := &Features{infos: make(map[string]*featureInfo, len(infos))}
	for i := range infos {
		f.infos[infos[i].Name] = &infos[i]
	}
	return f, nil
}

// Commands returns the names of all commands, sorted.
func (f *Features) Commands() []string { return f.names("command") }

// Events returns the names of all events, sorted.
func (f *Features) Events() []string { return f.names("event") }

func (f *Features) names(metaType string) []string {
	var names []string
	for name, info := range f.infos {
		if info.MetaType == metaType {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Command returns a command. Its members are its arguments.
func (f *Features) Command(name string) Element { return f.root("command", name) }

// Event returns an event. Its members are those of its data.
func (f *Features) Event(name string) Element { return f.root("event", name) }

func (f *Features) root(metaType, name string) Element {
	info := f.infos[name]
	if info == nil || info.MetaType != metaType {
		return Element{}
	}
	return Element{f: f, entity: info, types: []string{info.ArgType}, features: info.Features}
}

// An Element is a command, event, member or value that a server may have. The zero Element is one
// that the server does not have. Its methods may be called, too, so that calls can be chained.
type Element struct {
	f        *Features
	entity   *featureInfo // the command or event, or nil
	optional bool
	types    []string // more than one if several branches have the member
	features []string
}

// Exists reports whether the server has the element.
func (e Element) Exists() bool { return e.f != nil }

// HasFeature reports whether the server has the element with a feature, such as "deprecated" or
// "unstable".
func (e Element) HasFeature(name string) bool { return slices.Contains(e.features, name) }

// Optional reports whether the server has the element as an optional member.
func (e Element) Optional() bool { return e.optional }

// AllowOOB reports whether the server has the element as a command that may be run out of band.
func (e Element) AllowOOB() bool { return e.entity != nil && e.entity.AllowOOB }

// Returns returns the result of a command. Its members are those of the result.
func (e Element) Returns() Element {
	if e.entity == nil || e.entity.MetaType != "command" {
		return Element{}
	}
	return Element{f: e.f, types: []string{e.entity.RetType}}
}

// Member returns the member at a path of names, each a member of the one before; the first is an
// argument of a command or a member of an event. The path passes through the elements of lists and
// the branches of alternates and unions; see [Element.Branch] for a single branch.
func (e Element) Member(path ...string) Element {
	for _, name := range path {
		e = e.member(name)
	}
	return e
}

func (e Element) member(name string) Element {
	found := Element{optional: true}
	e.walk(func(info *featureInfo) {
		if info.MetaType != "object" {
			return
		}
		for _, m := range info.Members {
			if m.Name != name {
				continue
			}
			found.f = e.f
			found.optional = found.optional && m.Default != nil
			found.types = append(found.types, m.Type)
			for _, feature := range m.Features {
				if !slices.Contains(found.features, feature) {
					found.features = append(found.features, feature)
				}
			}
		}
	}, true)
	if found.f == nil {
		return Element{}
	}
	return found
}

// Branch returns the branch of a union for a value of its discriminator, without the common
// members.
func (e Element) Branch(value string) Element {
	var found Element
	e.walk(func(info *featureInfo) {
		for _, v := range info.Variants {
			if v.Case == value {
				found.f = e.f
				found.types = append(found.types, v.Type)
			}
		}
	}, true)
	return found
}

// HasValue reports whether the enum type of a member has a value.
func (e Element) HasValue(value string) bool { return e.Value(value).Exists() }

// Value returns a value of the enum type of a member. It is for its features.
func (e Element) Value(value string) Element {
	var found Element
	e.walk(func(info *featureInfo) {
		if info.MetaType != "enum" {
			return
		}
		for _, m := range info.Members { // since QEMU 6.2
			if m.Name == value {
				found.f, found.features = e.f, m.Features
			}
		}
		if slices.Contains(info.Values, value) {
			found.f = e.f
		}
	}, false)
	return found
}

// walk calls visit once with each type that the element can have, including the elements of lists
// and the branches of alternates, and if branches is set also those of unions.
func (e Element) walk(visit func(*featureInfo), branches bool) {
	if e.f == nil {
		return
	}
	seen := make(map[string]bool)
	queue := slices.Clone(e.types)
	for i := 0; i < len(queue); i++ {
		info := e.f.infos[queue[i]]
		if info == nil || seen[queue[i]] {
			continue
		}
		seen[queue[i]] = true
		visit(info)
		switch info.MetaType {
		case "array":
			queue = append(queue, info.ElementType)
		case "alternate":
			for _, m := range info.Members {
				queue = append(queue, m.Type)
			}
		case "object":
			for _, v := range info.Variants {
				if branches {
					queue = append(queue, v.Type)
				}
			}
		}
	}
}
