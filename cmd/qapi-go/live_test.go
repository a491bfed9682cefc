package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// TestLiveQEMU generates a package from QEMU 7.2's own schema, builds a program
// against it in a module of its own, and lets it drive a real QEMU.
func TestLiveQEMU(t *testing.T) {
	live.Slow(t, "it compiles QEMU's whole package")
	shared := corpus.Dir(t)
	qemu := live.Program(t, "qemu-system-x86_64")
	dir := newModule(t, "example.test/live")
	schema := filepath.Join(shared, "corpus", "7.2.0", "qapi", "qapi-schema.json")
	if got := runArgs("generate", "--schema", schema, "--out", filepath.Join(dir, "qapi")); got.status != 0 {
		t.Fatalf("generate: status %d\n%s", got.status, got.stderr)
	}
	source, err := os.ReadFile("testdata/live/main.go")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.go"), source, 0o666); err != nil {
		t.Fatal(err)
	}
	inModule(t, dir, "vet", "./...")
	inModule(t, dir, "build", "-o", "live", ".")
	program := filepath.Join(dir, "live")
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()

	// A socket's path is limited to some 100 bytes: t.TempDir may be longer.
	sockets, err := os.MkdirTemp("", "qmp")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(sockets)
	socket := filepath.Join(sockets, "s")
	image := filepath.Join(dir, "disk.img")
	if err := os.WriteFile(image, make([]byte, 1<<20), 0o666); err != nil {
		t.Fatal(err)
	}
	vm := exec.CommandContext(ctx, qemu, "-M", "pc,accel=tcg", "-m", "16", "-usb", "-nodefaults", "-display", "none", "-S",
		"-qmp", "unix:"+socket+",server=on,wait=off")
	var vmErr strings.Builder
	vm.Stderr = &vmErr
	if err := live.Start(vm); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- vm.Wait() }()
	defer vm.Process.Kill()

	out, err := exec.CommandContext(ctx, program, socket, image).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := strings.Join([]string{
		"status: prelaunch running: false known: true",
		"version: " + qemuVersion(ctx, t, qemu),
		"node: disk0 raw ro: true size: 1048576",
		`property: serial 1 "2"`,
		"property: usb_version 1",
		"property: msos-desc false",
		"error: GenericError",
		"event: RESUME timed: true",
		"event: STOP timed: true",
		"event: SHUTDOWN guest: false reason: host-qmp-quit",
		"closed",
		"",
	}, "\n")
	if got := string(out); got != want {
		t.Errorf("the program printed\n%swant\n%s", got, want)
	}
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("QEMU: %v\n%s", err, vmErr.String())
		}
	case <-ctx.Done():
		t.Error("QEMU goes on after quit")
	}
}

// qemuVersion returns the version that the program says it has, as "7.2".
func qemuVersion(ctx context.Context, t *testing.T, qemu string) string {
	t.Helper()
	out, err := exec.CommandContext(ctx, qemu, "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`version (\d+\.\d+)`).FindSubmatch(out)
	if m == nil {
		t.Fatalf("no version in %q", out)
	}
	return string(m[1])
}
