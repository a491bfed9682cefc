package parser

import "strings"

// otherCase returns a hint that spells name in another case, by joining its words with join.
// The hint is empty if that does not change the name.
func otherCase(name string, join func(words []string) string) string {
	if strings.HasPrefix(name, "__") {
		return "" // a vendor's prefix must not change
	}
	if other := join(nameWords(strings.TrimPrefix(name, "*"))); other != "" && other != name {
		return "did you mean '" + other + "'?"
	}
	return ""
}

// nameWords splits a name at '-' and '_', and before an uppercase letter that follows a
// lowercase letter or a digit.
func nameWords(name string) []string {
	var b strings.Builder
	for i := range len(name) {
		if i > 0 && strings.IndexByte(uppers, name[i]) >= 0 && strings.IndexByte(lowers+digits, name[i-1]) >= 0 {
			b.WriteByte('-')
		}
		b.WriteByte(name[i])
	}
	return strings.FieldsFunc(b.String(), func(r rune) bool { return r == '-' || r == '_' })
}

func lowerWords(words []string) string { return strings.ToLower(strings.Join(words, "-")) }

func upperWords(words []string) string { return strings.ToUpper(strings.Join(words, "_")) }

func camelWords(words []string) string {
	var b strings.Builder
	for _, w := range words {
		b.WriteString(strings.ToUpper(w[:1]) + strings.ToLower(w[1:]))
	}
	return b.String()
}
