//go:build unix

package qmp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
)

// openFiles returns the number of descriptors of pipes that this process has open.
func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("needs /proc: ", err)
	}
	n := 0
	for _, e := range entries {
		if to, _ := os.Readlink("/proc/self/fd/" + e.Name()); strings.HasPrefix(to, "pipe:") {
			n++
		}
	}
	return n
}

// readEnds returns n readable files with one letter each, starting with 'a'.
func readEnds(t *testing.T, n int) []*os.File {
	t.Helper()
	var files []*os.File
	for i := range n {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { r.Close() })
		fmt.Fprintf(w, "%c", 'a'+i)
		w.Close()
		files = append(files, r)
	}
	return files
}

// Files are passed to the command they were sent with, whatever is sent before and after, and files
// that the handler does not take are closed.
func TestReceivedFiles(t *testing.T) {
	before := openFiles(t)
	read := func(ctx context.Context) (string, error) {
		text := ""
		for _, f := range qmp.ReceivedFiles(ctx) {
			data, err := io.ReadAll(f)
			if err != nil {
				return "", err
			}
			text += string(data)
			f.Close()
		}
		if len(qmp.ReceivedFiles(ctx)) > 0 {
			return "", fmt.Errorf("files were given twice")
		}
		return text, nil
	}
	s := qmp.NewServer([]qmp.ServerCommand{
		{Name: "read", Result: (*string)(nil), Run: qmp.Handler(read)},
		{Name: "long", Args: (*map[string]string)(nil), Result: (*string)(nil),
			Run: qmp.Handler(func(ctx context.Context, _ map[string]string) (string, error) { return read(ctx) })},
		{Name: "leave", Run: qmp.Handler(func(context.Context) error { return nil })},
	})
	addr := listen(t, s)
	ctx := testContext(t)
	c := dial(t, addr)
	files := readEnds(t, 3)
	var got string
	for _, test := range []struct {
		req  qmp.Request
		want string
	}{
		{qmp.Request{Command: "read", Files: files[:1]}, "a"},
		{qmp.Request{Command: "read"}, ""},
		{qmp.Request{Command: "leave", Files: files[1:2]}, ""},
		{qmp.Request{Command: "nonesuch", Files: files[1:2]}, ""},
		{qmp.Request{Command: "long", Args: map[string]string{"x": strings.Repeat("x", 300000)}, Files: files[1:]}, "bc"},
	} {
		got = ""
		if test.req.Command != "leave" {
			test.req.Result = &got
		}
		if err := c.Do(ctx, &test.req); err != nil && test.req.Command != "nonesuch" {
			t.Fatal(err)
		}
		if got != test.want {
			t.Errorf("%s read %q, want %q", test.req.Command, got, test.want)
		}
	}

	// Commands in one packet, the last of which has the file.
	conn, err := net.Dial("unix", addr)
	if err != nil {
		t.Fatal(err)
	}
	raw := json.NewDecoder(conn)
	var reply struct{ Return any }
	raw.Decode(&reply) // the greeting
	io.WriteString(conn, `{"execute":"qmp_capabilities"}`)
	raw.Decode(&reply)
	last := readEnds(t, 1)
	sendWith(t, conn.(*net.UnixConn), `{"execute":"read"}{"execute":"read"}{"execute":"read"}`, last[0])
	for _, want := range []string{"", "", "a"} {
		if err := raw.Decode(&reply); err != nil || reply.Return != want {
			t.Errorf("read %q, %v, want %q", reply.Return, err, want)
		}
	}
	// One complete command and part of another, which has the file.
	next := readEnds(t, 1)
	sendWith(t, conn.(*net.UnixConn), `{"execute":"read"}{"execute":"re`, next[0])
	if err := raw.Decode(&reply); err != nil || reply.Return != "" {
		t.Errorf("the whole command read %q, %v", reply.Return, err)
	}
	io.WriteString(conn, `ad"}{"execute":"read"}`)
	for _, want := range []string{"a", ""} {
		if err := raw.Decode(&reply); err != nil || reply.Return != want {
			t.Errorf("behind a part: read %q, %v, want %q", reply.Return, err, want)
		}
	}
	files = append(files, next...)
	// Files that come with nothing but white space do not pile up: as in QEMU, those that come last
	// are kept.
	for range 40 {
		sendWith(t, conn.(*net.UnixConn), " ", last[0])
	}
	latest := readEnds(t, 2)
	sendWith(t, conn.(*net.UnixConn), `{"execute":"read"}`, latest[1])
	if err := raw.Decode(&reply); err != nil || reply.Return != "b" {
		t.Errorf("read %q, %v, want b", reply.Return, err)
	}
	files = append(files, latest...)
	// An incomplete command leaves nothing behind, nor does invalid input.
	for _, text := range []string{`{"execute":`, "@", ""} {
		other, err := net.Dial("unix", addr)
		if err != nil {
			t.Fatal(err)
		}
		sendWith(t, other.(*net.UnixConn), text+" ", last[0])
		other.Close()
	}
	conn.Close()
	c.Close()
	if err := s.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	for _, f := range append(files, last...) {
		f.Close()
	}
	await(t, "no more files are open than before", func() bool { return openFiles(t) <= before })
}

// sendWith sends text with a file.
func sendWith(t *testing.T, conn *net.UnixConn, text string, f *os.File) {
	t.Helper()
	raw, err := f.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if err := raw.Control(func(fd uintptr) {
		_, _, err = conn.WriteMsgUnix([]byte(text), syscall.UnixRights(int(fd)), nil)
	}); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}
