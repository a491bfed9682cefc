package fake

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/behind"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/qmp"
)

// rule reads a rule and checks it.
func (r *scenarioReader) rule(n ast.Node) *Rule {
	rule := &Rule{pos: posOf(n)}
	var args, returns ast.Node
	r.mapping(n, map[string]func(ast.Node){
		"command": func(n ast.Node) { rule.Command = r.text(n); rule.pos = posOf(n) },
		"args":    func(n ast.Node) { rule.Args, args = r.object(n), n },
		"when":    func(n ast.Node) { rule.When, rule.whenPos = r.object(n), posOf(n) },
		"times": func(n ast.Node) {
			if _, err := fmt.Sscan(fmt.Sprint(r.value(n)), &rule.Times); err != nil || rule.Times < 1 {
				r.add(posOf(n), "it must be a number from 1 on")
			}
		},
		"return": func(n ast.Node) { rule.Return, returns = r.raw(n), n },
		"error": func(n ast.Node) {
			rule.Error = &Failure{Class: qmp.ClassGenericError}
			r.mapping(n, map[string]func(ast.Node){
				"class": func(n ast.Node) { rule.Error.Class = r.class(n) },
				"desc":  func(n ast.Node) { rule.Error.Desc = r.text(n) },
			})
		},
		"before":     func(n ast.Node) { rule.Before = r.events(n) },
		"after":      func(n ast.Node) { rule.After = r.events(n) },
		"delay":      func(n ast.Node) { rule.Delay = r.duration(n) },
		"set":        func(n ast.Node) { rule.Set = r.object(n) },
		"garbage":    func(n ast.Node) { rule.Garbage = r.text(n) },
		"disconnect": func(n ast.Node) { rule.Disconnect = r.value(n) == true },
	})
	c := commandNamed(r.schema, rule.Command)
	if c == nil {
		var names []string
		for _, c := range r.schema.Commands {
			names = append(names, c.Name)
		}
		r.add(rule.pos, "the schema has no command %q%s", rule.Command, near(rule.Command, names))
		return rule
	}
	r.checkRule(rule, c, args, returns)
	return rule
}

// checkRule checks a rule against its command.
func (r *scenarioReader) checkRule(rule *Rule, c *ir.Command, args, returns ast.Node) {
	known := make(map[string]bool)
	argumentNames(c.Arg, known)
	unknown := false
	for _, name := range sortedKeys(rule.Args) {
		if !known[name] && c.Gen {
			unknown = true
			r.add(posOf(args), "command %q has no argument %q%s", c.Name, name, near(name, sortedKeys(known)))
		}
	}
	if len(rule.Args) > 0 && !unknown && c.Arg != nil {
		if err := (&checker{open: !c.Gen, partial: true}).object(rule.Args, c.Arg, ""); err != nil {
			r.add(posOf(args), "command %q cannot have these arguments: %v", c.Name, err)
		}
	}
	if rule.Return != nil && rule.Error != nil {
		r.add(rule.pos, "return and error exclude each other")
	}
	if rule.Return != nil && !bytes.Contains(rule.Return, []byte(`"${`)) {
		if err := checkData(c.Returns, rule.Return); err != nil {
			r.add(posOf(returns), "command %q cannot return this: %v", c.Name, err)
		}
	}
}

// argumentNames collects the names of all members that an object can have.
func argumentNames(t ir.Type, into map[string]bool) {
	switch t := t.(type) {
	case *ir.Struct:
		for _, m := range t.AllMembers() {
			into[m.Name] = true
		}
	case *ir.Union:
		for _, m := range t.Base.AllMembers() {
			into[m.Name] = true
		}
		for _, b := range t.Branches {
			if b.Type != nil {
				argumentNames(b.Type, into)
			}
		}
	}
}

// class reads an error class, which must be in the schema if that lists them.
func (r *scenarioReader) class(n ast.Node) string {
	name := r.text(n)
	classes, ok := r.schema.ByName["QapiErrorClass"].(*ir.Enum)
	if !ok {
		return name
	}
	var names []string
	for _, v := range classes.Values {
		names = append(names, v.Name)
	}
	if !slices.Contains(names, name) {
		r.add(posOf(n), "the schema has no error class %q%s", name, near(name, names))
	}
	return name
}

