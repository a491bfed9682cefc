package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A pythonCheck is QEMU's own compiler, which parses and checks a schema.
type pythonCheck struct {
	python  string
	scripts string // QEMU's folder scripts
	own     string // root of the main schema of the same sources
}

const needPython = "QEMU's own check: set QAPI_QEMU_SOURCE to a folder with QEMU's sources, at least scripts/ and qapi/, and have python3 in PATH"

// checkScript does what QEMU's tests/qapi-schema/test-qapi.py does before it
// prints: parse and check, and generate nothing.
const checkScript = "import sys; sys.path.insert(0, sys.argv[1]); from qapi.schema import QAPISchema; QAPISchema(sys.argv[2])"

// findPython returns nil if there is none.
func (l *lab) findPython() *pythonCheck {
	if l.python != nil {
		return l.python
	}
	source := os.Getenv("QAPI_QEMU_SOURCE")
	p := &pythonCheck{scripts: filepath.Join(source, "scripts"), own: filepath.Join(source, "qapi", "qapi-schema.json")}
	if _, err := os.Stat(filepath.Join(p.scripts, "qapi", "schema.py")); source == "" || err != nil {
		return nil
	}
	// The program itself, not what a version manager puts before it.
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		return nil
	}
	p.python = strings.TrimSpace(string(out))
	l.python = p
	return p
}

func (p *pythonCheck) command(schema string) []string {
	return []string{p.python, "-c", checkScript, p.scripts, schema}
}

// schemaFor returns the schema that is checked beside Python's check: that of a
// release if Python accepts it, or else that of its own sources.
func (l *lab) schemaFor(p *pythonCheck, release string) (schema, note string) {
	schema = l.schema(release)
	cmd := exec.Command(p.python, p.command(schema)[1:]...)
	if cmd.Run() == nil {
		return schema, ""
	}
	version, _ := os.ReadFile(filepath.Join(filepath.Dir(p.scripts), "VERSION"))
	return p.own, fmt.Sprintf("both on the main schema of %s, since Python refuses that of %s", strings.TrimSpace(string(version)), release)
}
