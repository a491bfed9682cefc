package names

import (
	"fmt"
	"path"
	"strings"
	"unicode"

	"github.com/qapi-go/qapi-go/ir"
)

// fileName returns the name of the Go file for a schema module: "a/b_c.json" becomes
// "a-b-c.go". It contains no '_', since Go interprets names such as x_linux.go and x_test.go as
// build constraints, and has no leading '.', since Go ignores such files.
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

// fileName returns the name of a module's file, renamed if requested.
func (p *planner) fileName(m *ir.Module) string {
	if name := p.opts.Rename[m.Name]; isFileName(name) {
		p.renamed[m.Name] = true
		return name
	}
	return fileName(m.Name)
}

// isFileName reports whether the value of a renaming is a file name. Go names have no dot.
func isFileName(name string) bool { return strings.HasSuffix(name, ".go") }

// checkFiles reports modules whose files would have the same name, also on file systems that
// ignore case.
func (p *planner) checkFiles() {
	seen := newScope("")
	for _, f := range p.Files {
		key := strings.ToLower(f.Path)
		second := Origin{What: fmt.Sprintf("module '%s'", f.Module.Name)}
		if first, ok := seen.taken[key]; ok {
			p.clashes = append(p.clashes, Clash{f.Path, "", first, second})
			continue
		}
		seen.taken[key] = second
	}
}