// checkState checks that each state in a condition is set somewhere.
func (r *scenarioReader) checkState(s *Scenario) {
	set := make(map[string]bool)
	for name := range s.State {
		set[name] = true
	}
	for _, rule := range s.Rules {
		for name := range rule.Set {
			set[name] = true
		}
	}
	for _, rule := range s.Rules {
		for _, name := range sortedKeys(rule.When) {
			if !set[name] {
				r.add(rule.whenPos, "nothing sets %q%s", name, near(name, sortedKeys(set)))
			}
		}
	}
}

func sortedKeys[V any](m map[string]V) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (r *scenarioReader) events(n ast.Node) []Event {
	var list []Event
	r.list(n, func(n ast.Node) {
		var e Event
		r.mapping(n, map[string]func(ast.Node){
			"event": func(n ast.Node) { e.Name = r.text(n) },
			"data":  func(n ast.Node) { e.Data = r.raw(n) },
			"delay": func(n ast.Node) { e.Delay = r.duration(n) },
		})
		ev := eventNamed(r.schema, e.Name)
		if ev == nil {
			r.add(posOf(n), "the schema has no event %q%s", e.Name, r.nearEvent(e.Name))
		} else if err := checkData(ev.Arg, e.Data); err != nil && !bytes.Contains(e.Data, []byte(`"${`)) {
			r.add(posOf(n), "event %s cannot have this data: %v", e.Name, err)
		}
		list = append(list, e)
	})
	return list
}

// near returns a hint at a name that is similar to an unknown one, or "".
func near(name string, names []string) string {
	if hint := diag.DidYouMean(name, names); hint != "" {
		return "; " + hint
	}
	return ""
}

func (r *scenarioReader) nearEvent(name string) string {
	var names []string
	for _, ev := range r.schema.Events {
		names = append(names, ev.Name)
	}
	return near(name, names)
}

// match returns the first rule that applies to a command, and counts its use, or nil.
func (s *Server) match(command string, args map[string]any) *Rule {
	if s.opts.Scenario == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.opts.Scenario.Rules {
		if r.Command != command || r.Times > 0 && s.used[r] >= r.Times || !contains(args, r.Args) || !contains(s.state, r.When) {
			continue
		}
		s.used[r]++
		return r
	}
	return nil
}

// contains reports whether have has all members of want, recursively.
func contains(have, want map[string]any) bool {
	for name, w := range want {
		h, ok := have[name]
		if !ok {
			return false
		}
		inner, object := w.(map[string]any)
		outer, also := h.(map[string]any)
		if object && also {
			if !contains(outer, inner) {
				return false
			}
		} else if !reflect.DeepEqual(h, w) {
			return false
		}
	}
	return true
}

// play applies a rule.
func (s *Server) play(ctx context.Context, c *ir.Command, r *Rule) (any, error) {
	if err := wait(ctx, r.Delay); err != nil {
		return nil, err
	}
	s.mu.Lock()
	for name, v := range r.Set {
		s.state[name] = v
	}
	s.mu.Unlock()
	for _, e := range r.Before {
		if err := wait(ctx, e.Delay); err != nil {
			return nil, err
		}
		if err := s.Emit(e.Name, s.fill(e.Data)); err != nil {
			return nil, err
		}
	}
	if r.Garbage != "" || r.Disconnect {
		behind.Write(ctx, r.Garbage)
		if r.Disconnect {
			ctx.Value(connKey{}).(io.Closer).Close()
		}
	}
	behind.Reply(ctx, func() { s.later(r.After) })
	switch {
	case r.Error != nil:
		return nil, &qmp.Error{Class: r.Error.Class, Desc: r.Error.Desc}
	case c.Returns == nil:
		return nil, nil
	case r.Return != nil:
		result := s.fill(r.Return)
		if err := checkData(c.Returns, result); err != nil {
			return nil, fmt.Errorf("the result in the scenario is not valid: %w", err)
		}
		return &result, nil
	}
	result := json.RawMessage(s.maker.result(c))
	return &result, nil
}

// later sends events after the reply.
func (s *Server) later(events []Event) {
	if len(events) == 0 {
		return
	}
	s.work.Go(func() {
		for _, e := range events {
			if wait(s.ctx, e.Delay) != nil {
				return
			}
			s.Emit(e.Name, s.fill(e.Data))
		}
	})
}

func wait(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// fill replaces strings like "${status}" by the state.
func (s *Server) fill(text json.RawMessage) json.RawMessage {
	if !bytes.Contains(text, []byte(`"${`)) {
		return text
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := string(text)
	for name, v := range s.state {
		if value, err := json.Marshal(v); err == nil {
			out = strings.ReplaceAll(out, `"${`+name+`}"`, string(value))
		}
	}
	return json.RawMessage(out)
}
