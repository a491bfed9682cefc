package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// mountSmall mounts a file system of so many pages for the time of a test, or skips the test. Only
// root may: for other users, .ci/run has a step that runs these tests as root of a namespace.
func mountSmall(t *testing.T, dir string, pages int) {
	t.Helper()
	err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", pages*os.Getpagesize()))
	switch {
	case err != nil && os.Getuid() != 0:
		t.Skipf("only root may mount a small file system: %v", err)
	case err != nil:
		live.Missing(t, "a small file system cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
}

// TestFullDisk checks that a run for which the disk has too little space fails and
// leaves the old tree whole, with nothing beside it, and that the next one works
// when there is space.
func TestFullDisk(t *testing.T) {
	files := largeSchema("one", 4)
	for k, v := range largeSchema("two", 12) {
		files[k] = v
	}
	dir := write(t, files)
	disk := filepath.Join(dir, "disk")
	if err := os.Mkdir(disk, 0o777); err != nil {
		t.Fatal(err)
	}
	if got := runArgs("generate", "--schema", "one/root.json", "--out", "small"); got.status != 0 {
		t.Fatal(got.stderr)
	}
	used := 0
	for _, data := range tree(t, "small") {
		used += len(data)/os.Getpagesize() + 1
	}
	mountSmall(t, disk, used+8)
	if got := runArgs("generate", "--schema", "one/root.json", "--out", "disk/out"); got.status != 0 {
		t.Fatalf("the old tree: status %d, %s", got.status, got.stderr)
	}
	before := tree(t, disk)
	got := runArgs("generate", "--schema", "two/root.json", "--out", "disk/out")
	if got.status != 2 || !strings.Contains(got.stderr, ": write disk/out/.qapi-go.work/") || !strings.Contains(got.stderr, "no space left on device") {
		t.Errorf("the disk is full: status %d, %s", got.status, got.stderr)
	}
	if after := tree(t, disk); !equalTrees(before, after) {
		t.Errorf("there were %d files, and now are %d", len(before), len(after))
	}
	if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT, "size=16m"); err != nil {
		t.Fatal(err)
	}
	if got := runArgs("generate", "--schema", "two/root.json", "--out", "disk/out"); got.status != 0 {
		t.Errorf("there is space: status %d, %s", got.status, got.stderr)
	}
}

// TestInitFullDisk checks that init leaves no empty file on a full disk, and an existing one whole.
func TestInitFullDisk(t *testing.T) {
	disk := t.TempDir()
	mountSmall(t, disk, 1)
	t.Chdir(disk)
	t.Cleanup(func() { os.Chdir("/") }) // else it cannot be unmounted
	if err := os.WriteFile("other", []byte("x"), 0o666); err != nil {
		t.Fatal(err)
	}
	init := func(what string, args ...string) {
		t.Helper()
		got := runArgs(append([]string{"init"}, args...)...)
		if got.status != 2 || !strings.Contains(got.stderr, "no space left on device") {
			t.Errorf("%s: status %d, %s", what, got.status, got.stderr)
		}
	}
	init("a new file")
	if entries, err := os.ReadDir("."); len(entries) != 1 {
		t.Errorf("init has left %v, %v", entries, err)
	}
	if err := os.Rename("other", "qapi.yaml"); err != nil {
		t.Fatal(err)
	}
	init("an existing file", "--force")
	if text, err := os.ReadFile("qapi.yaml"); string(text) != "x" {
		t.Errorf("qapi.yaml is now %q, %v", text, err)
	}
}
