package facts

import (
	"path"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// schemaFolders are the folders of QEMU's source tree that hold root files of
// schemas, besides the top one. The longer of two that match counts.
var schemaFolders = []string{
	"docs/interop",
	"qapi",
	"qga",
	"storage-daemon/qapi",
	"tests/qapi-schema",
}

// Files returns the paths of the modules relative to the top folder of the set
// of files they belong to, such as "qapi/common.json", in the order of the
// modules.
//
// The top folder is not written anywhere. It is the one that holds the folder
// of the root file, if that is one in which QEMU keeps schemas; otherwise the
// lowest folder that has all files in it. Names of folders above that of the
// root file are taken from the name the root file has in diagnostics. Where
// that name is too short, paths are relative to the folder of the root file.
func Files(s *ir.Schema) []string {
	file := strings.ReplaceAll(s.Root.File, `\`, "/")
	file = file[strings.LastIndexByte(file, ':')+1:] // without archive or revision, as in "git:.@v10.2.0:qapi/qapi-schema.json"
	folders := strings.Split(path.Dir(path.Clean(file)), "/")
	if folders[0] == "." || folders[0] == "" {
		folders = folders[1:]
	}
	up := max(climb(s.Modules), matching(folders))
	if up > len(folders) || slices.Contains(folders[len(folders)-up:], "..") {
		up = 0
	}
	prefix := path.Join(folders[len(folders)-up:]...)
	names := make([]string, len(s.Modules))
	for i, m := range s.Modules {
		names[i] = path.Join(prefix, m.Name)
	}
	return names
}

// climb returns how many folders above that of the root file the highest module
// is.
func climb(modules []*ir.Module) int {
	most := 0
	for _, m := range modules {
		most = max(most, strings.Count(m.Name, "../"))
	}
	return most
}

// matching returns how many of the last folders are a folder of schemas.
func matching(folders []string) int {
	most := 0
	for _, known := range schemaFolders {
		k := strings.Split(known, "/")
		if n := len(folders) - len(k); n >= 0 && slices.Equal(folders[n:], k) {
			most = max(most, len(k))
		}
	}
	return most
}
