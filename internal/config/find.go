package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Find returns the name of the configuration that applies in the folder dir: the qapi.yaml
// there or, inside of a project, in the nearest folder above up to the project's top, which
// is the nearest one with a go.mod or a .git. It returns "" if there is none. Outside of a
// project no other folder is looked at: it may be that of another project. It is an error if that
// qapi.yaml is no file, since nobody has named it: reading a named pipe may block.
func Find(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	name := ""
	for rel := dir; ; rel = filepath.Join(rel, "..") {
		there, err := exists(filepath.Join(abs, FileName))
		if err != nil {
			return "", err
		}
		if there && name == "" {
			name = filepath.Join(rel, FileName)
			if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
				return "", fmt.Errorf("%s is not a regular file", name)
			}
			if rel == dir {
				return name, nil
			}
		}
		for _, top := range []string{"go.mod", ".git"} {
			if there, err := exists(filepath.Join(abs, top)); there || err != nil {
				return name, err
			}
		}
		parent := filepath.Dir(abs)
		if parent == abs {
			return "", nil // no project
		}
		abs = parent
	}
}

func exists(name string) (bool, error) {
	_, err := os.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return false, nil
	}
	return err == nil, err
}
