package corpus

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

// CopiesRoot is the root file of the schema that [Copies] returns.
const CopiesRoot = "root.json"

var (
	definition = regexp.MustCompile(`(?m)^\{ *'(enum|struct|union|alternate|command|event)' *: *'([^']*)'`)
	reference  = regexp.MustCompile(`('\*?|@)[A-Za-z][A-Za-z0-9_-]*[':]`)
)

// Copies returns a schema n times the size of QEMU's main schema of a release: n copies of it, each
// in its own folder and with its own names of definitions, and a root file that includes them. dir
// is the result of [Dir].
func Copies(t testing.TB, dir, release string, n int) fstest.MapFS {
	t.Helper()
	texts := make(map[string]string)
	top := filepath.Join(dir, "corpus", release)
	err := filepath.WalkDir(filepath.Join(top, "qapi"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(top, name)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(name)
		// Longer names make longer lines: copies must not mention 10.2, whose style rules
		// would then apply.
		texts[filepath.ToSlash(rel)] = strings.ReplaceAll(string(text), "Since: 10.2", "Since: 10.1")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	kinds := make(map[string]string) // of definitions, by name
	for _, text := range texts {
		for _, m := range definition.FindAllStringSubmatch(text, -1) {
			kinds[m[2]] = m[1]
		}
	}
	variant := func(name string, i int) string {
		switch kinds[name] {
		case "command":
			return fmt.Sprintf("%s-c%d", name, i)
		case "event":
			return fmt.Sprintf("%s_C%d", name, i)
		}
		return fmt.Sprintf("%sC%d", name, i)
	}
	// replace replaces each reference to a definition.
	replace := func(text string, by func(name string) string) string {
		return reference.ReplaceAllStringFunc(text, func(s string) string {
			name := strings.Trim(s, "'*@:")
			if kinds[name] == "" {
				return s
			}
			return strings.Replace(s, name, by(name), 1)
		})
	}
	fsys := make(fstest.MapFS)
	var root strings.Builder
	root.WriteString("{ 'include': 'pragma.json' }\n")
	for i := range n {
		folder := fmt.Sprintf("copy%d", i)
		fmt.Fprintf(&root, "{ 'include': '%s/qapi/qapi-schema.json' }\n", folder)
		for name, text := range texts {
			if path.Base(name) == "pragma.json" {
				text = "" // the last setting would hold for all copies
			}
			text = replace(text, func(name string) string { return variant(name, i) })
			fsys[path.Join(folder, name)] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	// The pragmas list the names of all copies.
	pragmas := replace(texts["qapi/pragma.json"], func(name string) string {
		all := make([]string, n)
		for i := range all {
			all[i] = variant(name, i)
		}
		return strings.Join(all, "', '")
	})
	fsys["pragma.json"] = &fstest.MapFile{Data: []byte(pragmas)}
	fsys[CopiesRoot] = &fstest.MapFile{Data: []byte(root.String())}
	return fsys
}
