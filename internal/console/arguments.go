package console

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// readArguments parses words of the form KEY=VALUE into an object whose values have type
// word. As in QEMU's qmp-shell, a key is a path with dots. The words are added to base,
// unless that is nil.
func readArguments(words []string, base *object) (*object, error) {
	top := base
	if top == nil {
		top = newObject()
	}
	for _, w := range words {
		key, text, ok := strings.Cut(w, "=")
		if !ok {
			return nil, fmt.Errorf("want KEY=VALUE, not %q", w)
		}
		if err := setPath(top, key, word(text)); err != nil {
			return nil, err
		}
	}
	return top, nil
}

// setPath sets the member of a dotted key.
func setPath(o *object, key string, v value) error {
	path := splitKey(key)
	for i, name := range path {
		if name == "" {
			return fmt.Errorf("the key %q has an empty part", key)
		}
		if i == len(path)-1 {
			break
		}
		inner, ok := o.values[name].(*object)
		if !ok && o.has(name) {
			return fmt.Errorf("argument %q is both a value and an object", strings.Join(path[:i+1], "."))
		}
		if !ok {
			inner = newObject()
			o.set(name, inner)
		}
		o = inner
	}
	last := path[len(path)-1]
	if _, isObject := o.values[last].(*object); isObject {
		return fmt.Errorf("argument %q is both a value and an object", key)
	}
	if o.has(last) {
		return fmt.Errorf("duplicate argument %q", key)
	}
	o.set(last, v)
	return nil
}

// downstream matches the prefix of a downstream name, whose dots are no separators.
var downstream = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^__[A-Za-z0-9.-]+_`) })

// splitKey splits a key at its dots.
func splitKey(key string) []string {
	var path []string
	for {
		skip := len(downstream().FindString(key))
		i := strings.IndexByte(key[skip:], '.')
		if i < 0 {
			return append(path, key)
		}
		path = append(path, key[:skip+i])
		key = key[skip+i+1:]
	}
}

// parseObject parses the JSON object of --args.
func parseObject(text string) (*object, error) {
	v, err := parseValue(text)
	if err != nil {
		return nil, err
	}
	o, ok := v.(*object)
	if !ok {
		return nil, fmt.Errorf("want a JSON object, not %s", kindOf(v))
	}
	return o, nil
}

// kindOf names the kind of a value for messages.
func kindOf(v value) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case string:
		return "a string"
	case []value:
		return "a list"
	case *object:
		return "an object"
	case word:
		return fmt.Sprintf("%q", string(v))
	}
	return "a number"
}

// guess returns a word as the value that QEMU's qmp-shell makes of it: a JSON value if it is
// JSON, else a string.
func guess(w word) value {
	text := string(w)
	switch {
	case strings.EqualFold(text, "true"):
		return true
	case strings.EqualFold(text, "false"):
		return false
	case isNumber(text):
		if v, ok := literal(text); ok {
			return v
		}
	case text != "" && strings.IndexByte(`{["'`, text[0]) >= 0:
		if v, err := parseValue(text); err == nil {
			return v
		}
	}
	return text
}

// guessAll applies guess to all words in a value.
func guessAll(v value) value {
	switch v := v.(type) {
	case word:
		return guess(v)
	case *object:
		for _, name := range v.names {
			v.values[name] = guessAll(v.values[name])
		}
	case []value:
		for i := range v {
			v[i] = guessAll(v[i])
		}
	}
	return v
}

// unquote returns the contents of a word that is a quoted string, and any other word as it is.
func unquote(w word) string {
	if text := string(w); len(text) >= 2 && (text[0] == '"' || text[0] == '\'') && endOfQuote(text, 0) == len(text)-1 {
		if s, err := (&valueParser{text: text}).string(); err == nil {
			return s
		}
	}
	return string(w)
}
