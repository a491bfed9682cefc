package source

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Roots lists the paths of the main schema in QEMU's source tree, newest first.
var Roots = []string{"qapi/qapi-schema.json", "qapi-schema.json"}

// rootName is the name of the root file of each of QEMU's schemas.
const rootName = "qapi-schema.json"

// An UnclearError reports a name that does not identify one schema: a folder, an archive or a
// git revision that contains none or several.
type UnclearError struct {
	Name    string
	Problem string
	Schemas []string // candidates, as names for [Open]
	More    int      // number of candidates not in Schemas
}

// Error returns the problem and the schemas in one line.
func (e *UnclearError) Error() string {
	if len(e.Schemas) == 0 {
		return e.Name + ": " + e.Problem
	}
	return e.Name + ": " + e.Problem + ": " + strings.Join(e.Schemas, ", ") + e.rest()
}

// rest returns ", and 3 more" if schemas were omitted, or "".
func (e *UnclearError) rest() string {
	if e.More == 0 {
		return ""
	}
	return fmt.Sprintf(", and %d more", e.More)
}

// maxChoices is the maximum number of schemas in an UnclearError.
const maxChoices = 20

// unclear returns an error that lists schemas. Its problem depends on their number.
func unclear(name, place string, schemas []string) *UnclearError {
	e := &UnclearError{Name: name, Problem: "there is no QAPI schema in this " + place}
	switch {
	case len(schemas) == 1:
		e.Problem = "which schema? This " + place + " has"
	case len(schemas) > 1:
		e.Problem = fmt.Sprintf("which schema? This %s has %d", place, len(schemas))
	}
	e.More = max(0, len(schemas)-maxChoices)
	e.Schemas = schemas[:len(schemas)-e.More]
	return e
}

// manifestName is the name of the manifest in a folder that "vendor" wrote.
const manifestName = "qapi-go.manifest.json"

// Find returns the name of the schema's root file for a name, and a message about the choice
// for the user. A name that is not that of a folder is returned unchanged, with an empty
// message. The manifest of a vendored schema stands for its folder.
//
// In a folder, the root file is the main schema at its place in QEMU's source tree (see
// [Roots]). Otherwise, it is that of the only subfolder that has one there, or else the only
// file named qapi-schema.json in a subfolder. If there is none, or more than one, the error is
// an [*UnclearError], which also lists schemas with other names in the folder.
func Find(name string) (root, took string, err error) {
	if filepath.Base(name) == manifestName {
		name = filepath.Dir(name)
	}
	info, err := os.Stat(name)
	if err != nil || !info.IsDir() {
		return name, "", nil
	}
	for _, r := range Roots {
		file := filepath.Join(name, filepath.FromSlash(r))
		if info, err := os.Stat(file); err == nil && !info.IsDir() {
			return file, "taking " + file, nil
		}
	}
	found, err := findRoots(os.DirFS(name))
	if err != nil {
		return "", "", fmt.Errorf("%s: %w", name, err)
	}
	if len(found) == 1 && path.Base(found[0]) == rootName {
		file := filepath.Join(name, filepath.FromSlash(found[0]))
		return file, "taking " + file, nil
	}
	if folders := mainFolders(found); len(folders) == 1 {
		return Find(filepath.Join(name, filepath.FromSlash(folders[0])))
	} else if len(folders) > 1 {
		found = folders
	}
	for i, f := range found {
		found[i] = filepath.Join(name, filepath.FromSlash(f))
	}
	e := unclear(name, "folder", found)
	if len(found) == 0 {
		e.Problem += ": neither " + strings.Join(Roots, " nor ") + " nor another"
	}
	return "", "", e
}

// mainFolders returns the folders that contain a main schema, such as those of releases.
func mainFolders(files []string) []string {
	var folders []string
	for _, f := range files {
		for _, r := range Roots {
			folder, ok := strings.CutSuffix(f, "/"+r)
			if !ok {
				continue
			}
			if other := path.Base(folder); other != "qga" && other != "storage-daemon" && !slices.Contains(folders, folder) {
				folders = append(folders, folder)
			}
			break
		}
	}
	return folders
}

// Limits of the search in a folder: depth and number of entries.
const (
	searchDepth   = 4
	searchEntries = 50_000
)

var errSearchEnds = errors.New("search ends")

// findRoots returns the root files of the schemas in a folder, sorted: those named
// qapi-schema.json at any depth, or else the others in the folder itself.
func findRoots(fsys fs.FS) ([]string, error) {
	var named []string
	texts := make(map[string]string)
	seen := 0
	err := fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
		switch seen++; {
		case err != nil && name == ".":
			return err
		case err != nil:
			return fs.SkipDir
		case seen > searchEntries:
			return errSearchEnds
		case e.IsDir():
			if name != "." && strings.HasPrefix(e.Name(), ".") || strings.Count(name, "/") >= searchDepth {
				return fs.SkipDir
			}
		case e.Name() == rootName:
			named = append(named, name)
		case path.Ext(name) == ".json" && !strings.Contains(name, "/") && e.Type().IsRegular():
			if text, err := fs.ReadFile(fsys, name); err == nil {
				texts[name] = string(text)
			}
		}
		return nil
	})
	if err != nil && err != errSearchEnds {
		return nil, err
	}
	if len(named) > 0 {
		slices.Sort(named)
		return named, nil
	}
	return rootsOf(texts), nil
}

// patterns match what distinguishes a schema from other JSON: a string in single quotes as the
// key of a directive or definition.
var patterns = sync.OnceValue(func() (p struct{ definition, include *regexp.Regexp }) {
	p.definition = regexp.MustCompile(`(?m)^\s*\{\s*'(include|pragma|enum|type|struct|union|alternate|command|event)'\s*:`)
	p.include = regexp.MustCompile(`\{\s*'include'\s*:\s*'([^'\n]+)'`)
	return p
})

// rootsOf returns the schemas among texts, which are files by path, that no other file
// includes, sorted.
func rootsOf(texts map[string]string) []string {
	included := make(map[string]bool)
	var schemas []string
	for name, text := range texts {
		if !patterns().definition.MatchString(text) {
			continue
		}
		schemas = append(schemas, name)
		for _, m := range patterns().include.FindAllStringSubmatch(text, -1) {
			if other := path.Join(path.Dir(name), m[1]); other != name {
				included[other] = true
			}
		}
	}
	slices.Sort(schemas)
	return slices.DeleteFunc(schemas, func(name string) bool { return included[name] })
}

// preferNamed returns the files named qapi-schema.json among texts, which are files by path, or
// else the root files of all schemas.
func preferNamed(texts map[string]string) []string {
	var named []string
	for name := range texts {
		if path.Base(name) == rootName {
			named = append(named, name)
		}
	}
	if len(named) > 0 {
		slices.Sort(named)
		return named
	}
	return rootsOf(texts)
}

// below returns the files in or below a folder, or all files if there are none.
func below(files []string, folder string) []string {
	var some []string
	for _, f := range files {
		if strings.HasPrefix(f, folder+"/") || strings.Contains(f, "/"+folder+"/") {
			some = append(some, f)
		}
	}
	if len(some) == 0 {
		return files
	}
	return some
}
