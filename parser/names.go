package parser

import (
	"strings"

	"github.com/qapi-go/qapi-go/ast"
)

// A nameRule is what the stem of a name must look like. The rules are those of
// QEMU 6.0 and newer (check_name_* in scripts/qapi/expr.py).
type nameRule uint8

const (
	lowerCase         nameRule = iota // no upper case, no '_'
	lowerOrUnderscore                 // no upper case
	anyCase
)

// nameStem returns a name without its prefixes "__RFQDN_" and "x-", or false if
// it is no name at all or reserved for QEMU's own.
func nameStem(name string) (string, bool) {
	if strings.HasPrefix(name, "q_") || strings.HasPrefix(name, "q-") || strings.HasPrefix(name, "q.") {
		return "", false
	}
	stem := name
	if rest, ok := strings.CutPrefix(stem, "__"); ok {
		domain, rest, ok := strings.Cut(rest, "_")
		if !ok || domain == "" || strings.Trim(domain, letters+digits+".-") != "" {
			return "", false
		}
		stem = rest
	}
	if len(stem) > 2 && (stem[0] == 'x' || stem[0] == 'X') && stem[1] == '-' && isLetter(stem[2]) {
		stem = stem[2:]
	}
	if stem == "" || !isLetter(stem[0]) || strings.Trim(stem, letters+digits+"_-") != "" {
		return "", false
	}
	return stem, true
}

const (
	lowers  = "abcdefghijklmnopqrstuvwxyz"
	uppers  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	letters = lowers + uppers
	digits  = "0123456789"
)

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// name checks that a string is a name and returns its stem.
func (l *lowerer) name(n ast.Node, name, source string) (string, bool) {
	stem, ok := nameStem(name)
	if !ok {
		l.errorf(CodeBadName, n, "%s has an invalid name", source)
	}
	return stem, ok
}

// memberName checks a name that has to be in lower case.
func (l *lowerer) memberName(n ast.Node, name, source string, rule nameRule) bool {
	stem, ok := l.name(n, name, source)
	if !ok {
		return false
	}
	if rule < anyCase && strings.ContainsAny(stem, uppers) || rule < lowerOrUnderscore && strings.Contains(stem, "_") {
		l.errorf(CodeNameCase, n, "name of %s must not use uppercase or '_'", source)
		return false
	}
	return true
}

// defName checks the name of a definition.
func (l *lowerer) defName(name ast.Str, meta string) {
	switch meta {
	case "event":
		if stem, ok := l.name(name, name.Value, meta); ok && strings.ContainsAny(stem, lowers+"-") {
			l.errorf(CodeNameCase, name, "name of %s must not use lowercase or '-'", meta)
		}
	case "command":
		rule := lowerCase
		if l.pragmas.commandExceptions[name.Value] {
			rule = lowerOrUnderscore
		}
		l.memberName(name, name.Value, meta, rule)
	default:
		if stem, ok := l.name(name, name.Value, meta); ok && !isCamel(stem) {
			l.errorf(CodeNameCase, name, "name of %s must use CamelCase", meta)
		}
	}
	if strings.HasSuffix(name.Value, "List") {
		l.errorf(CodeReservedName, name, "%s name should not end in 'List'", meta)
	}
}

// isCamel tells whether stem starts with an upper-case letter and has letters,
// one of them lower-case, and digits only.
func isCamel(stem string) bool {
	return strings.ContainsRune(uppers, rune(stem[0])) &&
		strings.ContainsAny(stem, lowers) && strings.Trim(stem, letters+digits) == ""
}

// memberRule returns the rule for the members of a type.
func (l *lowerer) memberRule(typeName string) nameRule {
	if l.pragmas.memberExceptions[typeName] {
		return anyCase
	}
	return lowerCase
}

// isReservedMember tells whether generated C would have trouble with a member of
// that name.
func isReservedMember(name string) bool {
	return name == "u" || strings.HasPrefix(name, "has_") || strings.HasPrefix(name, "has-") || strings.HasPrefix(name, "has.")
}
