package config

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/source"
)

// A decoder fills a Config from a YAML tree. It continues after a mistake.
type decoder struct {
	dir   string // of the file
	rules Rules
	wrong *Mistakes
}

// value decodes a node into v, whose key has that path; kind is the field's.
func (d *decoder) value(v reflect.Value, node ast.Node, path, kind string) {
	switch v.Kind() {
	case reflect.String:
		if text, ok := d.scalar(node, path); ok {
			v.SetString(d.resolve(text, kind))
		}
	case reflect.Slice:
		d.list(v, node, path, kind)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		d.each(node, path, func(key string, at, value ast.Node) {
			d.rule(path+".*", key, at)
			elem := reflect.New(v.Type().Elem()).Elem()
			d.value(elem, value, path, kind)
			v.SetMapIndex(reflect.ValueOf(key), elem)
		})
	case reflect.Struct:
		d.object(v, node, path)
	}
}

// list decodes a sequence. A single output may also be given without a list.
func (d *decoder) list(v reflect.Value, node ast.Node, path, kind string) {
	var elems []ast.Node
	switch n := node.(type) {
	case *ast.SequenceNode:
		elems = n.Values
	case *ast.MappingNode, *ast.MappingValueNode:
		if v.Type().Elem().Kind() != reflect.Struct {
			d.mismatch(node, path, "a list")
			return
		}
		elems = []ast.Node{node}
	default:
		d.mismatch(node, path, "a list")
		return
	}
	for _, e := range elems {
		elem := reflect.New(v.Type().Elem()).Elem()
		before := len(d.wrong.List)
		d.value(elem, e, path, kind)
		if _, isObject := mapping(e); elem.Kind() == reflect.Struct && !isObject && len(d.wrong.List) > before {
			continue // reported once
		}
		v.Set(reflect.Append(v, elem))
	}
}

// object decodes a mapping whose keys are the fields of a struct.
func (d *decoder) object(v reflect.Value, node ast.Node, path string) {
	seen := make(map[string]bool)
	ok := d.each(node, path, func(key string, at, value ast.Node) {
		var known []string
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name := f.Tag.Get("yaml")
			if name == key && name != "-" {
				seen[key] = true
				d.value(v.Field(i), value, join(path, key), f.Tag.Get("kind"))
				return
			}
			if name != "-" {
				known = append(known, name)
			}
		}
		msg := fmt.Sprintf("unknown key %q", key)
		if path != "" {
			msg += " in " + path
		}
		if near := diag.Nearest(key, known); near != "" {
			msg += fmt.Sprintf("; did you mean %q?", near)
		} else {
			msg += ": there are " + strings.Join(known, ", ")
		}
		d.wrong.add(nodePos(at), "%s", msg)
	})
	if !ok {
		return
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if name := f.Tag.Get("yaml"); f.Tag.Get("need") != "" && !seen[name] {
			d.wrong.add(nodePos(node), "missing %s in %s", name, path)
		}
		if f.Type == reflect.TypeFor[Pos]() {
			v.Field(i).Set(reflect.ValueOf(nodePos(node)))
		}
	}
}

// each calls f for each pair of a mapping. It reports whether the node is a mapping.
func (d *decoder) each(node ast.Node, path string, f func(key string, at, value ast.Node)) bool {
	pairs, ok := mapping(node)
	if !ok {
		d.mismatch(node, path, "a mapping of keys to values")
		return false
	}
	for _, p := range pairs {
		key, ok := p.Key.(*ast.StringNode)
		if !ok {
			d.wrong.add(nodePos(p.Key), "a key has to be a plain name, not %s", describe(p.Key))
			continue
		}
		f(key.Value, p.Key, p.Value)
	}
	return true
}

// mapping returns the pairs of a node that is a mapping.
func mapping(node ast.Node) (pairs []*ast.MappingValueNode, ok bool) {
	switch n := node.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

// scalar returns the text of a node, checked against its rule.
func (d *decoder) scalar(node ast.Node, path string) (string, bool) {
	var text string
	switch n := node.(type) {
	case *ast.StringNode:
		text = n.Value
	case *ast.LiteralNode:
		text = n.Value.Value
	case *ast.IntegerNode, *ast.FloatNode: // such as a release
		text = n.GetToken().Value
	default:
		d.mismatch(node, path, "a string")
		return "", false
	}
	if text == "" {
		d.wrong.add(nodePos(node), "%s is empty", path)
		return "", false
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		d.wrong.add(nodePos(node), "%s is not text", path)
		return "", false
	}
	return text, d.rule(path, text, node)
}

// rule checks a value against the rule of its path.
func (d *decoder) rule(path, text string, at ast.Node) bool {
	rule := d.rules[path]
	if rule == nil {
		return true
	}
	if err := rule(text); err != nil {
		d.wrong.add(nodePos(at), "%s: %v", strings.TrimSuffix(path, ".*"), err)
		return false
	}
	return true
}

// resolve makes a path or the name of a schema relative to the folder of the
// file.
func (d *decoder) resolve(text, kind string) string {
	switch kind {
	case "path":
		if !filepath.IsAbs(text) {
			return filepath.Join(d.dir, filepath.FromSlash(text))
		}
	case "source":
		return source.In(d.dir, text)
	}
	return text
}

// mismatch reports a node of the wrong kind.
func (d *decoder) mismatch(node ast.Node, path, want string) {
	if path == "" {
		path = "a configuration"
	}
	d.wrong.add(nodePos(node), "%s must be %s, not %s", path, want, describe(node))
}

// describe returns the kind of a node.
func describe(node ast.Node) string {
	switch n := node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.NullNode:
		return "nothing"
	case *ast.AliasNode, *ast.AnchorNode, *ast.MergeKeyNode:
		return "an anchor or alias"
	case *ast.TagNode:
		return "a tag"
	case *ast.BoolNode:
		return fmt.Sprintf("the boolean %t (a string of that text needs quotes)", n.Value)
	}
	return fmt.Sprintf("%q", node.GetToken().Value)
}

// join returns the path of a key.
func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// nodePos returns where a node starts. For a mapping, that is its first key, since its own
// token is the first colon.
func nodePos(node ast.Node) Pos {
	switch n := node.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return nodePos(n.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return nodePos(n.Key)
	}
	return tokenPos(node.GetToken())
}

func tokenPos(t *token.Token) Pos {
	if t == nil || t.Position == nil {
		return Pos{1, 1}
	}
	return Pos{max(1, t.Position.Line), max(1, t.Position.Column)}
}
