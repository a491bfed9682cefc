package merge

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/gen/golang"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// A wireModule is a module with packages for several releases and a program that decodes and
// encodes samples of each release.
type wireModule struct {
	t     *testing.T
	dir   string
	files []string // of samples
}

func newWireModule(t *testing.T) *wireModule {
	m := &wireModule{t: t, dir: t.TempDir()}
	m.write("go.mod", corpus.GoMod(t, "example.org/wire"))
	program, err := os.ReadFile(filepath.Join("testdata", "wire", "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	m.write("main.go", string(program))
	return m
}

func (m *wireModule) write(path, text string) {
	m.t.Helper()
	path = filepath.Join(m.dir, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		m.t.Fatal(err)
	}
}

// add merges releases, generates their package, and makes n samples of each
// command, result and event of each release.
func (m *wireModule) add(name string, list []Release, n int) {
	m.t.Helper()
	res, err := Merge(list, Options{Prefer: list[len(list)-1].Name})
	if err != nil {
		m.t.Fatal(err)
	}
	files, err := golang.Generate(res.Schema, golang.Options{Package: "qapi", Docs: golang.DocsNone, Prefer: list[len(list)-1].Name})
	if err != nil {
		m.t.Errorf("%s: %v", name, err)
		return
	}
	i := len(m.files)
	for _, f := range files {
		m.write(fmt.Sprintf("p%d/%s", i, f.Path), string(f.Data))
	}
	events := "nil"
	if len(res.Schema.Events) > 0 {
		events = "events"
	}
	m.write(fmt.Sprintf("p%d/events_test_list.go", i), "package qapi\n\nimport \"github.com/qapi-go/qapi-go/qmp\"\n\nfunc AllEvents() []qmp.Event { return "+events+" }\n")
	var b strings.Builder
	enc := json.NewEncoder(&b)
	for _, r := range list {
		c := covers(m.t, r, res.Schema)
		for _, s := range samples(&maker{Rand: seeded(name + r.Name), held: c.held}, r, n) {
			if err := enc.Encode(s); err != nil {
				m.t.Fatal(err)
			}
		}
	}
	file := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" /:,", r) {
			return '_'
		}
		return r
	}, name) + ".jsonl"
	m.write(file, b.String())
	m.files = append(m.files, file)
}

// run runs the program and reports what it prints.
func (m *wireModule) run() {
	m.t.Helper()
	imports, rows := "", ""
	for i := range m.files {
		imports += fmt.Sprintf("p%d \"example.org/wire/p%d\"\n", i, i)
		rows += fmt.Sprintf("{new(p%d.Handlers).Commands(), p%d.AllEvents()},\n", i, i)
	}
	m.write("packages.go", "package main\n\nimport (\n"+imports+")\n\nvar packages = []pkg{\n"+rows+"}\n")
	build := exec.CommandContext(m.t.Context(), "go", "build", "-o", "wire", ".")
	build.Dir = m.dir
	build.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "GOPROXY=off")
	if out, err := build.CombinedOutput(); err != nil {
		m.t.Fatalf("%v\n%s", err, out)
	}
	run := exec.CommandContext(m.t.Context(), filepath.Join(m.dir, "wire"), m.files...)
	run.Dir = m.dir
	out, err := run.CombinedOutput()
	if err != nil {
		m.t.Fatalf("%v\n%s", err, out)
	}
	total := 0
	for line := range strings.Lines(string(out)) {
		if n, err := fmt.Sscanf(line, "samples %d", &total); n == 1 && err == nil {
			continue
		}
		m.t.Error(strings.TrimSpace(line))
	}
	if total < 100 {
		m.t.Errorf("only %d samples", total)
	}
	m.t.Logf("%d samples", total)
}

// TestWire decodes random values of each release into types of a merged package and encodes
// them. The JSON must be the same, with nothing lost or added.
func TestWire(t *testing.T) {
	m := newWireModule(t)
	for schema, names := range otherSchemas {
		for _, names := range live.Sample(t, sets(t, names), 2) {
			m.add(schema+"-"+strings.Join(names, "-"), loadSchemas(t, schema, names...), 20)
		}
	}
	m.run()
}

// TestWireMain does the same with QEMU's main schemas.
func TestWireMain(t *testing.T) {
	live.Slow(t, "it compiles the packages of many sets of releases")
	m := newWireModule(t)
	for _, names := range sets(t, releases) {
		m.add(strings.Join(names, "-"), loadAll(t, names...), 4)
	}
	m.run()
}
