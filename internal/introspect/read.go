// Package introspect converts schemas to the answer of query-qmp-schema, and back.
package introspect

import (
	"encoding/json"
	"fmt"
	"go/token"

	"github.com/qapi-go/qapi-go/ir"
)

// maxNesting is the maximum nesting depth of types.
const maxNesting = 10000

// Read returns the schema that a server's answer to query-qmp-schema, a JSON array, describes.
// Names of types are numbers: compare such schemas with compat.Options.Introspected. Definitions
// have no positions, and the schema has no modules.
func Read(data []byte) (*ir.Schema, error) {
	var infos []schemaInfo
	if err := json.Unmarshal(data, &infos); err != nil {
		return nil, fmt.Errorf("query-qmp-schema: %w", err)
	}
	b := &builder{infos: make(map[string]*schemaInfo), types: make(map[string]ir.Type),
		schema: &ir.Schema{Fset: token.NewFileSet(), ByName: make(map[string]ir.Def)}}
	for i := range infos {
		info := &infos[i]
		if b.infos[info.Name] != nil {
			return nil, fmt.Errorf("query-qmp-schema: duplicate %q", info.Name)
		}
		b.infos[info.Name] = info
	}
	for i := range infos {
		if err := b.add(&infos[i]); err != nil {
			return nil, fmt.Errorf("query-qmp-schema: %w", err)
		}
	}
	checked := make(map[ir.Type]int)
	for _, t := range b.schema.Types {
		if !finite(t, checked) {
			return nil, fmt.Errorf("query-qmp-schema: %q contains itself", t.Head().Name)
		}
	}
	return b.schema, nil
}

// finite reports whether no list and no branch of a union contains itself. checked is 1 for types
// that are being checked and 2 for those that have been.
func finite(t ir.Type, checked map[ir.Type]int) bool {
	if t == nil || checked[t] == 2 {
		return true
	}
	if checked[t] == 1 {
		return false
	}
	checked[t] = 1
	defer func() { checked[t] = 2 }()
	switch t := t.(type) {
	case *ir.Array:
		return finite(t.Elem, checked)
	case *ir.Alternate:
		for _, b := range t.Branches {
			if _, ok := b.Type.(*ir.Alternate); ok && !finite(b.Type, checked) {
				return false
			}
		}
	case *ir.Union:
		for _, b := range t.Branches {
			if !finite(b.Type, checked) {
				return false
			}
		}
	}
	return true
}

// A builder builds a schema from introspection.
type builder struct {
	infos  map[string]*schemaInfo
	types  map[string]ir.Type
	depth  int
	schema *ir.Schema
}

func (b *builder) add(info *schemaInfo) error {
	head := ir.Info{Name: info.Name, Features: features(info.Features)}
	switch info.MetaType {
	case "command":
		arg, err := b.object(info.ArgType)
		if err != nil {
			return err
		}
		ret, err := b.find(info.RetType)
		if err != nil {
			return err
		}
		b.schema.Commands = append(b.schema.Commands, &ir.Command{Info: head, Arg: arg, Returns: ret,
			Gen: true, SuccessResponse: true, AllowOOB: info.AllowOOB != nil && *info.AllowOOB})
	case "event":
		arg, err := b.object(info.ArgType)
		if err != nil {
			return err
		}
		b.schema.Events = append(b.schema.Events, &ir.Event{Info: head, Arg: arg})
	default:
		_, err := b.find(info.Name)
		return err
	}
	return nil
}

func features(names []string) []ir.Feature {
	var list []ir.Feature
	for _, name := range names {
		list = append(list, ir.Feature{Name: name})
	}
	return list
}

// object is like find, but only for object types.
func (b *builder) object(name string) (ir.Type, error) {
	t, err := b.find(name)
	if err == nil && ir.JSONKindOf(t) != ir.JSONObject {
		return nil, fmt.Errorf("%q is not an object type", name)
	}
	return t, err
}

// find returns the type with a name. It builds the type on first use, and records it before its
// members, which can refer to it.
func (b *builder) find(name string) (ir.Type, error) {
	if t, ok := b.types[name]; ok {
		return t, nil
	}
	info := b.infos[name]
	if info == nil {
		return nil, fmt.Errorf("unknown type %q", name)
	}
	if b.depth++; b.depth > maxNesting {
		return nil, fmt.Errorf("%q is nested too deeply", name)
	}
	defer func() { b.depth-- }()
	head := ir.Info{Name: name, Features: features(info.Features), Implicit: true}
	var err error
	switch info.MetaType {
	case "builtin":
		b.types[name] = &ir.Builtin{Info: head, JSON: info.JSONType}
	case "array":
		t := &ir.Array{Info: head}
		b.types[name] = t
		t.Elem, err = b.find(info.ElementType)
	case "enum":
		b.types[name] = enumOf(head, info)
	case "alternate":
		t := &ir.Alternate{Info: head}
		b.types[name] = t
		for _, m := range info.Members {
			var branch ir.Type
			if branch, err = b.find(m.Type); err != nil {
				break
			}
			t.Branches = append(t.Branches, &ir.AltBranch{Name: string(ir.JSONKindOf(branch)), Type: branch, JSON: ir.JSONKindOf(branch)})
		}
	case "object":
		err = b.buildObject(head, info)
	default:
		err = fmt.Errorf("%q has the meta-type %q, which is not a type", name, info.MetaType)
	}
	if err != nil {
		return nil, err
	}
	t := b.types[name]
	b.schema.Types = append(b.schema.Types, t)
	return t, nil
}

// enumOf returns an enum. Servers before QEMU 6.2 list only the names of values.
func enumOf(head ir.Info, info *schemaInfo) *ir.Enum {
	t := &ir.Enum{Info: head}
	for _, m := range info.Members {
		t.Values = append(t.Values, &ir.EnumValue{Name: m.Name, Features: features(m.Features)})
	}
	if t.Values == nil {
		for _, v := range info.Values {
			t.Values = append(t.Values, &ir.EnumValue{Name: v})
		}
	}
	return t
}

// buildObject builds and records a struct or union.
func (b *builder) buildObject(head ir.Info, info *schemaInfo) error {
	common := &ir.Struct{Info: head}
	var union *ir.Union
	if info.Tag == "" {
		b.types[info.Name] = common
	} else {
		union = &ir.Union{Info: head, Base: common}
		b.types[info.Name] = union
	}
	for _, m := range info.Members {
		t, err := b.find(m.Type)
		if err != nil {
			return err
		}
		common.Members = append(common.Members, &ir.Member{Name: m.Name, Type: t, Optional: m.Default != nil, Features: features(m.Features)})
		if union != nil && m.Name == info.Tag {
			union.Discriminator = common.Members[len(common.Members)-1]
		}
	}
	if union == nil {
		return nil
	}
	if union.Discriminator == nil {
		return fmt.Errorf("%q has no member %q, its tag", info.Name, info.Tag)
	}
	values := make(map[string]*ir.EnumValue)
	if enum, ok := union.Discriminator.Type.(*ir.Enum); ok {
		for _, v := range enum.Values {
			values[v.Name] = v
		}
	}
	for _, v := range info.Variants {
		t, err := b.object(v.Type)
		if err != nil {
			return err
		}
		union.Branches = append(union.Branches, &ir.Branch{Name: v.Case, Type: t, Value: values[v.Case]})
	}
	return nil
}
