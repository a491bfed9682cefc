package qmp_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

// shortDir returns a folder in which paths of sockets are within the system's limit.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "q")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// Dial reaches a server that is restarting: at first there is no socket, then the old server
// accepts and closes before its greeting, with and without having read, then nobody listens, then
// the new server is ready.
func TestDialWhileRestarting(t *testing.T) {
	path := filepath.Join(shortDir(t), "qmp")
	var l net.Listener
	listen := func() {
		var err error
		if l, err = net.Listen("unix", path); err != nil {
			t.Error(err)
		}
	}
	accept := func(serve func(conn net.Conn)) {
		go func(l net.Listener) {
			conn, err := l.Accept()
			if err != nil {
				t.Error(err)
				return
			}
			serve(conn)
		}(l)
	}
	attempts := 0
	dialer := func(ctx context.Context, network, address string) (net.Conn, error) {
		attempts++
		switch attempts {
		case 2:
			listen()
			accept(func(conn net.Conn) { conn.Close() })
		case 3:
			accept(func(conn net.Conn) {
				conn.Write([]byte(`{"QMP": {"version"`))
				conn.Close()
			})
		case 4:
			l.(*net.UnixListener).SetUnlinkOnClose(false)
			l.Close()
		case 5:
			os.Remove(path)
			listen()
			accept(func(conn net.Conn) { qmp.NewServer(nil).ServeConn(context.Background(), conn) })
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	c, err := qmp.Dial(testContext(t), path, qmp.WithRetry(time.Millisecond), qmp.WithDialer(dialer))
	if err != nil || attempts != 5 {
		t.Fatalf("%v after %d attempts", err, attempts)
	}
	c.Close()
	l.Close()
}

// Without WithRetry there is only one attempt. With it, permanent errors end Dial even if the
// context never ends.
func TestDialFails(t *testing.T) {
	dir := shortDir(t)
	l, err := net.Listen("unix", filepath.Join(dir, "other"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			conn.Write([]byte("220 ready\r\n"))
		}
	}()
	if _, err := qmp.Dial(testContext(t), filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without WithRetry: %v", err)
	}
	tests := map[string]string{
		"unix:" + l.Addr().String():                    "not a QMP message",
		"unix:fd=14,server=on":                         "use NewClient",
		"unix:" + dir + "/" + strings.Repeat("x", 150): "the system's limit",
		"unix:" + dir:                                  "not a socket",
		"unix:" + l.Addr().String() + "/socket":        "not a directory",
		"tcp:localhost:123456":                         "port",
	}
	if runtime.GOOS != "windows" {
		tests["pipe:x"] = "Windows only"
	}
	for addr, want := range tests {
		if _, err := qmp.Dial(context.Background(), addr, qmp.WithRetry(time.Millisecond)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", addr, err, want)
		}
	}
}
