package main

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// A downstream is a module of somebody who uses this one as a tool.
type downstream struct {
	dir string
	env []string
}

// newDownstream makes a module that gets this one, as version v0.0.1, from a
// proxy made of the checkout, and what that needs from the module cache. There is
// no network, and no replace directive.
func newDownstream(t *testing.T) downstream {
	t.Helper()
	cache, err := exec.CommandContext(t.Context(), "go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	proxy := t.TempDir()
	const module = "github.com/qapi-go/qapi-go"
	versions := filepath.Join(proxy, filepath.FromSlash(module), "@v")
	gomod, err := os.ReadFile(filepath.Join(corpus.Root(t), "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(versions, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"list": "v0.0.1\n", "v0.0.1.info": `{"Version": "v0.0.1"}`, "v0.0.1.mod": string(gomod),
	} {
		if err := os.WriteFile(filepath.Join(versions, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	zipModule(t, filepath.Join(versions, "v0.0.1.zip"), module+"@v0.0.1/")
	return downstream{
		dir: t.TempDir(),
		env: append(os.Environ(),
			"GOPROXY=file://"+proxy+",file://"+filepath.Join(strings.TrimSpace(string(cache)), "cache", "download"),
			"GOMODCACHE="+t.TempDir(), "GOSUMDB=off", "GONOSUMDB=", "GOPRIVATE=", "GONOPROXY=", "GOWORK=off", "GOTOOLCHAIN=local",
			"GOFLAGS=-modcacherw -trimpath"),
	}
}

// zipModule writes the files of the module in the checkout to an archive.
func zipModule(t *testing.T, name, prefix string) {
	t.Helper()
	root := corpus.Root(t)
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	archive := zip.NewWriter(f)
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil || rel == "." {
			return err
		}
		if d.IsDir() {
			_, err := os.Stat(filepath.Join(path, "go.mod"))
			if strings.HasPrefix(d.Name(), ".") || d.Name() == "golden" || err == nil {
				return fs.SkipDir // also what is another module
			}
			return nil
		}
		if !d.Type().IsRegular() || strings.HasSuffix(rel, "_test.go") {
			return nil
		}
		w, err := archive.Create(prefix + filepath.ToSlash(rel))
		if err != nil {
			return err
		}
		in, err := os.Open(path)
		if err != nil {
			return err
		}
		defer in.Close()
		_, err = io.Copy(w, in)
		return err
	})
	if err := errors.Join(err, archive.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
}

// run runs a command in the module.
func (d downstream) run(t *testing.T, args ...string) result {
	t.Helper()
	var stdout, stderr strings.Builder
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = d.dir, d.env, &stdout, &stderr
	err := cmd.Run()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// must runs a command that has to succeed.
func (d downstream) must(t *testing.T, args ...string) result {
	t.Helper()
	got := d.run(t, args...)
	if got.status != 0 {
		t.Fatalf("%v: status %d\n%s%s", args, got.status, got.stdout, got.stderr)
	}
	return got
}

// put writes a file of the module.
func (d downstream) put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(d.dir, name), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestDownstream goes the way of a project that drives QEMU: it gets the tool,
// vendors QEMU 9.2's schema from a tarball, generates and builds; then comes QEMU
// 10.0. There is no network.
func TestDownstream(t *testing.T) {
	live.Slow(t, "it builds the program twice, and QEMU's whole package")
	shared := corpus.Dir(t)
	d := newDownstream(t)
	for _, release := range []string{"9.2.0", "10.0.0"} {
		cmd := exec.CommandContext(t.Context(), "tar", "-czf", filepath.Join(d.dir, "qemu-"+release+".tar.gz"),
			"--transform", "s,^"+release+",qemu-"+release+",", release)
		cmd.Dir = filepath.Join(shared, "corpus")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	qapi := func(args ...string) []string { return append([]string{"go", "tool", "qapi-go"}, args...) }
	const root = "qapi-schema/qapi/qapi-schema.json"

	d.must(t, "go", "mod", "init", "example.com/vmm")
	d.must(t, "go", "get", "-tool", "github.com/qapi-go/qapi-go/cmd/qapi-go@v0.0.1")
	d.must(t, qapi("vendor", "--from", "qemu-9.2.0.tar.gz:qapi/qapi-schema.json", "--into", "qapi-schema")...)
	d.must(t, qapi("check", root)...)
	d.must(t, qapi("init")...)
	d.put(t, "main.go", `// Command vmm drives a machine.
package main

import (
	"context"
	"fmt"
	"os"

	"example.com/vmm/internal/qapi"
	"github.com/qapi-go/qapi-go/qmp"
)

//go:generate go tool qapi-go generate

func main() {
	ctx := context.Background()
	c, err := qmp.Dial(ctx, os.Args[1])
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	vm := qapi.NewClient(c)
	fmt.Println(vm.QueryStatus(ctx))
	fmt.Println(vm.BlockdevDel(ctx, qapi.BlockdevDelArgs{NodeName: "disk"}))
}
`)
	if got := d.run(t, qapi("generate", "--check")...); got.status != 1 || !strings.Contains(got.stdout, "missing") {
		t.Errorf("check of nothing: status %d, %s", got.status, got.stderr)
	}
	d.must(t, "go", "generate", "./...")
	d.must(t, "go", "mod", "tidy")
	d.must(t, "go", "build", "./...")
	gomod, err := os.ReadFile(filepath.Join(d.dir, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(gomod), "md2man") || !strings.Contains(string(gomod), "tool github.com/qapi-go/qapi-go/cmd/qapi-go") {
		t.Errorf("go.mod has more than the program needs, or not the tool:\n%s", gomod)
	}
	if got := d.must(t, qapi("generate", "--check")...); !strings.Contains(got.stderr, "all up to date") {
		t.Errorf("check: %s", got.stderr)
	}

	// QEMU 10.0 is there.
	got := d.must(t, qapi("vendor", "--from", "qemu-10.0.0.tar.gz:qapi/qapi-schema.json", "--into", "qapi-schema")...)
	if strings.Contains(got.stderr, " 0 files written") {
		t.Errorf("vendor: %s", got.stderr)
	}
	if got := d.must(t, qapi("check")...); !strings.Contains(got.stderr, root+": no errors in ") || got.stdout != "" {
		t.Errorf("check: %s%s", got.stdout, got.stderr)
	}
	report := d.run(t, qapi("diff", "--format", "json", "qemu-9.2.0.tar.gz:qapi/qapi-schema.json", root)...)
	var read struct {
		Compared int
		Summary  map[string]int
	}
	if err := json.Unmarshal([]byte(report.stdout), &read); err != nil {
		t.Fatalf("%v\n%s", err, report.stderr)
	}
	t.Logf("diff of 9.2.0 and 10.0.0: status %d, %+v", report.status, read)
	if s := read.Summary; read.Compared < 280 || s["info"] < 5 || (report.status == 1) != (s["breaking"] > 0) || report.status > 1 {
		t.Errorf("diff: status %d, %+v", report.status, read)
	}
	got = d.run(t, qapi("generate", "--check")...)
	if got.status != 1 || !strings.Contains(got.stdout, "internal/qapi/block-core.go: changed\n") || !strings.HasSuffix(got.stderr, "run: go tool qapi-go generate\n") {
		t.Errorf("check of what is stale: status %d, %s%s", got.status, got.stdout, got.stderr)
	}
	if got := d.run(t, qapi("generate", "--diff")...); got.status != 1 || !strings.Contains(got.stdout, "+++ b/internal/qapi/block-core.go\n") {
		t.Errorf("diff of what is stale: status %d, %s", got.status, got.stderr)
	}
	d.must(t, "go", "generate", "./...")
	d.must(t, "go", "build", "./...")
	d.must(t, qapi("generate", "--check")...)
}
