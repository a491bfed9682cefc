package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// TestDependencies compares the table of docs/dependencies.md with the modules whose packages the
// command imports on Linux and Windows.
func TestDependencies(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(corpus.Root(t), "docs", "dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(string(page), -1) {
		listed = append(listed, m[1])
	}
	slices.Sort(listed)
	var needed []string
	for _, system := range []string{"linux", "windows"} {
		cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", ".")
		cmd.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=0", "GOWORK=off")
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		needed = append(needed, strings.Fields(string(out))...)
	}
	slices.Sort(needed)
	needed = slices.DeleteFunc(slices.Compact(needed), func(m string) bool { return m == "github.com/qapi-go/qapi-go" })
	if !slices.Equal(listed, needed) {
		t.Errorf("docs/dependencies.md lists\n%s\nthe command needs\n%s", strings.Join(listed, "\n"), strings.Join(needed, "\n"))
	}
}

// TestUnusedMethods checks that the linker may drop exported methods that nothing calls, which are
// an eighth of the program: no function that is linked looks methods up by name, as text/template
// does.
func TestUnusedMethods(t *testing.T) {
	live.Slow(t, "it links the program")
	cmd := exec.Command("go", "build", "-ldflags=-dumpdep", "-o", os.DevNull, ".")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !bytes.Contains(out, []byte("main.main")) {
		t.Fatal("the linker did not list what it keeps")
	}
	found := regexp.MustCompile("(?m)^.*<ReflectMethod>").FindAllString(string(out), 5)
	for _, line := range found {
		t.Errorf("looks methods up by name: %s", line)
	}
}
