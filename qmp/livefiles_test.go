//go:build unix

package qmp_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
)

func TestLiveFiles(t *testing.T) {
	c := startQEMU(t)
	ctx := testContext(t)
	for _, name := range []string{"one", "two"} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		err = c.Do(ctx, &qmp.Request{Command: "getfd", Args: map[string]any{"fdname": name}, Files: []*os.File{w}})
		w.Close()
		if err != nil {
			t.Fatal(err)
		}
		// QEMU has a duplicate: the pipe ends when that is closed.
		if err := c.Call(ctx, "closefd", map[string]string{"fdname": name}, nil); err != nil {
			t.Error(err)
		}
		if n, err := r.Read(make([]byte, 1)); n != 0 || err == nil {
			t.Errorf("pipe %s is still open", name)
		}
	}
}

// QEMU reads an image through two descriptors in one set, passed with add-fd, and writes its state
// to one passed with getfd.
func TestLiveFilesInUse(t *testing.T) {
	c, _ := launchQEMU(t, machine)
	ctx := testContext(t)
	path := filepath.Join(t.TempDir(), "image")
	if err := os.WriteFile(path, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, flag := range []int{os.O_RDONLY, os.O_RDWR} {
		image, err := os.OpenFile(path, flag, 0)
		if err != nil {
			t.Fatal(err)
		}
		var added struct {
			Set int `json:"fdset-id"`
			FD  int `json:"fd"`
		}
		err = c.Do(ctx, &qmp.Request{Command: "add-fd", Args: map[string]any{"fdset-id": 7}, Result: &added, Files: []*os.File{image}})
		image.Close()
		if err != nil || added.Set != 7 {
			t.Fatalf("add-fd: %+v, %v", added, err)
		}
	}
	must(t, c, "blockdev-add", `{"driver": "file", "node-name": "image0", "filename": "/dev/fdset/7"}`)
	var nodes []struct {
		Name  string `json:"node-name"`
		Image struct {
			Size int64 `json:"virtual-size"`
		} `json:"image"`
	}
	if err := c.Call(ctx, "query-named-block-nodes", nil, &nodes); err != nil || len(nodes) != 1 || nodes[0].Image.Size != 1<<20 {
		t.Errorf("nodes %+v, %v", nodes, err)
	}

	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	err = c.Do(ctx, &qmp.Request{Command: "getfd", Args: map[string]string{"fdname": "state"}, Files: []*os.File{w}})
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	must(t, c, "migrate", `{"uri": "fd:state"}`)
	if state, err := io.ReadAll(r); err != nil || !strings.HasPrefix(string(state), "QEVM") {
		t.Errorf("%d bytes of state, %v", len(state), err)
	}
}
