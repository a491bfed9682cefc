//go:build unix

package qmp_test

import (
	"os"
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
		// QEMU has a copy: the pipe ends when that is closed.
		if err := c.Call(ctx, "closefd", map[string]string{"fdname": name}, nil); err != nil {
			t.Error(err)
		}
		if n, err := r.Read(make([]byte, 1)); n != 0 || err == nil {
			t.Errorf("pipe %s is still open", name)
		}
	}
}
