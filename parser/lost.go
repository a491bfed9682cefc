package parser

import "regexp"

// definitionStart matches the key and the name of a definition.
var definitionStart = regexp.MustCompile(`'(?:enum|struct|union|alternate|command|event)'\s*:\s*'([^'\n]*)'`)

// lostNames returns the names that the definitions in a piece of text seem to
// have, which is skipped after a syntax error.
func lostNames(text string) []string {
	var names []string
	for _, m := range definitionStart.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	return names
}
