package fake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/ir"
)

// A Scenario defines replies that differ from the default. docs/console.md describes its format.
type Scenario struct {
	State map[string]any // at the start
	Rules []*Rule        // the first rule that applies to a command answers it
}

// A Rule defines the reply to a command.
type Rule struct {
	Command string
	Args    map[string]any // condition: arguments of the command
	When    map[string]any // condition: state
	Times   int            // how often the rule applies; 0 for always

	Return     json.RawMessage // nil for the default
	Error      *Failure
	Before     []Event // sent before the reply
	After      []Event // sent after the reply
	Delay      time.Duration
	Set        map[string]any // changes of the state
	Garbage    string         // sent unchanged before the reply
	Disconnect bool           // instead of the reply, after the garbage

	pos, whenPos Pos
}

// A Failure is an error reply.
type Failure struct{ Class, Desc string }

// An Event is an event of a scenario.
type Event struct {
	Name  string
	Data  json.RawMessage
	Delay time.Duration // before it is sent
}

// A Pos is a position in a scenario; both numbers count from 1.
type Pos struct{ Line, Column int }

// Mistakes are the errors in a scenario, at least one.
type Mistakes []string

// Error returns a line for each mistake: file:line:column: message.
func (m Mistakes) Error() string { return strings.Join(m, "\n") }

// ParseScenario parses a scenario and checks it against a schema: names of commands, events and
// error classes, arguments, and results. The error is a [Mistakes].
func ParseScenario(name string, data []byte, schema *ir.Schema) (*Scenario, error) {
	r := &scenarioReader{name: name, schema: schema}
	if len(data) > maxScenario {
		r.add(Pos{1, 1}, "the file is larger than %d bytes", maxScenario)
		return nil, r.mistakes
	}
	// go-yaml makes a byte order mark part of the first key, and CRLF in quotes two line ends.
	data = bytes.ReplaceAll(bytes.TrimPrefix(data, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		r.add(Pos{1, 1}, "%s", firstLine(err.Error()))
		return nil, r.mistakes
	}
	s := &Scenario{State: make(map[string]any)}
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if ast.Walk(r, doc.Body); len(r.mistakes) > 0 {
			return nil, r.mistakes
		}
		r.mapping(doc.Body, map[string]func(ast.Node){
			"state": func(n ast.Node) { s.State = r.object(n) },
			"rules": func(n ast.Node) {
				r.list(n, func(e ast.Node) { s.Rules = append(s.Rules, r.rule(e)) })
			},
		})
	}
	r.checkState(s)
	if len(s.Rules) == 0 && len(r.mistakes) == 0 {
		r.add(Pos{1, 1}, "there are no rules")
	}
	if len(r.mistakes) > 0 {
		return nil, r.mistakes
	}
	return s, nil
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// has reports whether there is a rule for a command. s may be nil.
func (s *Scenario) has(command string) bool {
	return s != nil && slices.ContainsFunc(s.Rules, func(r *Rule) bool { return r.Command == command })
}

// A scenarioReader reads the nodes of a scenario.
type scenarioReader struct {
	name     string
	schema   *ir.Schema
	mistakes Mistakes
}

// maxScenario bounds the size of a scenario, in bytes.
const maxScenario = 1 << 20

// Visit refuses aliases, by which a small text can make a value of any size. A number with the tag
// !!str becomes its own text, of which go-yaml would make another: "7.2" of 7.20.
func (r *scenarioReader) Visit(n ast.Node) ast.Visitor {
	switch n := n.(type) {
	case *ast.AliasNode, *ast.AnchorNode, *ast.MergeKeyNode:
		r.add(posOf(n), "anchors, aliases and merge keys are not allowed")
		return nil
	case *ast.TagNode:
		switch n.Value.(type) {
		case *ast.IntegerNode, *ast.FloatNode:
			if n.Start.Value == "!!str" {
				text := n.Value.GetToken()
				n.Value = &ast.StringNode{BaseNode: &ast.BaseNode{}, Token: text, Value: text.Value}
			}
		}
	}
	return r
}

func (r *scenarioReader) add(pos Pos, format string, args ...any) {
	r.mistakes = append(r.mistakes, fmt.Sprintf("%s:%d:%d: %s", diag.Visible(r.name), pos.Line, pos.Column, diag.Visible(fmt.Sprintf(format, args...))))
}

func posOf(n ast.Node) Pos {
	if t := n.GetToken(); t != nil && t.Position != nil {
		return Pos{t.Position.Line, t.Position.Column}
	}
	return Pos{1, 1}
}

// mapping reads a mapping, whose keys must be among the given ones.
func (r *scenarioReader) mapping(n ast.Node, keys map[string]func(ast.Node)) {
	var values []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	default:
		r.add(posOf(n), "it must be a mapping")
		return
	}
	seen := make(map[string]bool)
	for _, v := range values {
		key := v.Key.GetToken().Value
		read, ok := keys[key]
		switch {
		case !ok:
			var names []string
			for name := range keys {
				names = append(names, name)
			}
			slices.Sort(names)
			text := fmt.Sprintf("unknown key %q", key)
			if hint := diag.DidYouMean(key, names); hint != "" {
				text += "; " + hint
			}
			r.add(posOf(v.Key), "%s", text)
		case seen[key]:
			r.add(posOf(v.Key), "duplicate key %q", key)
		default:
			seen[key] = true
			read(v.Value)
		}
	}
}

func (r *scenarioReader) list(n ast.Node, read func(ast.Node)) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		r.add(posOf(n), "it must be a list")
		return
	}
	for _, e := range seq.Values {
		read(e)
	}
}

// value returns a node as a decoded JSON value.
func (r *scenarioReader) value(n ast.Node) any {
	var v any
	if err := yaml.NodeToValue(n, &v); err != nil {
		r.add(posOf(n), "%s", firstLine(err.Error()))
		return nil
	}
	text, err := json.Marshal(v)
	if err != nil {
		r.add(posOf(n), "it cannot be written as JSON: %v", err)
		return nil
	}
	var again any
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.UseNumber()
	if err := dec.Decode(&again); err != nil {
		r.add(posOf(n), "%v", err)
	}
	return again
}

func (r *scenarioReader) object(n ast.Node) map[string]any {
	v, ok := r.value(n).(map[string]any)
	if !ok {
		r.add(posOf(n), "it must be a mapping")
	}
	return v
}

func (r *scenarioReader) text(n ast.Node) string {
	s, ok := r.value(n).(string)
	if !ok {
		r.add(posOf(n), "it must be a string")
	}
	return s
}

func (r *scenarioReader) duration(n ast.Node) time.Duration {
	d, err := time.ParseDuration(fmt.Sprint(r.value(n)))
	if err != nil || d < 0 {
		r.add(posOf(n), "it must be a time, such as 100ms or 2s")
	}
	return d
}

func (r *scenarioReader) raw(n ast.Node) json.RawMessage {
	text, err := json.Marshal(r.value(n))
	if err != nil {
		r.add(posOf(n), "%v", err)
	}
	return text
}
