package console

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/ir"
)

// enum converts a value of an enum.
func (c *checker) enum(path string, t *ir.Enum, v value) value {
	text := ""
	switch v := v.(type) {
	case word:
		text = unquote(v)
	case string:
		text = v
	default:
		c.add(path, "want a string, one of %s, not %s", allowed(enumNames(t)), kindOf(v))
		return v
	}
	names := enumNames(t)
	if slices.Contains(names, text) {
		return text
	}
	hint := ""
	if near := diag.Nearest(text, names); near != "" {
		hint = "; did you mean '" + near + "'?"
	}
	c.add(path, "unknown value '%s'%s Allowed: %s", text, hint+period(hint), allowed(names))
	return v
}

// array converts a list. It may be an object whose members are named 0, 1, …, as dotted keys
// make it.
func (c *checker) array(path string, t *ir.Array, v value) value {
	if w, ok := v.(word); ok {
		parsed, err := parseValue(string(w))
		if err != nil {
			c.add(path, "want a list of %s, such as %s: %v", plainTypeName(t.Elem), listExample(t.Elem), err)
			return v
		}
		v = parsed
	}
	if o, ok := v.(*object); ok && numbered(o) {
		list := make([]value, len(o.names))
		for i := range list {
			list[i] = o.values[strconv.Itoa(i)]
		}
		v = list
	}
	list, ok := v.([]value)
	if !ok {
		c.add(path, "want a list such as %s, not %s", listExample(t.Elem), kindOf(v))
		return v
	}
	for i := range list {
		list[i] = c.convert(fmt.Sprintf("%s.%d", path, i), t.Elem, list[i])
	}
	return list
}

// numbered reports whether the names of an object are 0, 1 and so on.
func numbered(o *object) bool {
	for i := range o.names {
		if !o.has(strconv.Itoa(i)) {
			return false
		}
	}
	return len(o.names) > 0
}

// alternate converts a value of an alternate.
func (c *checker) alternate(path string, t *ir.Alternate, v value) value {
	if w, ok := v.(word); ok {
		v = chooseKind(t, w)
	}
	kind := kindOfValue(v)
	for _, b := range t.Branches {
		if b.JSON == kind || b.JSON == ir.JSONNumber && kind == ir.JSONInt && !hasKind(t, ir.JSONInt) {
			return c.convert(path, b.Type, v)
		}
	}
	var kinds []string
	for _, b := range t.Branches {
		kinds = append(kinds, typeName(b.Type))
	}
	c.add(path, "want %s, not %s", strings.Join(kinds, " or "), kindOf(v))
	return v
}

// chooseKind converts a word to the kind of one of the branches of an alternate.
func chooseKind(t *ir.Alternate, w word) value {
	text := string(w)
	if guessed, ok := guess(w).(string); !ok || guessed != text {
		if v := guess(w); hasKind(t, kindOfValue(v)) || kindOfValue(v) == ir.JSONInt && hasKind(t, ir.JSONNumber) {
			return v
		}
	}
	if text == "null" && hasKind(t, ir.JSONNull) {
		return nil
	}
	if text != "" && (text[0] == '{' || text[0] == '[') && !hasKind(t, ir.JSONString) {
		return guess(w)
	}
	return unquote(w)
}

func hasKind(t *ir.Alternate, kind ir.JSONKind) bool {
	return slices.ContainsFunc(t.Branches, func(b *ir.AltBranch) bool { return b.JSON == kind })
}

// kindOfValue returns the kind of a value other than a word.
func kindOfValue(v value) ir.JSONKind {
	switch v := v.(type) {
	case nil:
		return ir.JSONNull
	case bool:
		return ir.JSONBoolean
	case string:
		return ir.JSONString
	case []value:
		return ir.JSONArray
	case *object:
		return ir.JSONObject
	case json.Number:
		if strings.ContainsAny(string(v), ".eE") {
			return ir.JSONNumber
		}
	}
	return ir.JSONInt
}

// builtin converts a value of a built-in type.
func (c *checker) builtin(path string, t *ir.Builtin, v value) value {
	w, isWord := v.(word)
	switch t.JSON {
	case ir.JSONString:
		if isWord {
			return unquote(w)
		}
		if _, ok := v.(string); ok {
			return v
		}
	case ir.JSONBoolean:
		if isWord {
			switch strings.ToLower(unquote(w)) {
			case "true", "on", "yes":
				return true
			case "false", "off", "no":
				return false
			}
			c.add(path, "want true or false, not %q", string(w))
			return v
		}
		if _, ok := v.(bool); ok {
			return v
		}
	case ir.JSONInt:
		return c.integer(path, t, v)
	case ir.JSONNumber:
		if isWord && isNumber(string(w)) {
			return json.Number(w)
		}
		if _, ok := v.(json.Number); ok {
			return v
		}
	case ir.JSONNull:
		if v == nil || isWord && string(w) == "null" {
			return nil
		}
	default:
		return guessAll(v)
	}
	c.add(path, "want %s, not %s", typeName(t), kindOf(v))
	return v
}

// integer converts an integer. A word may be hexadecimal. For size and int, it may have a
// suffix of QEMU's command line: k, M, G, T, P or E, powers of 1024.
func (c *checker) integer(path string, t *ir.Builtin, v value) value {
	var text string
	switch v := v.(type) {
	case word:
		text = integerText(t, unquote(v))
	case json.Number:
		text = string(v)
	default:
		c.add(path, "want an integer, not %s", kindOf(v))
		return v
	}
	low, high := int64(math.MinInt64), uint64(math.MaxUint64)
	if bits, _ := t.Bits(); bits > 0 && t.Name != "int" {
		low, high = t.Range()
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n < 0 && n >= low {
		return json.Number(text)
	}
	if n, err := strconv.ParseUint(text, 10, 64); err == nil && n <= high {
		return json.Number(text)
	}
	switch {
	case !isNumber(text) || strings.ContainsAny(text, ".eE"):
		c.add(path, "want an integer, not %q", text)
	default:
		c.add(path, "%s is out of range: want %d to %d", text, low, high)
	}
	return v
}

// integerText returns an integer as typed in decimal form, or the text if it is none.
func integerText(t *ir.Builtin, text string) string {
	if len(text) > 2 && (text[:2] == "0x" || text[:2] == "0X") {
		if n, err := strconv.ParseUint(text[2:], 16, 64); err == nil {
			return strconv.FormatUint(n, 10)
		}
	}
	if t.Name != "size" && t.Name != "int" || text == "" {
		return text
	}
	shift := strings.IndexByte("kmgtpe", text[len(text)-1]|0x20)
	if n, err := strconv.ParseUint(text[:len(text)-1], 10, 64); err == nil && shift >= 0 {
		if shift = 10 * (shift + 1); n <= math.MaxUint64>>shift {
			return strconv.FormatUint(n<<shift, 10)
		}
	}
	return strings.TrimPrefix(text, "+")
}
