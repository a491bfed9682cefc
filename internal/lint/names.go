package lint

import (
	"fmt"
	"iter"
	"strings"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/ir"
)

// A nameUse is a name of a part of a definition.
type nameUse struct {
	name     ast.Str
	what     string // as in "member 'x'"
	features []*ast.Feature
}

// namesIn yields the names of the parts of a definition, except the branches of a union with
// a discriminator, which are values of an enum.
func namesIn(def ast.Def) iter.Seq[nameUse] {
	return func(yield func(nameUse) bool) {
		for _, m := range membersOf(def) {
			what := "member"
			switch def.(type) {
			case *ast.Command, *ast.Event:
				what = "argument"
			}
			if !yield(nameUse{m.Name, what, m.Features}) {
				return
			}
		}
		var branches []*ast.Branch
		switch d := def.(type) {
		case *ast.Enum:
			for _, v := range d.Values {
				if !yield(nameUse{v.Name, "value", v.Features}) {
					return
				}
			}
		case *ast.Alternate:
			branches = d.Branches
		case *ast.Union:
			if d.Discriminator == nil {
				branches = d.Branches
			}
		}
		for _, b := range branches {
			if !yield(nameUse{b.Name, "branch", nil}) {
				return
			}
		}
	}
}

// membersOf returns the members that a definition lists, including those of nested structs.
func membersOf(def ast.Def) []*ast.Member {
	var own []*ast.Member
	switch d := def.(type) {
	case *ast.Struct:
		own = d.Members
	case *ast.Union:
		if d.Base != nil {
			own = d.Base.Members
		}
	case *ast.Command:
		own = dataMembers(d.Data)
	case *ast.Event:
		own = dataMembers(d.Data)
	}
	var all []*ast.Member
	var add func([]*ast.Member)
	add = func(list []*ast.Member) {
		for _, m := range list {
			all = append(all, m)
			add(m.Type.Members)
		}
	}
	add(own)
	return all
}

func dataMembers(d *ast.Data) []*ast.Member {
	if d == nil {
		return nil
	}
	return d.Members
}

// stem returns a name without the prefixes "__RFQDN_" and "x-".
func stem(name string) string {
	return strings.TrimPrefix(withoutVendor(name), "x-")
}

// withoutVendor returns a name without the prefix of a downstream project.
func withoutVendor(name string) string {
	if rest, ok := strings.CutPrefix(name, "__"); ok {
		if _, rest, ok := strings.Cut(rest, "_"); ok {
			return rest
		}
	}
	return name
}

const (
	lowers = "abcdefghijklmnopqrstuvwxyz"
	uppers = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits = "0123456789"
)

// nameCase finds names in the wrong case. From QEMU 6.0 on the compiler refuses them,
// except for types listed in a pragma.
func (l *linter) nameCase() {
	excepted := exceptions(l.IR.Pragma.MemberNameExceptions)
	for it, def := range l.definitions {
		name := def.Head().Name
		s := stem(name.Value)
		switch def.(type) {
		case *ast.Command:
			if strings.ContainsAny(s, uppers) {
				l.warn(codeNameCase, it, name.From, name.To, "the name of a command must not use uppercase")
			}
		case *ast.Event:
			if strings.ContainsAny(s, lowers) {
				l.warn(codeNameCase, it, name.From, name.To, "the name of an event must not use lowercase")
			}
		default:
			if !isCamel(s) {
				l.warn(codeNameCase, it, name.From, name.To, fmt.Sprintf("the name of %s %s must use CamelCase", article(def.Keyword()), def.Keyword()))
			}
		}
		for n := range namesIn(def) {
			if strings.ContainsAny(stem(n.name.Value), uppers) && !excepted[exceptionKey(def)] {
				l.warn(codeNameCase, it, n.name.From, n.name.To, fmt.Sprintf("the name of %s %s must not use uppercase", article(n.what), n.what))
			}
		}
	}
}

