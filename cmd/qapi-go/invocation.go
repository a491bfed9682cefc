package main

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/mod/modfile"
)

// commandLine returns the words with which the user runs a command: its path, but for "go tool
// qapi-go" or "go run" where the go command has built the program.
func commandLine(cmd *cobra.Command) string {
	_, sub, _ := strings.Cut(cmd.CommandPath(), " ")
	return strings.TrimSpace(invocation() + " " + sub)
}

// invocation returns the words with which the user runs the program in the current folder.
var invocation = sync.OnceValue(func() string {
	exe, err := os.Executable()
	info, ok := debug.ReadBuildInfo()
	if err != nil || !ok || !builtByGo(exe, os.Getenv("GOCACHE")) {
		return programName
	}
	dir, err := os.Getwd()
	if err != nil {
		return programName
	}
	return invocationIn(dir, info)
})

const programName = "qapi-go"

// builtByGo reports whether "go run" or "go tool" has built a program: they keep it in a temporary
// folder, or in Go's cache, whose folders are not in a user's PATH.
func builtByGo(exe, cache string) bool {
	if strings.TrimSuffix(filepath.Base(exe), ".exe") != programName {
		return false // a test
	}
	if rel, err := filepath.Rel(cache, exe); cache != "" && err == nil && filepath.IsLocal(rel) {
		return true
	}
	folders := strings.Split(filepath.ToSlash(filepath.Dir(exe)), "/")
	return slices.ContainsFunc(folders, func(f string) bool { return strings.HasPrefix(f, "go-build") })
}

// invocationIn returns how the go command runs the program in the folder dir: as a tool of the
// module there, by its path where that module has it, or by its version.
func invocationIn(dir string, info *debug.BuildInfo) string {
	top, mod := dir, readModule(filepath.Join(dir, "go.mod"))
	for mod == nil && top != filepath.Dir(top) {
		top = filepath.Dir(top)
		mod = readModule(filepath.Join(top, "go.mod"))
	}
	if mod != nil {
		switch {
		case hasTool(mod, info.Path):
			return "go tool " + programName
		case mod.Module != nil && mod.Module.Mod.Path == info.Main.Path:
			return "go run " + info.Path
		}
		if name := toolFile(top, info.Path); name != "" {
			if rel, err := filepath.Rel(dir, name); err == nil {
				return "go tool -modfile=" + quote(rel) + " " + programName
			}
		}
		if requires(mod, info.Main.Path) {
			return "go run " + info.Path
		}
	}
	if v := info.Main.Version; strings.HasPrefix(v, "v") && !strings.Contains(v, "+") {
		return "go run " + info.Path + "@" + v
	}
	return programName
}

// toolFile returns the file beside a go.mod that has the requirements of a tool, such as tools.mod,
// or "".
func toolFile(dir, tool string) string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return ""
	}
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		if !e.Type().IsRegular() || filepath.Ext(name) != ".mod" {
			continue
		}
		if mod := readModule(name); mod != nil && hasTool(mod, tool) {
			return name
		}
	}
	return ""
}

// readModule reads a go.mod, or returns nil if it is not there or invalid.
func readModule(name string) *modfile.File {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	mod, err := modfile.Parse(name, text, nil)
	if err != nil {
		return nil
	}
	return mod
}

func hasTool(mod *modfile.File, path string) bool {
	return slices.ContainsFunc(mod.Tool, func(t *modfile.Tool) bool { return t.Path == path })
}

func requires(mod *modfile.File, path string) bool {
	return slices.ContainsFunc(mod.Require, func(r *modfile.Require) bool { return r.Mod.Path == path })
}
