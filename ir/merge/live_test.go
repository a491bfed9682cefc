package merge

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/gen/golang"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// unknownTo102 are members of QEMU 11.1 that no schema up to 10.2 has. They are lost, since the
// package does not know them.
var unknownTo102 = map[string]bool{"query-migrate-parameters.x-rdma-chunk-size": true}

// TestLiveFleet runs the query commands of three releases of QEMU with the package for 7.2,
// 10.0 and 10.2. Each reply must be the same JSON after being decoded and encoded.
func TestLiveFleet(t *testing.T) {
	live.Slow(t, "it compiles a package of three releases and runs each")
	machines := make(map[string]string)
	for _, release := range live.Releases {
		machines[release] = live.Release(t, release, "qemu-system-x86_64")
	}
	list := loadAll(t, "7.2.0", "10.0.0", "10.2.0")
	res, err := Merge(list, Options{})
	if err != nil {
		t.Fatal(err)
	}
	files, err := golang.Generate(res.Schema, golang.Options{Package: "qapi", Docs: golang.DocsNone})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", corpus.GoMod(t, "example.org/fleet"))
	for _, f := range files {
		write("qapi/"+f.Path, string(f.Data))
	}
	program, err := os.ReadFile(filepath.Join("testdata", "fleet", "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	write("main.go", string(program))
	build := exec.CommandContext(t.Context(), "go", "build", "-o", "fleet", ".")
	build.Dir = dir
	build.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "GOPROXY=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, release := range live.Releases {
		t.Run(release, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
			defer cancel()
			socket := filepath.Join(t.TempDir(), "qmp")
			vm := exec.CommandContext(ctx, machines[release], "-nodefaults", "-display", "none", "-S", "-machine", "q35", "-m", "64",
				"-device", "virtio-blk-pci,drive=disk0", "-blockdev", "null-co,node-name=disk0", "-device", "virtio-net-pci,netdev=n", "-netdev", "user,id=n",
				"-object", "rng-builtin,id=rng0", "-chardev", "null,id=c0", "-qmp", "unix:"+socket+",server=on,wait=off", "-qmp", "unix:"+socket+"2,server=on,wait=off")
			vm.WaitDelay = 5 * time.Second
			if err := live.Start(vm); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { vm.Process.Kill(); vm.Wait() })
			out, err := exec.CommandContext(ctx, filepath.Join(dir, "fleet"), "unix:"+socket, "unix:"+socket+"2").CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			answered := 0
			for line := range strings.Lines(string(out)) {
				line = strings.TrimSpace(line)
				if n, err := fmt.Sscanf(line, "answered %d", &answered); n == 1 && err == nil {
					continue
				}
				if result, ok := strings.CutPrefix(line, "mirror: "); ok {
					checkMirror(t, release, result)
					continue
				}
				if what, ok := strings.CutPrefix(line, "lost "); ok && release == "11.1" && unknownTo102[what] {
					continue
				}
				t.Error(line)
			}
			if answered < 40 {
				t.Errorf("only %d commands were answered", answered)
			}
			t.Logf("%d query commands", answered)
		})
	}
}

// checkMirror checks the result of blockdev-mirror with an argument that QEMU 10.1 added. Older
// servers must refuse it before it is sent, newer ones because of its target.
func checkMirror(t *testing.T, release, result string) {
	t.Helper()
	want := `qmp: blockdev-mirror: argument "target-is-zero": this server (QEMU ` + release
	if release == "11.1" {
		want = "none" // what the server says of the target
	}
	if !strings.Contains(result, want) || release != "11.1" && !strings.HasSuffix(result, "does not have it; it came with 10.1") {
		t.Errorf("mirror: %s", result)
	}
	t.Log(result)
}
