package examples

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qmp"
)

// A program is an example that runs.
type program struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines chan string
}

// launch starts an example.
func launch(t *testing.T, name string, args ...string) *program {
	t.Helper()
	p := &program{t: t, cmd: exec.Command(build(t, name), args...), lines: make(chan string, 100)}
	p.cmd.Stderr = os.Stderr
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.cmd.Process.Kill() })
	go func() {
		defer close(p.lines)
		for in := bufio.NewScanner(stdout); in.Scan(); {
			p.lines <- in.Text()
		}
		io.Copy(io.Discard, stdout)
	}()
	return p
}

// await waits for a line.
func (p *program) await(want string) {
	p.t.Helper()
	for timeout := time.After(patience); ; {
		select {
		case line, ok := <-p.lines:
			if !ok {
				p.t.Fatalf("it ends without %q", want)
			}
			if line == want {
				return
			}
		case <-timeout:
			p.t.Fatalf("there is no %q", want)
		}
	}
}

// interrupt ends the program.
func (p *program) interrupt() {
	p.t.Helper()
	p.cmd.Process.Signal(os.Interrupt)
	for range p.lines {
	}
	if err := p.cmd.Wait(); err != nil {
		p.t.Error(err)
	}
}

func TestLiveMachine(t *testing.T) {
	for _, release := range []string{"7.2", "11.1"} {
		t.Run(release, func(t *testing.T) {
			qemu := live.Release(t, release, "qemu-system-x86_64")
			p := launch(t, "machine", qemu, "-accel", "tcg", "-m", "64", "-nodefaults", "-display", "none", "-S")
			p.await("started: RESUME")
			p.cmd.Process.Signal(os.Interrupt)
			p.await("the guest does not shut down")
			for range p.lines {
			}
			if err := p.cmd.Wait(); err != nil {
				t.Error(err)
			}
			p = launch(t, "machine", qemu, "-nonsense")
			var stderr bytes.Buffer
			again := exec.Command(p.cmd.Path, p.cmd.Args[1:]...)
			again.Stderr = &stderr
			if err := again.Run(); err == nil || !strings.Contains(stderr.String(), "-nonsense: invalid option") {
				t.Errorf("a bad command line: %v, %s", err, &stderr)
			}
		})
	}
}

func TestLiveWatch(t *testing.T) {
	for _, release := range []string{"7.2", "11.1"} {
		t.Run(release, func(t *testing.T) {
			qemu, path := live.Release(t, release, "qemu-system-x86_64"), socket(t)
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			p := launch(t, "watch", path)
			for range 2 {
				// The socket gets its name when QEMU runs: see live.Start.
				m, err := qmp.StartMachine(ctx, exec.Command(qemu, "-M", "none", "-nodefaults", "-display", "none", "-S", "-qmp", "unix:"+path+".new,server=on,wait=off"),
					func(fd string) []string {
						return []string{"-chardev", "socket,id=own,fd=" + fd, "-mon", "chardev=own,mode=control"}
					})
				if err != nil {
					t.Fatal(err)
				}
				if err := os.Rename(path+".new", path); err != nil {
					t.Fatal(err)
				}
				p.await("status: prelaunch")
				if err := m.Call(ctx, "cont", nil, nil); err != nil {
					t.Error(err)
				}
				p.await("event: RESUME")
				m.Close() // kills QEMU
				p.await("session: reconnecting")
			}
			p.interrupt()
		})
	}
}

func TestLiveDisk(t *testing.T) {
	for _, release := range []string{"7.2", "11.1"} {
		t.Run(release, func(t *testing.T) {
			qemu, path := live.Release(t, release, "qemu-system-x86_64"), socket(t)
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			m, err := qmp.StartMachine(ctx, exec.Command(qemu, "-M", "pc,accel=tcg", "-m", "16", "-nodefaults", "-display", "none", "-S",
				"-device", "qemu-xhci", "-qmp", "unix:"+path+",server=on,wait=off"),
				func(fd string) []string {
					return []string{"-chardev", "socket,id=own,fd=" + fd, "-mon", "chardev=own,mode=control"}
				})
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			nodes := func() (n int) {
				var list []any
				if err := m.Call(ctx, "query-named-block-nodes", nil, &list); err != nil {
					t.Error(err)
				}
				return len(list)
			}
			image := filepath.Join(t.TempDir(), "image")
			if err := os.WriteFile(image, make([]byte, 1<<20), 0o600); err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second time, nothing is left of the first
				p := launch(t, "disk", path, image)
				p.await("plugged in")
				if n := nodes(); n == 0 {
					t.Error("there is no node")
				}
				p.interrupt()
				if n := nodes(); n != 0 {
					t.Errorf("%d nodes are left", n)
				}
			}
			failing := launch(t, "disk", path, image, "no-such-device")
			for range failing.lines {
			}
			if err := failing.cmd.Wait(); err == nil {
				t.Error("no error for a device that there is not")
			}
			if n := nodes(); n != 0 {
				t.Errorf("%d nodes are left after a failure", n)
			}
		})
	}
}
