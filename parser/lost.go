package parser

import (
	"regexp"
	"sync"
)

var (
	// definitionStart matches the key and the name of a definition.
	definitionStart = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`'(?:enum|struct|union|alternate|command|event|type)'\s*:?\s*'([^'\n]*)'`)
	})

	// directiveStart matches the key of a directive.
	directiveStart = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`'(include|pragma)'`) })
)

// lose records the definitions and directives that seem to be in text skipped after a syntax
// error.
func (u *unit) lose(text string) {
	for _, m := range definitionStart().FindAllStringSubmatch(text, -1) {
		u.ast.Lost = append(u.ast.Lost, m[1])
	}
	for _, m := range directiveStart().FindAllStringSubmatch(text, -1) {
		u.loseDirective(m[1])
	}
}

// loseDirective records that a directive could not be read.
func (u *unit) loseDirective(key string) {
	switch key {
	case "include":
		u.ast.Incomplete = true
	case "pragma":
		u.ast.PragmasLost = true
	}
}
