//go:build unix

package qmp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
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
	files[1].Close()
	err = c.Do(ctx, &qmp.Request{Command: "getfd", Files: files})
	if !errors.Is(err, os.ErrClosed) {
		t.Errorf("a closed file: %v", err)
	}
	if runtime.GOOS == "linux" { // a message has at most 253, see unix(7)
		err = c.Do(ctx, &qmp.Request{Command: "getfd", Files: slices.Repeat(files[:1], 254)})
		if !errors.Is(err, syscall.EINVAL) {
			t.Errorf("too many files: %v", err)
		}
	}
	if err := c.Err(); err != nil || c.Pending() != 0 {
		t.Errorf("after that %d calls are pending, and the connection: %v", c.Pending(), err)
	}
}

// TestFilesAmongOthers checks that files arrive with the first byte of their command if that waits
// for others to be written, and that a command with a closed file fails by itself.
func TestFilesAmongOthers(t *testing.T) {
	checkGoroutines(t)
	const long = 4 << 20 // bytes, more than the socket takes
	queued := make(chan bool)
	addr := qmptest.Listen(t, func(p *qmptest.Peer) {
		p.Negotiate()
		<-queued
		conn := p.Conn().(*net.UnixConn)
		var text []byte
		at := -1 // the byte that a file came with
		for bytes.Count(text, []byte("\n")) < 4 {
			// The system joins bytes without a file with those that follow, so the end is read
			// byte by byte, as QEMU reads everything.
			part, rights := make([]byte, max(1, long-len(text))), make([]byte, 256)
			n, oobn, _, _, err := conn.ReadMsgUnix(part, rights)
			if err != nil {
				t.Error(err)
				break
			}
			if oobn > 0 && at < 0 {
				at = len(text)
			}
			text = append(text, part[:n]...)
		}
		if !bytes.HasPrefix(text[max(at, 0):], []byte(`{"execute":"with",`)) {
			t.Errorf("the file has arrived with byte %d of %d", at, len(text))
		}
		for _, id := range []string{"1", "2", "3", "4"} {
			p.Return(qmptest.Request{ID: json.RawMessage(id)}, "{}")
		}
		p.WaitClose()
	})
	ctx := testContext(t)
	c, err := qmp.Dial(ctx, addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	closed, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	var calls sync.WaitGroup
	var sent uint64
	for _, req := range []qmp.Request{
		{Command: "long", Args: map[string]string{"x": strings.Repeat("x", long)}},
		{Command: "before"},
		{Command: "with", Files: []*os.File{os.Stdin}},
		{Command: "closed", Files: []*os.File{closed}},
		{Command: "after"},
	} {
		calls.Go(func() {
			if err := c.Do(ctx, &req); req.Command == "closed" != errors.Is(err, os.ErrClosed) || req.Command != "closed" && err != nil {
				t.Errorf("%s: %v", req.Command, err)
			}
		})
		if req.Command != "closed" {
			sent++
		}
		awaitSent(t, c, sent)
	}
	close(queued)
	calls.Wait()
}

// TestFilesOfCancelled checks that the files of a call that was cancelled while it waited to be
// written are the caller's alone again: closing one does not wait, and closes what it refers to.
func TestFilesOfCancelled(t *testing.T) {
	checkGoroutines(t)
	done := make(chan bool)
	addr := qmptest.Listen(t, func(p *qmptest.Peer) {
		p.Negotiate()
		<-done
		io.Copy(io.Discard, p.Conn())
	})
	defer close(done)
	c, err := qmp.Dial(testContext(t), addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx, cancel := context.WithCancel(testContext(t))
	defer cancel()
	var calls sync.WaitGroup
	defer calls.Wait()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	calls.Go(func() { // more than the socket takes
		c.Call(ctx, "long", map[string]string{"x": strings.Repeat("x", 4<<20)}, nil)
	})
	awaitSent(t, c, 1)
	waiting, stop := context.WithCancel(ctx)
	calls.Go(func() {
		if err := c.Do(waiting, &qmp.Request{Command: "with", Files: []*os.File{w}}); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		w.Close()
	})
	awaitSent(t, c, 2)
	stop()
	if text, err := io.ReadAll(r); err != nil || len(text) > 0 {
		t.Errorf("%q, %v", text, err)
	}
	cancel()
}

func TestFilesNeedUnix(t *testing.T) {
	c := connect(t, func(p *qmptest.Peer) { p.Negotiate(); p.WaitClose() })
	err := c.Do(testContext(t), &qmp.Request{Command: "getfd", Files: []*os.File{os.Stdin}})
	if err == nil || !strings.Contains(err.Error(), "unix socket only") {
		t.Errorf("error %v", err)
	}
}
