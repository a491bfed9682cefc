package parser

import (
	"strings"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/dialect"
)

// A nameRule restricts the case of a name's stem (check_name_* in scripts/qapi/expr.py).
type nameRule uint8

const (
	lowerCase         nameRule = iota // no uppercase, no '_'
	lowerOrUnderscore                 // no uppercase
	anyCase
)

// caseRule returns the rule for member names that no pragma exempts.
func (l *lowerer) caseRule() nameRule {
	switch {
	case l.releases.Before(2, 6):
		return anyCase
	case l.releases.Before(6, 0):
		return lowerOrUnderscore
	}
	return lowerCase
}

// nameStem returns name without the prefixes "__RFQDN_" and "x-". It returns false if the name
// is invalid or reserved for QEMU's internal use. The rules are those of the given release;
// releases before 2.4 checked nothing.
func nameStem(name string, release dialect.Release) (string, bool) {
	if release.Before(2, 4) {
		return name, true
	}
	if len(name) >= 2 && name[0] == 'q' && strings.IndexByte("_-.", name[1]) >= 0 && !release.Before(2, 5) {
		return "", false
	}
	if release.Before(2, 6) {
		ok := name != "" && isLetterOrUnderscore(name) && isAlphanumeric(name, "_.-")
		return name, ok
	}
	stem := name
	if rest, ok := strings.CutPrefix(stem, "__"); ok {
		domain, rest, ok := strings.Cut(rest, "_")
		if !ok || domain == "" || !isAlphanumeric(domain, ".-") {
			return "", false
		}
		stem = rest
	}
	if !release.Before(6, 0) && len(stem) > 2 && (stem[0] == 'x' || stem[0] == 'X') && stem[1] == '-' && isLetter(stem[2]) {
		stem = stem[2:]
	}
	if stem == "" || !isLetter(stem[0]) || !isAlphanumeric(stem, "_-") {
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

func hasUpper(text string) bool {
	for i := range len(text) {
		if 'A' <= text[i] && text[i] <= 'Z' {
			return true
		}
	}
	return false
}

// isAlphanumeric reports whether text consists of ASCII letters, digits and bytes in more.
func isAlphanumeric(text, more string) bool {
	for i := range len(text) {
		if c := text[i]; !isLetter(c) && (c < '0' || '9' < c) && strings.IndexByte(more, c) < 0 {
			return false
		}
	}
	return true
}

// name checks that name is valid in some release of the range and returns its stem.
func (l *lowerer) name(n ast.Node, name, source string) (string, bool) {
	stem, ok := nameStem(name, l.releases.Last)
	for r := l.releases.First; !ok && r < l.releases.Last; r = r.Next() {
		stem, ok = nameStem(name, r)
	}
	if !ok {
		l.errorf(codeBadName, n, "%s has an invalid name", source)
	}
	return stem, ok
}

// isMemberName reports whether every release of the range accepts name for a member.
func (l *lowerer) isMemberName(name string, rule nameRule) bool {
	stem, ok := nameStem(name, l.releases.Last)
	return ok && rule.allows(stem) && !l.isReservedMember(name)
}

// allows reports whether a stem follows the rule.
func (rule nameRule) allows(stem string) bool {
	return (rule == anyCase || !hasUpper(stem)) && (rule > lowerCase || !strings.Contains(stem, "_"))
}

// memberName checks the name of a member.
func (l *lowerer) memberName(n ast.Node, name, source string, rule nameRule) bool {
	stem, ok := l.name(n, name, source)
	if !ok {
		return false
	}
	if !rule.allows(stem) {
		l.errorf(codeNameCase, n, "name of %s must not use uppercase or '_'", source).
			Hint(otherCase(name, lowerWords))
		return false
	}
	return true
}

// defName checks the name of a definition.
func (l *lowerer) defName(name ast.Str, meta string) {
	stem, ok := l.name(name, name.Value, meta)
	if ok && !l.releases.Before(6, 0) {
		l.defCase(name, stem, meta)
	}
	switch {
	case strings.HasSuffix(name.Value, "List") && !l.releases.Before(2, 5):
		l.errorf(codeReservedName, name, "%s name should not end in 'List'", meta)
	case strings.HasSuffix(name.Value, "Kind") && l.releases.Within(dialect.Of(2, 4), dialect.Of(6, 1)):
		l.errorf(codeReservedName, name, "%s name should not end in 'Kind'", meta)
	}
}

// defCase checks the case of a definition's name. Releases up to 5.2 did not check it.
func (l *lowerer) defCase(name ast.Str, stem, meta string) {
	switch meta {
	case "event":
		if strings.ContainsAny(stem, lowers+"-") {
			l.errorf(codeNameCase, name, "name of %s must not use lowercase or '-'", meta).
				Hint(otherCase(name.Value, upperWords))
		}
	case "command":
		if strings.ContainsAny(stem, uppers) || strings.Contains(stem, "_") && !l.pragmas.lost && !l.pragmas.commandExceptions[name.Value] {
			d := l.errorf(codeNameCase, name, "name of %s must not use uppercase or '_'", meta)
			d.Hint(otherCase(name.Value, lowerWords))
			d.Hint("the pragma 'command-name-exceptions' lists commands that may use '_'")
			// The name in the documentation is exempt, so this one is misspelt.
			d.Follows = l.pragmas.commandExceptions[l.symbol]
		}
	default:
		if !isCamel(stem) {
			l.errorf(codeNameCase, name, "name of %s must use CamelCase", meta).
				Hint(otherCase(name.Value, camelWords))
		}
	}
}

// isCamel reports whether stem is CamelCase: an uppercase letter, then letters and digits, with
// at least one lowercase letter.
func isCamel(stem string) bool {
	return strings.ContainsRune(uppers, rune(stem[0])) &&
		strings.ContainsAny(stem, lowers) && isAlphanumeric(stem, "")
}

// memberRule returns the rule for the members of the named type.
func (l *lowerer) memberRule(typeName string) nameRule {
	if l.pragmas.lost || l.pragmas.memberExceptions[typeName] || l.pragmas.memberExceptions[l.symbol] || l.releases.Before(2, 9) && isFormerCaseException(typeName) {
		return anyCase
	}
	return l.caseRule()
}

// isFormerCaseException reports whether the members of a type may have uppercase letters in QEMU
// 2.6 to 2.8, where the list was part of the compiler.
func isFormerCaseException(typeName string) bool {
	switch typeName {
	case "ACPISlotType", "CpuInfo", "CpuInfoBase", "CpuInfoMIPS", "CpuInfoTricore",
		"QapiErrorClass", "UuidInfo", "X86CPURegister32", "q_obj_CpuInfo-base":
		return true
	}
	return false
}

// isReservedMember reports whether a member name would clash in the C code that QEMU generates.
func (l *lowerer) isReservedMember(name string) bool {
	if l.releases.Before(2, 5) {
		return false
	}
	rest, has := strings.CutPrefix(name, "has")
	return name == "u" || has && rest != "" && strings.IndexByte("_-.", rest[0]) >= 0
}
