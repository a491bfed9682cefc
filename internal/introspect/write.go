package introspect

import (
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/ir"
)

// Write writes, as JSON, the array of SchemaInfo (QEMU's qapi/introspect.json) that
// query-qmp-schema of a server with this schema returns if all conditions hold. Names of types are
// numbers, as QEMU's compiler assigns them (scripts/qapi/introspect.py): in order of first use,
// without unused types. Numbering and order are those of the schema's release.
func Write(w io.Writer, s *ir.Schema) error {
	return encode(w, infosOf(s, nil))
}

// infosOf returns the entries of a schema. If shared is not nil, it maps names of types to their
// numbers, and new types are added.
func infosOf(s *ir.Schema, shared map[string]string) []schemaInfo {
	in := &introspector{shared: shared, release: s.Release, infos: []schemaInfo{}, numbers: make(map[ir.Type]string), used: make(map[ir.Type]bool)}
	in.integer, _ = s.ByName["int"].(ir.Type)
	for _, def := range introspectionOrder(s) {
		switch def := def.(type) {
		case *ir.Command:
			arg, ret := in.object(def.Arg), in.object(def.Returns)
			in.add(schemaInfo{Name: def.Name, MetaType: "command", ArgType: arg, RetType: ret,
				AllowOOB: in.allowOOB(def), Features: featureNames(def.Features)})
		case *ir.Event:
			in.add(schemaInfo{Name: def.Name, MetaType: "event", ArgType: in.object(def.Arg),
				Features: featureNames(def.Features)})
		}
	}
	for i := 0; i < len(in.queue); i++ { // types found on the way are appended
		in.describe(in.queue[i])
	}
	return in.infos
}

// An introspector collects the description of a schema.
type introspector struct {
	release dialect.Release
	infos   []schemaInfo
	queue   []ir.Type // types in order of first use
	used    map[ir.Type]bool
	numbers map[ir.Type]string
	integer ir.Type    // stands for all integer types
	array   *ir.Array  // stands for arrays of all integer types; created on first use
	empty   *ir.Struct // the empty object; created on first use

	shared map[string]string // numbers of types by name, for several schemas, or nil
}

// introspectionOrder returns the definitions in the order of the release's compiler.
func introspectionOrder(s *ir.Schema) []ir.Def {
	switch {
	case !s.Release.Before(5, 0):
		return slices.Collect(s.ByModule())
	case !s.Release.Before(2, 12):
		return slices.Collect(s.Definitions())
	}
	defs := slices.Collect(s.Definitions())
	slices.SortFunc(defs, func(a, b ir.Def) int { return strings.Compare(a.Head().Name, b.Head().Name) })
	return defs
}

// allowOOB returns the value of a command's allow-oob, or nil if the release leaves it out.
func (in *introspector) allowOOB(c *ir.Command) *bool {
	if !c.AllowOOB && in.release != dialect.Of(2, 12) {
		return nil
	}
	return &c.AllowOOB
}

func (in *introspector) add(info schemaInfo) { in.infos = append(in.infos, info) }

// object records the use of t and returns its name. nil stands for the empty object.
func (in *introspector) object(t ir.Type) string {
	if t == nil {
		if in.empty == nil {
			in.empty = &ir.Struct{}
		}
		t = in.empty
	}
	return in.use(t)
}

// use records the use of a type and returns its name.
func (in *introspector) use(t ir.Type) string {
	switch {
	case isInteger(t):
		t = in.integer
	case isIntegerArray(t):
		if in.array == nil {
			in.array = &ir.Array{Elem: in.integer}
		}
		t = in.array
	}
	if !in.used[t] {
		in.used[t] = true
		in.queue = append(in.queue, t)
	}
	switch t := t.(type) {
	case *ir.Builtin:
		return t.Name
	case *ir.Array:
		return "[" + in.use(t.Elem) + "]"
	}
	if in.numbers[t] == "" {
		in.numbers[t] = in.number(t)
	}
	return in.numbers[t]
}

// number assigns a number to a type.
func (in *introspector) number(t ir.Type) string {
	if in.shared == nil {
		return strconv.Itoa(len(in.numbers))
	}
	name := t.Head().Name
	if in.shared[name] == "" {
		in.shared[name] = strconv.Itoa(len(in.shared))
	}
	return in.shared[name]
}

func isInteger(t ir.Type) bool {
	b, ok := t.(*ir.Builtin)
	return ok && b.JSON == ir.JSONInt
}

func isIntegerArray(t ir.Type) bool {
	a, ok := t.(*ir.Array)
	return ok && isInteger(a.Elem)
}

// describe adds the description of a type.
func (in *introspector) describe(t ir.Type) {
	info := schemaInfo{Name: in.use(t), Features: featureNames(t.Head().Features)}
	switch t := t.(type) {
	case *ir.Builtin:
		info.MetaType, info.JSONType = "builtin", t.JSON
	case *ir.Array:
		info.MetaType, info.ElementType = "array", in.use(t.Elem)
	case *ir.Enum:
		info.MetaType = "enum"
		info.Values = []string{}
		if !in.release.Before(6, 2) {
			info.Members = []infoMember{}
		}
		for _, v := range t.Values {
			if !in.release.Before(6, 2) {
				info.Members = append(info.Members, infoMember{Name: v.Name, Features: featureNames(v.Features)})
			}
			info.Values = append(info.Values, v.Name)
		}
	case *ir.Struct:
		info.MetaType, info.Members = "object", in.members(t)
	case *ir.Union:
		info.MetaType, info.Members = "object", in.members(t.Base)
		info.Tag = t.Discriminator.Name
		for _, b := range t.Branches {
			if b.Type == nil && in.release.Before(3, 0) {
				continue
			}
			info.Variants = append(info.Variants, infoVariant{Case: b.Name, Type: in.object(b.Type)})
		}
	case *ir.Alternate:
		info.MetaType, info.Members = "alternate", []infoMember{}
		for _, b := range t.Branches {
			info.Members = append(info.Members, infoMember{Type: in.use(b.Type)})
		}
	}
	in.add(info)
}

func (in *introspector) members(s *ir.Struct) []infoMember {
	members := []infoMember{}
	for _, m := range s.AllMembers() {
		info := infoMember{Name: m.Name, Type: in.use(m.Type), Features: featureNames(m.Features)}
		if m.Optional {
			info.Default = json.RawMessage("null")
		}
		members = append(members, info)
	}
	return members
}

func featureNames(features []ir.Feature) []string {
	var names []string
	for _, f := range features {
		names = append(names, f.Name)
	}
	return names
}
