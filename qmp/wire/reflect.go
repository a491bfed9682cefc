package wire

import (
	"encoding"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Types that are not generated, which the package comment leaves to the rules of encoding/json, are
// encoded and decoded here by reflection. That package is not called for them: it would be linked
// into every program, a fifth of a small client, whether the program has such types or not.

// The interfaces of encoding/json that such a type can implement.
type (
	marshaler   interface{ MarshalJSON() ([]byte, error) }
	unmarshaler interface{ UnmarshalJSON([]byte) error }
	zeroer      interface{ IsZero() bool }
)

var (
	marshalerType     = reflect.TypeFor[marshaler]()
	unmarshalerType   = reflect.TypeFor[unmarshaler]()
	textType          = reflect.TypeFor[encoding.TextMarshaler]()
	textUnmarshalType = reflect.TypeFor[encoding.TextUnmarshaler]()
	zeroerType        = reflect.TypeFor[zeroer]()
)

// hasMethods reports whether encoding/json would call methods of t to encode or decode it.
func hasMethods(t reflect.Type) bool {
	return t.Implements(marshalerType) || t.Implements(unmarshalerType) ||
		t.Implements(textType) || t.Implements(textUnmarshalType)
}

// A reflectPlan is the cached information about such a type.
type reflectPlan struct {
	marshals, pointerMarshals bool // it, or a pointer to it, implements marshaler
	texts, pointerTexts       bool // the same for encoding.TextMarshaler
	fields                    []reflectField
}

// A reflectField is a field of a struct, or of an embedded struct, that is encoded and decoded.
type reflectField struct {
	name      string
	index     []int // as in reflect.StructField.Index; may lead through embedded pointers
	tagged    bool  // the name comes from a tag
	omitEmpty bool
	omitZero  bool
	quoted    bool // the option "string": a scalar within a string
}

var reflectPlans sync.Map // reflect.Type → *reflectPlan

func reflectPlanOf(t reflect.Type) *reflectPlan {
	if p, ok := reflectPlans.Load(t); ok {
		return p.(*reflectPlan)
	}
	p := &reflectPlan{marshals: t.Implements(marshalerType), texts: t.Implements(textType)}
	if t.Kind() != reflect.Pointer {
		ptr := reflect.PointerTo(t)
		p.pointerMarshals, p.pointerTexts = ptr.Implements(marshalerType), ptr.Implements(textType)
	}
	if t.Kind() == reflect.Struct {
		all := reflectFields(nil, t, nil, nil)
		for k := range all {
			if dominant(all, &all[k]) {
				p.fields = append(p.fields, all[k])
			}
		}
	}
	reflectPlans.Store(t, p)
	return p
}

// reflectFields appends the fields of the struct t in order, with those of an embedded struct in
// its place. index is the path to t; around are the structs that t is embedded in.
func reflectFields(fields []reflectField, t reflect.Type, index []int, around []reflect.Type) []reflectField {
	if slices.Contains(around, t) {
		return fields // the same fields, less deep, hide these
	}
	around = append(slices.Clip(around), t)
	for k := range t.NumField() {
		f := t.Field(k)
		tag, _ := jsonTag(f.Tag)
		typ := f.Type
		if typ.Name() == "" && typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		if tag == "-" || !f.IsExported() && (!f.Anonymous || typ.Kind() != reflect.Struct) {
			continue
		}
		name, options, _ := cut(tag, ',')
		if !isTagName(name) {
			name = ""
		}
		at := append(slices.Clip(index), k)
		if name == "" && f.Anonymous && typ.Kind() == reflect.Struct {
			fields = reflectFields(fields, typ, at, around)
			continue
		}
		field := reflectField{name: name, index: at, tagged: name != ""}
		if name == "" {
			field.name = f.Name
		}
		for option := ""; options != ""; {
			option, options, _ = cut(options, ',')
			switch option {
			case "omitempty":
				field.omitEmpty = true
			case "omitzero":
				field.omitZero = true
			case "string":
				field.quoted = isScalar(typ.Kind())
			}
		}
		fields = append(fields, field)
	}
	return fields
}

// isTagName reports whether a name in a tag is valid. encoding/json accepts letters and digits
// outside ASCII; here any character outside ASCII is valid, since the tables of unicode take 8 KiB
// of each client.
func isTagName(name string) bool {
	for _, c := range []byte(name) {
		if c < utf8.RuneSelf && !isASCIIName(c) && strings.IndexByte("!#$%&()*+-./:;<=>?@[]^_{|}~ ", c) < 0 {
			return false
		}
	}
	return name != ""
}

func isScalar(k reflect.Kind) bool {
	return k >= reflect.Bool && k <= reflect.Float64 || k == reflect.String
}

func isASCIIName(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

// dominant reports whether f is the field for its name by Go's rules: of the fields with that name
// the least deeply embedded one, and among several of these the only one with a tag. If there is
// more than one, there is no field for the name.
func dominant(all []reflectField, f *reflectField) bool {
	for k := range all {
		g := &all[k]
		if g == f || g.name != f.name || len(g.index) > len(f.index) {
			continue
		}
		if len(g.index) < len(f.index) || g.tagged || !f.tagged {
			return false
		}
	}
	return true
}

// find returns the field with this name, or else the first whose name differs only in the case of
// ASCII letters, or nil.
func (p *reflectPlan) find(name string) *reflectField {
	for k := range p.fields {
		if p.fields[k].name == name {
			return &p.fields[k]
		}
	}
	for k := range p.fields {
		if equalFold(p.fields[k].name, name) {
			return &p.fields[k]
		}
	}
	return nil
}

// equalFold reports whether two names are equal but for the case of ASCII letters. encoding/json
// matches other letters in any case, too, but no schema has them in a name (qapi-code-gen.rst), and
// the tables of unicode take 9 KiB of each client.
func equalFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for k := range len(a) {
		c, d := a[k]|0x20, b[k]|0x20
		if a[k] != b[k] && (c != d || c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

// isKey reports whether values of kind k can be keys of a map without having text methods.
func isKey(k reflect.Kind) bool {
	return k == reflect.String || k >= reflect.Int && k <= reflect.Uintptr
}

// jsonTag returns the value of the key json in the tag of a field like reflect.StructTag.Lookup,
// but does not decode escapes, which no valid name has. Lookup would link the reader of Go strings,
// 9 KiB of each client.
func jsonTag(tag reflect.StructTag) (value string, ok bool) {
	rest := string(tag)
	for {
		for rest != "" && rest[0] == ' ' {
			rest = rest[1:]
		}
		key, quoted, found := cut(rest, ':')
		if !found || quoted == "" || quoted[0] != '"' {
			return "", false
		}
		quoted = quoted[1:]
		end := 0
		for end < len(quoted) && quoted[end] != '"' {
			if quoted[end] == '\\' {
				end++
			}
			end++
		}
		if end >= len(quoted) {
			return "", false
		}
		if key == "json" {
			return quoted[:end], true
		}
		rest = quoted[end+1:]
	}
}
