// Package outdir writes generated files to a folder, atomically and only where they differ, and
// reports files on disk that are not as generated.
package outdir

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/gen"
)

// checkPath returns an error unless path can be that of a generated file in the output folder.
func checkPath(path string) error {
	if !fs.ValidPath(path) || path == "." || strings.ContainsAny(path, "\\:\x00") {
		return fmt.Errorf("%q is not the path of a file inside the output folder", path)
	}
	if path == ManifestName {
		return fmt.Errorf("%q is the name of the manifest", path)
	}
	if top, _, _ := strings.Cut(path, "/"); top == workName || top == lockName {
		return fmt.Errorf("%q is reserved for temporary files", top)
	}
	return nil
}

// sorted returns files sorted by path. It returns an error for invalid and duplicate paths, and for
// a file that is also a folder.
func sorted(files []gen.File) ([]gen.File, error) {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) })
	seen := make(map[string]bool, len(files))
	for _, f := range files {
		if err := checkPath(f.Path); err != nil {
			return nil, err
		}
		if seen[f.Path] {
			return nil, fmt.Errorf("%q is generated twice", f.Path)
		}
		seen[f.Path] = true
	}
	for _, f := range files {
		for i, c := range f.Path {
			if c == '/' && seen[f.Path[:i]] {
				return nil, fmt.Errorf("%q is generated as a file and as a folder", f.Path[:i])
			}
		}
	}
	return files, nil
}
