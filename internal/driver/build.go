package driver

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
)

// Build returns what distinguishes the builds of one version: the version of Go
// for a released version, else the build ID that the go command wrote into the program, a
// hash of all that went into it, or, where there is none, a hash of the program. It is empty
// if none of them is known.
var Build = sync.OnceValue(func() string {
	if info, ok := debug.ReadBuildInfo(); ok && isRelease(info) {
		return runtime.Version()
	}
	build, err := identify()
	if err != nil {
		return ""
	}
	return build
})

// isRelease reports whether the version identifies the source of the program.
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

// identify returns the identity of the running program.
func identify() (string, error) {
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
	return identity(f)
}

// buildIDWithin is how many bytes of a program have the build ID, if it has one. The go command
// reads as many.
const buildIDWithin = 32 << 10

// identity returns the identity of a program. Reading its build ID takes a thousandth of the time
// that a hash takes, which is a sixth of what a package of QEMU's schema takes.
func identity(program io.Reader) (string, error) {
	start, err := io.ReadAll(io.LimitReader(program, buildIDWithin))
	if err != nil {
		return "", err
	}
	if id := buildID(start); id != "" {
		return "buildid:" + id, nil
	}
	sum := sha256.New()
	sum.Write(start)
	if _, err := io.Copy(sum, program); err != nil {
		return "", err
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), nil
}

// buildID returns the build ID in the first bytes of a program, or "". In ELF it is a note of
// the owner "Go", elsewhere a text that precedes the code (cmd/internal/buildid).
func buildID(start []byte) string {
	const owner = "\x04\x00\x00\x00Go\x00\x00" // type of the note; name
	if i := bytes.Index(start, []byte(owner)); bytes.HasPrefix(start, []byte("\x7fELF")) && i >= 8 {
		size := uint64(binary.LittleEndian.Uint32(start[i-4:]))
		rest := start[i+len(owner):]
		if size > uint64(len(rest)) {
			return ""
		}
		return string(rest[:size])
	}
	_, rest, ok := bytes.Cut(start, []byte("\xff Go build ID: \""))
	id, _, end := bytes.Cut(rest, []byte("\"\n \xff"))
	if !ok || !end {
		return ""
	}
	return string(id)
}
