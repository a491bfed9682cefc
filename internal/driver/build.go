package driver

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
)

// Build returns what distinguishes the builds of one version: the version of Go
// for a released version, else a hash of the program. It is empty if neither is
// known.
var Build = sync.OnceValue(func() string {
	if info, ok := debug.ReadBuildInfo(); ok && isRelease(info) {
		return runtime.Version()
	}
	sum, err := hashProgram()
	if err != nil {
		return ""
	}
	return "sha256:" + sum
})

// isRelease reports whether the version says what the program was built from.
func isRelease(info *debug.BuildInfo) bool {
	if v := info.Main.Version; v == "" || v == "(devel)" || strings.Contains(v, "+dirty") || info.Main.Replace != nil {
		return false
	}
	for _, dep := range info.Deps {
		if dep.Replace != nil {
			return false
		}
	}
	return true
}

// Version returns the module version that the program was built from, or
// "(devel)".
func Version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// hashProgram hashes the running program.
func hashProgram() (string, error) {
	name := "/proc/self/exe" // even if another file has replaced it meanwhile
	if runtime.GOOS != "linux" {
		var err error
		if name, err = os.Executable(); err != nil {
			return "", err
		}
	}
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
