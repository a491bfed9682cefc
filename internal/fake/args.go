//lint:file-ignore ST1005 the texts are QEMU's

package fake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/qmp"
)

// checkArgs checks the arguments of a command and returns them decoded. The error has the text of
// QEMU's qobject-input-visitor.c.
func checkArgs(c *ir.Command, text json.RawMessage) (map[string]any, error) {
	args, err := decodeObject(text)
	if err != nil {
		return nil, err
	}
	k := &checker{open: !c.Gen}
	if err := k.object(args, c.Arg, ""); err != nil {
		return nil, &qmp.Error{Class: qmp.ClassGenericError, Desc: err.Error()}
	}
	return args, nil
}

// checkData checks the data of an event, or a result, with the same error texts.
func checkData(t ir.Type, text json.RawMessage) error {
	if len(text) == 0 {
		text = json.RawMessage("{}")
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return err
	}
	k := &checker{}
	if t == nil {
		object, ok := v.(map[string]any)
		if !ok || len(object) > 0 {
			return errors.New("it must be an empty object")
		}
		return nil
	}
	return k.value(v, t, "")
}

func decodeObject(text json.RawMessage) (map[string]any, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	args := make(map[string]any)
	if err := dec.Decode(&args); err != nil {
		return nil, err
	}
	return args, nil
}

// A checker checks values against types.
type checker struct {
	open    bool // unknown members of the outermost object are allowed
	partial bool // mandatory members may be missing
}

// A refusal is an error with QEMU's text.
type refusal string

func (r refusal) Error() string { return string(r) }

func refusef(format string, args ...any) error { return refusal(fmt.Sprintf(format, args...)) }

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// object checks the members of an object in schema order, and then that there are no others.
func (k *checker) object(v map[string]any, t ir.Type, path string) error {
	known := make(map[string]bool)
	if err := k.members(v, t, path, known); err != nil {
		return err
	}
	if k.open && path == "" {
		return nil
	}
	var unexpected []string
	for name := range v {
		if !known[name] {
			unexpected = append(unexpected, name)
		}
	}
	if len(unexpected) == 0 {
		return nil
	}
	slices.Sort(unexpected)
	return refusef("Parameter '%s' is unexpected", join(path, unexpected[0]))
}

func (k *checker) members(v map[string]any, t ir.Type, path string, known map[string]bool) error {
	var list []*ir.Member
	union, _ := t.(*ir.Union)
	switch t := t.(type) {
	case *ir.Struct:
		list = t.AllMembers()
	case *ir.Union:
		list = t.Base.AllMembers()
	}
	for _, m := range list {
		if k.open && m.IsWildcard() {
			continue
		}
		known[m.Name] = true
		value, ok := v[m.Name]
		switch {
		case !ok && (m.Optional || k.partial):
		case !ok:
			return refusef("Parameter '%s' is missing", join(path, m.Name))
		default:
			if err := k.value(value, m.Type, join(path, m.Name)); err != nil {
				return err
			}
		}
	}
	if union == nil {
		return nil
	}
	tag, tagged := v[union.Discriminator.Name].(string)
	for _, b := range union.Branches {
		if k.partial && !tagged && b.Type != nil {
			argumentNames(b.Type, known) // it may be any branch
		}
		if b.Name == tag && b.Type != nil {
			return k.members(v, b.Type, path, known)
		}
	}
	return nil
}

// value checks a value of any type.
func (k *checker) value(v any, t ir.Type, path string) error {
	switch t := t.(type) {
	case *ir.Enum:
		s, ok := v.(string)
		if !ok {
			return wrongType(path, "string")
		}
		if !slices.ContainsFunc(t.Values, func(e *ir.EnumValue) bool { return e.Name == s }) {
			return refusef("Parameter '%s' does not accept value '%s'", leaf(path), s)
		}
	case *ir.Array:
		list, ok := v.([]any)
		if !ok {
			return wrongType(path, "array")
		}
		for i, e := range list {
			if err := k.value(e, t.Elem, fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
	case *ir.Struct, *ir.Union:
		object, ok := v.(map[string]any)
		if !ok {
			return wrongType(path, "object")
		}
		return (&checker{partial: k.partial}).object(object, t, path)
	case *ir.Alternate:
		for _, b := range t.Branches {
			if takes(b.Type, v) {
				return k.value(v, b.Type, path)
			}
		}
		return wrongType(leaf(path), t.Name)
	case *ir.Builtin:
		return builtin(v, t, path)
	}
	return nil
}

// leaf returns the last name of a path, or "null" for an element of a list, as QEMU does.
func leaf(path string) string {
	name := path[strings.LastIndexByte(path, '.')+1:]
	if strings.HasSuffix(name, "]") {
		return "null"
	}
	return name
}

func wrongType(path, want string) error {
	return refusef("Invalid parameter type for '%s', expected: %s", path, want)
}

// builtin checks a value of a built-in type.
func builtin(v any, t *ir.Builtin, path string) error {
	number, isNumber := v.(json.Number)
	switch t.JSON {
	case ir.JSONString:
		if _, ok := v.(string); !ok {
			return wrongType(path, "string")
		}
	case ir.JSONBoolean:
		if _, ok := v.(bool); !ok {
			return wrongType(path, "boolean")
		}
	case ir.JSONNull:
		if v != nil {
			return wrongType(path, "null")
		}
	case ir.JSONNumber:
		if !isNumber {
			return wrongType(path, "number")
		}
	case ir.JSONInt:
		return integer(number, isNumber, t, path)
	}
	return nil
}

// integer checks an integer. QEMU reads 64 bits first: for an unsigned type, 2⁶⁴ is added to a
// negative number.
func integer(number json.Number, isNumber bool, t *ir.Builtin, path string) error {
	bits, signed := t.Bits()
	wide := func() error {
		if !signed {
			return refusef("Parameter '%s' expects uint64", path)
		}
		return wrongType(path, "integer")
	}
	n, ok := new(big.Int).SetString(number.String(), 10)
	if !isNumber || !ok {
		return wide()
	}
	low, high := new(big.Int).Lsh(big.NewInt(-1), 63), new(big.Int).Lsh(big.NewInt(1), 63)
	if !signed {
		high.Lsh(big.NewInt(1), 64)
		if n.Sign() < 0 && n.Cmp(low) >= 0 {
			n.Add(n, high)
		}
		low.SetInt64(0)
	}
	if n.Cmp(low) < 0 || n.Cmp(high) >= 0 {
		return wide()
	}
	if bits == 64 {
		return nil
	}
	limit := new(big.Int).Lsh(big.NewInt(1), uint(bits))
	if signed {
		limit.Rsh(limit, 1)
		low.Neg(limit)
	}
	if n.Cmp(low) < 0 || n.Cmp(limit) >= 0 {
		return refusef("Parameter '%s' expects %s_t", leaf(path), t.Name)
	}
	return nil
}

// takes reports whether a value has the JSON kind of a type.
func takes(t ir.Type, v any) bool {
	kind := ir.JSONKindOf(t)
	switch v := v.(type) {
	case nil:
		return kind == ir.JSONNull
	case bool:
		return kind == ir.JSONBoolean
	case string:
		return kind == ir.JSONString
	case json.Number:
		whole := !strings.ContainsAny(v.String(), ".eE")
		return kind == ir.JSONNumber || kind == ir.JSONInt && whole
	case []any:
		return kind == ir.JSONArray
	}
	return kind == ir.JSONObject
}
