package lint

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/diag"
)

// Options selects the rules to check. The zero value means the group STANDARD, everywhere.
type Options struct {
	// Use lists the rules and groups to check; empty means STANDARD.
	Use []string

	// Except lists rules and groups not to check, although they are in Use.
	Except []string

	// IgnoreOnly lists, by rule, the files and folders in which it is not checked, with the
	// names that diagnostics print.
	IgnoreOnly map[string][]string
}

// Check returns an error if a name is neither a rule nor a group.
func (o Options) Check() error {
	names := slices.Concat(o.Use, o.Except)
	for _, name := range names {
		if len(members(name)) == 0 {
			return unknown("rule or group", name, append(slices.Clone(Groups), ruleNames()...))
		}
	}
	only := make([]string, 0, len(o.IgnoreOnly))
	for name := range o.IgnoreOnly {
		only = append(only, name)
	}
	slices.Sort(only)
	for _, name := range only {
		if ruleOf(name) == nil {
			return unknown("rule", name, ruleNames())
		}
	}
	return nil
}

func unknown(what, name string, known []string) error {
	near := strings.ToUpper(name)
	if !slices.Contains(known, near) {
		near = diag.Nearest(near, known)
	}
	if near != "" {
		return fmt.Errorf("unknown %s %q; did you mean %s?", what, name, near)
	}
	return fmt.Errorf("unknown %s %q", what, name)
}

// rules returns the rules to check.
func (o Options) rules() map[diag.Code]bool {
	use := o.Use
	if len(use) == 0 {
		use = []string{Standard}
	}
	on := make(map[diag.Code]bool)
	for _, name := range use {
		for _, code := range members(name) {
			on[code] = true
		}
	}
	for _, name := range o.Except {
		for _, code := range members(name) {
			delete(on, code)
		}
	}
	return on
}

// ignores reports whether a rule is not checked in a file.
func (o Options) ignores(code diag.Code, file string) bool {
	file = clean(file)
	return slices.ContainsFunc(o.IgnoreOnly[string(code)], func(p string) bool {
		p = clean(p)
		return p == file || p == "." && filepath.IsLocal(file) || strings.HasPrefix(file, strings.TrimSuffix(p, "/")+"/")
	})
}

func clean(name string) string { return path.Clean(filepath.ToSlash(name)) }

// members returns the rule of that name, or the rules of the group of that name.
func members(name string) []diag.Code {
	if r := ruleOf(name); r != nil {
		return []diag.Code{r.Code}
	}
	var codes []diag.Code
	for _, r := range Rules() {
		if r.Group == name && name != "" {
			codes = append(codes, r.Code)
		}
	}
	return codes
}

// ruleOf returns the rule of that name, or nil.
func ruleOf(name string) *Rule {
	for _, r := range Rules() {
		if string(r.Code) == name {
			return &r
		}
	}
	return nil
}

func ruleNames() []string {
	var names []string
	for _, r := range Rules() {
		names = append(names, string(r.Code))
	}
	return names
}