// exceptionKey returns the name by which a pragma excepts the members of a type. It is ""
// for commands and events, which no pragma excepts.
func exceptionKey(def ast.Def) string {
	switch def.(type) {
	case *ast.Command, *ast.Event:
		return ""
	}
	return def.Head().Name.Value
}

func article(noun string) string {
	if strings.ContainsRune("aeiou", rune(noun[0])) && noun != "union" {
		return "an"
	}
	return "a"
}

// isCamel reports whether QEMU's compiler accepts a name as CamelCase.
func isCamel(s string) bool {
	return s != "" && strings.ContainsRune(uppers, rune(s[0])) && strings.ContainsAny(s, lowers) &&
		strings.Trim(s, lowers+uppers+digits) == ""
}

// nameUnderscore finds names whose words are joined by the wrong character.
func (l *linter) nameUnderscore() {
	commands := exceptions(l.IR.Pragma.CommandNameExceptions)
	types := exceptions(l.IR.Pragma.MemberNameExceptions)
	for it, def := range l.definitions {
		name := def.Head().Name
		s := stem(name.Value)
		switch def.(type) {
		case *ast.Command:
			if strings.Contains(s, "_") && !commands[name.Value] {
				l.warn(codeNameUnderscore, it, name.From, name.To, "the name of a command must use '-' between words, not '_'")
			}
		case *ast.Event:
			if strings.Contains(s, "-") {
				l.warn(codeNameUnderscore, it, name.From, name.To, "the name of an event must use '_' between words, not '-'")
			}
		}
		for n := range namesIn(def) {
			if strings.Contains(stem(n.name.Value), "_") && !types[exceptionKey(def)] {
				l.warn(codeNameUnderscore, it, n.name.From, n.name.To,
					fmt.Sprintf("the name of %s %s must use '-' between words, not '_'", article(n.what), n.what))
			}
		}
	}
}

// xPrefix finds names with the prefix of experimental interfaces, but without the feature
// 'unstable', which exists from QEMU 6.2 on.
func (l *linter) xPrefix() {
	if l.release.Before(6, 2) {
		return
	}
	for it, def := range l.definitions {
		h := def.Head()
		whole := hasFeature(h.Features, "unstable")
		switch def.(type) {
		case *ast.Command, *ast.Event:
			if s := strings.ToLower(withoutVendor(h.Name.Value)); !whole && (strings.HasPrefix(s, "x-") || strings.HasPrefix(s, "x_")) {
				l.warn(codeXPrefix, it, h.Name.From, h.Name.To, fmt.Sprintf("this %s has the prefix 'x-', but not the feature 'unstable'", def.Keyword()))
			}
		}
		for n := range namesIn(def) {
			if n.what != "branch" && !whole && !hasFeature(n.features, "unstable") && strings.HasPrefix(withoutVendor(n.name.Value), "x-") {
				l.warn(codeXPrefix, it, n.name.From, n.name.To, fmt.Sprintf("this %s has the prefix 'x-', but not the feature 'unstable'", n.what))
			}
		}
	}
}

// returnObject finds commands whose results cannot be extended, since they are not objects.
func (l *linter) returnObject() {
	excepted := exceptions(l.IR.Pragma.CommandReturnsExceptions)
	for it, def := range l.definitions {
		c, ok := def.(*ast.Command)
		if !ok || c.Returns == nil || excepted[c.Name.Value] {
			continue
		}
		if cmd, ok := l.IR.ByName[c.Name.Value].(*ir.Command); ok && !isObject(cmd.Returns) {
			l.warn(codeReturnObject, it, c.Returns.From, c.Returns.To, "the command returns neither an object nor a list of objects")
		}
	}
}

// isObject reports whether values of a type are objects, or lists of them.
func isObject(t ir.Type) bool {
	if a, ok := t.(*ir.Array); ok {
		t = a.Elem
	}
	switch t.(type) {
	case nil, *ir.Struct, *ir.Union:
		return true
	}
	return false
}

// modern reports whether the documentation is parsed by the rules of QEMU 9.0 and newer.
func (l *linter) modern() bool { return l.release >= dialect.Of(9, 0) }
