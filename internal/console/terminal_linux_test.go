package console

import (
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// terminal returns the two ends of a terminal: what is written to keys is read from tty as typed.
func terminal(t *testing.T) (keys, tty *os.File) {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		live.Missing(t, "no terminals here: %v", err)
	}
	t.Cleanup(func() { keys.Close() })
	ioctl := func(request uintptr, n *int32) {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, keys.Fd(), request, uintptr(unsafe.Pointer(n))); errno != 0 {
			t.Fatal(errno)
		}
	}
	var locked, n int32
	ioctl(syscall.TIOCSPTLCK, &locked)
	ioctl(syscall.TIOCGPTN, &n)
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tty.Close() })
	return keys, tty
}

// TestTerminal holds a conversation on a dumb terminal: an error does not end it, the end of the
// machine is said, and another one is dialled.
func TestTerminal(t *testing.T) {
	t.Setenv("TERM", "dumb")
	keys, tty := terminal(t)
	path := shortPath(t)
	m := newMortal(t, path)
	out, came := lines(t)
	s := Shell{Target: Target{Addr: path}, Schema: withSchema(t), In: tty, Out: out, Err: out}
	ended := make(chan error, 1)
	go func() { ended <- s.Run(t.Context()) }()
	// await skips lines to one that has the text.
	await := func(want string) {
		t.Helper()
		for line := range came {
			if strings.Contains(line, want) {
				return
			}
		}
		t.Fatalf("no %q", want)
	}
	await("commands; help describes them")
	for _, step := range []struct{ typed, want string }{
		{"ping\n", "qmp> {}"},
		{"pong\n", "unknown command; did you mean 'ping'?"},
	} {
		io.WriteString(keys, step.typed)
		await(step.want)
	}
	m.end()
	await(`The connection has ended: `)
	for _, step := range []struct{ typed, want string }{
		{"ping\n", `not connected: "dial" reconnects`},
		{"dial\n", "gone> "}, // there is none
	} {
		io.WriteString(keys, step.typed)
		await(step.want)
	}
	m = newMortal(t, path)
	for _, step := range []struct{ typed, want string }{
		{"dial\n", "Connected."},
		{"ping\n", "qmp> {}"},
	} {
		io.WriteString(keys, step.typed)
		await(step.want)
	}
	io.WriteString(keys, "exit\n")
	if err := <-ended; err != nil {
		t.Error(err)
	}
	m.end()
}
