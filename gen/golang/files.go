package golang

import (
	"path"
	"strings"
	"unicode"
)

// fileName returns the name of the Go file for a schema module: "a/b_c.json"
// becomes "a-b-c.go". There is no '_' in it, since Go takes file names such as
// x_linux.go and x_test.go as conditions, and no leading '.', since it ignores
// such files.
func fileName(module string) string {
	name := path.Clean(strings.ReplaceAll(module, `\`, "/"))
	for strings.HasPrefix(name, "../") {
		name = strings.TrimPrefix(name, "../")
	}
	name = strings.TrimSuffix(name, ".json")
	name = strings.Map(func(r rune) rune {
		if r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '-'
	}, name)
	if name = strings.TrimLeft(name, "-."); name == "" {
		name = "schema"
	}
	return name + ".go"
}
