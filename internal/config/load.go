package config

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Rules checks values: the key is the path of a configuration's key, such as
// "generate.parts". Each value of a list or mapping is checked by its rule;
// "lint.ignore_only.*" is for the keys of one.
type Rules map[string]func(value string) error

// Parse reads a configuration. Its paths are relative to the folder of the named file. The error is
// a [*Mistakes].
func Parse(name string, text []byte, rules Rules) (*Config, error) {
	wrong := &Mistakes{Path: name}
	c := &Config{Path: name}
	if root := document(text, wrong); root != nil {
		all := Rules{"version": known}
		maps.Copy(all, rules)
		d := decoder{dir: filepath.Dir(name), rules: all, wrong: wrong}
		d.value(reflect.ValueOf(c).Elem(), root, "", "")
		c.check(wrong)
	}
	if len(wrong.List) > 0 {
		wrong.sort()
		return nil, wrong
	}
	return c, nil
}

// known reports whether the program supports a version of the format.
func known(version string) error {
	if version != "1" {
		return fmt.Errorf("unsupported version %s, want 1", version)
	}
	return nil
}

// document returns the one document of a text.
func document(text []byte, wrong *Mistakes) ast.Node {
	start := Pos{1, 1}
	if len(text) > MaxSize {
		wrong.add(start, "larger than %d KiB", MaxSize>>10)
		return nil
	}
	// go-yaml makes a byte order mark part of the first key, and CRLF in quotes two line ends.
	text = bytes.ReplaceAll(bytes.TrimPrefix(text, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
	file, err := parser.ParseBytes(text, 0)
	var syntax yaml.Error
	switch {
	case errors.As(err, &syntax):
		wrong.add(tokenPos(syntax.GetToken()), "%s", syntax.GetMessage())
		return nil
	case err != nil:
		wrong.add(start, "%v", err)
		return nil
	}
	var root ast.Node
	for _, doc := range file.Docs {
		switch doc.Body.(type) {
		case nil, *ast.CommentGroupNode, *ast.DirectiveNode:
			continue
		}
		if root != nil {
			wrong.add(nodePos(doc.Body), "more than one document")
			return nil
		}
		root = doc.Body
	}
	if root == nil {
		wrong.add(start, "the configuration is empty; \"qapi-go init\" writes one to start with")
	}
	return root
}

// check checks the configuration as a whole.
func (c *Config) check(wrong *Mistakes) {
	if c.Schema != "" && len(c.Schemas) > 0 {
		wrong.add(Pos{1, 1}, "schema and schemas exclude each other")
	}
	folders := make(map[string]Pos)
	for _, g := range c.Generate {
		if g.Schema != "" && len(g.Schemas) > 0 {
			wrong.add(g.Pos, "schema and schemas exclude each other")
		}
		c.checkOutput(wrong, folders, "generate", g.Out, cmp.Or(g.Schema, strings.Join(g.Schemas, "")), g.Pos)
	}
	for _, d := range c.Docs {
		if d.Schema != "" && len(d.Schemas) > 0 {
			wrong.add(d.Pos, "schema and schemas exclude each other")
		}
		c.checkOutput(wrong, folders, "docs", d.Out, cmp.Or(d.Schema, strings.Join(d.Schemas, "")), d.Pos)
	}
}

// checkOutput refuses two outputs of one kind in the same folder, which would remove each
// other's files, and an output without a schema.
func (c *Config) checkOutput(wrong *Mistakes, folders map[string]Pos, kind, out, schema string, pos Pos) {
	if schema == "" && c.Schema == "" && len(c.Schemas) == 0 {
		wrong.add(pos, "no schema: set schema here, or at the top for all outputs")
	}
	if out == "" {
		return
	}
	key := kind + ":" + folder(out)
	if first, taken := folders[key]; taken {
		wrong.add(pos, "out is also the folder of the output at line %d", first.Line)
		return
	}
	folders[key] = pos
}

// folder returns one name for all paths of a folder, as far as it exists.
func folder(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return path
}
