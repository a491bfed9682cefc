//go:build unix

package qmp_test

import (
	"encoding/json"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmptest"
)

// All files arrive with the first byte of the command, in order.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	var files []*os.File
	for _, name := range []string{"first", "second", "third"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files = append(files, f)
	}
	var got []string
	checkGoroutines(t)
	addr := qmptest.Listen(t, func(p *qmptest.Peer) {
		p.Negotiate()
		conn := p.Conn().(*net.UnixConn)
		text, rights := make([]byte, 1), make([]byte, 256)
		n, oobn, _, _, err := conn.ReadMsgUnix(text, rights)
		if err != nil || n != 1 {
			t.Errorf("first byte: %d, %v", n, err)
		}
		messages, err := syscall.ParseSocketControlMessage(rights[:oobn])
		if err != nil || len(messages) != 1 {
			t.Errorf("%d control messages, %v; want one", len(messages), err)
			return
		}
		fds, err := syscall.ParseUnixRights(&messages[0])
		if err != nil {
			t.Error(err)
		}
		for _, fd := range fds {
			f := os.NewFile(uintptr(fd), "received")
			content, err := io.ReadAll(f)
			if err != nil {
				t.Error(err)
			}
			f.Close()
			got = append(got, string(content))
		}
		var req struct {
			Execute string
			ID      json.RawMessage
		}
		if err := json.NewDecoder(io.MultiReader(strings.NewReader(string(text)), conn)).Decode(&req); err != nil {
			t.Error(err)
		}
		p.Return(qmptest.Request{ID: req.ID}, "{}")
		p.WaitClose()
	})
	ctx := testContext(t)
	c, err := qmp.Dial(ctx, addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	err = c.Do(ctx, &qmp.Request{Command: "getfd", Args: map[string]string{"fdname": "x"}, Files: files})
	if err != nil {
		t.Fatal(err)
	}
	if want := "first second third"; strings.Join(got, " ") != want {
		t.Errorf("received %q, want %q", got, want)
	}
	if err := c.Do(ctx, &qmp.Request{Command: "getfd", Files: []*os.File{nil}}); err == nil {
		t.Error("a nil file was accepted")
	}
	files[0].Close()
	if err := c.Err(); err != nil {
		t.Fatal(err)
	}
}

func TestFilesNeedUnix(t *testing.T) {
	c := connect(t, func(p *qmptest.Peer) { p.Negotiate(); p.WaitClose() })
	err := c.Do(testContext(t), &qmp.Request{Command: "getfd", Files: []*os.File{os.Stdin}})
	if err == nil || !strings.Contains(err.Error(), "unix socket only") {
		t.Errorf("error %v", err)
	}
}
