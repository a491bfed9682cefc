package dial

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

func testContext(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// socketDir returns a folder with a short path.
func socketDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "d")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func TestPassing(t *testing.T) {
	op := func(err error) error {
		return &net.OpError{Op: "dial", Net: "unix", Err: os.NewSyscallError("connect", err)}
	}
	for _, test := range []struct {
		err  error
		want bool
	}{
		{op(syscall.ENOENT), true},
		{op(syscall.ECONNREFUSED), true},
		{op(syscall.EAGAIN), true},
		{op(syscall.ECONNRESET), true},
		{op(syscall.EPIPE), true},
		{op(syscall.EHOSTUNREACH), true},
		{op(syscall.EMFILE), true},
		{op(syscall.ETIMEDOUT), true},
		{io.EOF, true},
		{&net.DNSError{Err: "try again", IsTemporary: true}, true},
		{op(syscall.EACCES), false},
		{op(syscall.EPERM), false},
		{op(syscall.EINVAL), false},
		{op(syscall.ENOTDIR), false},
		{op(syscall.ENAMETOOLONG), false},
		{op(syscall.EPROTOTYPE), false},
		{&net.DNSError{Err: "no such host", IsNotFound: true}, false},
		{&net.OpError{Op: "dial", Err: &net.AddrError{Err: "invalid port"}}, false},
		{net.UnknownNetworkError("vsock"), false},
		{errors.New("certificate signed by unknown authority"), false},
		{context.DeadlineExceeded, false},
		{context.Canceled, false},
	} {
		if got := Passing(test.err); got != test.want {
			t.Errorf("%v: %v, want %v", test.err, got, test.want)
		}
	}
}

// What can never succeed ends Retry at once, though its context never ends.
func TestRetryEndsWithLastingError(t *testing.T) {
	dir := socketDir(t)
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]string{
		"unix:" + file + "/socket": "not a directory",
		"unix:" + dir:              "is a directory and not a socket",
		"unix:" + filepath.Join(dir, strings.Repeat("x", 200)): "200 bytes",
		"tcp:127.0.0.1:99999999":                               "port",
		"unix:" + strings.Repeat("x", 200):                     "200 bytes",
		"unix:" + strings.Repeat("x", 200) + ",abstract=on":    "invalid argument",
	}
	if runtime.GOOS != "windows" {
		tests["pipe:x"] = "Windows only"
	}
	for addr, want := range tests {
		network, address, err := Parse(addr, false)
		if err != nil {
			t.Errorf("%s: %v", addr, err)
			continue
		}
		attempts := 0
		err = Retry(context.Background(), time.Hour, func() error {
			attempts++
			_, err := Connect(testContext(t), network, address)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), want) || attempts != 1 {
			t.Errorf("%s: %v after %d attempts, want %q", addr, err, attempts, want)
		}
	}
}

// A file that is no socket may become one.
func TestFileIsNoSocket(t *testing.T) {
	file := filepath.Join(socketDir(t), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Connect(testContext(t), "unix", file)
	if err == nil || err.Error() != file+" is a file and not a socket" || !Passing(err) {
		t.Errorf("%v, passing: %t", err, Passing(err))
	}
}

func TestRetryGoesOn(t *testing.T) {
	n := 0
	err := Retry(testContext(t), time.Millisecond, func() error {
		if n++; n < 5 {
			return syscall.ECONNREFUSED
		}
		return nil
	})
	if err != nil || n != 5 {
		t.Errorf("%v after %d attempts", err, n)
	}
	ctx, cancel := context.WithCancel(testContext(t))
	err = Retry(ctx, time.Hour, func() error { cancel(); return nil })
	if err != nil {
		t.Error(err)
	}
	ctx, cancel = context.WithCancel(testContext(t))
	n = 0
	err = Retry(ctx, time.Millisecond, func() error {
		if n++; n == 2 {
			cancel()
			return ctx.Err()
		}
		return syscall.ECONNREFUSED
	})
	if !errors.Is(err, context.Canceled) || !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("%v, want both errors", err)
	}
}

// A socket whose path is longer than the system's limit is reached on Linux.
func TestLongPath(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has /proc/self/fd")
	}
	dir := filepath.Join(socketDir(t), strings.Repeat("d", 150))
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "socket")
	if _, err := Connect(testContext(t), "unix", path); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("without a socket: %v", err)
	}
	short, done, err := shorten(path)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	l, err := net.Listen("unix", short)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	conn, err := Connect(testContext(t), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
}

// FuzzParse checks that an address has either a network and an address or an error that names it.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"unix:/run/vm.qmp,server=on", "tcp:[::1]:4444,nodelay", "unix:a,,b,abstract", "pipe:x", "vsock:3:5", "unix:fd=3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, addr string) {
		network, address, err := Parse(addr, false)
		switch {
		case err != nil && (network != "" || address != "" || !strings.HasPrefix(err.Error(), "address ")):
			t.Fatalf("%q %q, %v", network, address, err)
		case err == nil && (address == "" || network != "unix" && network != "tcp" && network != "pipe"):
			t.Fatalf("%q %q", network, address)
		}
	})
}
