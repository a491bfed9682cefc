package qga_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qga"
	"github.com/qapi-go/qapi-go/qmp"
)

// dialAgent connects to an agent that can run programs.
func dialAgent(t *testing.T) (c *qga.Client, kill func()) {
	t.Helper()
	checkGoroutines(t)
	path, kill := startAgentWithout(t, "guest-shutdown")
	c, err := qga.Dial(testContext(t), path, qga.WithRetry(20*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c, kill
}

func TestLiveCommand(t *testing.T) {
	c, _ := dialAgent(t)
	t.Run("Output", func(t *testing.T) {
		out, err := qga.Command(c, "echo", "-n", "a b", "ü").Output()
		if err != nil || string(out) != "a b ü" {
			t.Errorf("%q, %v", out, err)
		}
	})
	t.Run("CombinedOutput", func(t *testing.T) {
		out, err := qga.Command(c, "sh", "-c", "echo out; echo err >&2").CombinedOutput()
		if err != nil || string(out) != "out\nerr\n" {
			t.Errorf("%q, %v", out, err)
		}
	})
	t.Run("exit code", func(t *testing.T) {
		_, err := qga.Command(c, "sh", "-c", "echo why >&2; exit 3").Output()
		var e *qga.ExitError
		if !errors.As(err, &e) || e.Code != 3 || e.Signal != 0 || string(e.Stderr) != "why\n" || e.Error() != "exit status 3" {
			t.Errorf("%#v", err)
		}
	})
	t.Run("signal", func(t *testing.T) {
		err := qga.Command(c, "sh", "-c", "kill -9 $$").Run()
		var e *qga.ExitError
		if !errors.As(err, &e) || e.Code != -1 || e.Signal != 9 || e.Error() != "signal: 9" {
			t.Errorf("%#v", err)
		}
	})
	t.Run("no such program", func(t *testing.T) {
		err := qga.Command(c, "/nonexistent/program").Run()
		var e *qmp.Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), "/nonexistent/program") {
			t.Errorf("%v", err)
		}
	})
	t.Run("Stdin, Env, Dir, writers", func(t *testing.T) {
		dir := t.TempDir()
		var out, errOut bytes.Buffer
		cmd := qga.Command(c, "sh", "-c", `cat; echo "$NAME $PWD $1"; echo err >&2`, "sh", "it's")
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader("input\n"), &out, &errOut
		cmd.Env = []string{"NAME=value", "PATH=" + os.Getenv("PATH")}
		cmd.Dir = dir
		if err := cmd.Run(); err != nil || out.String() != "input\nvalue "+dir+" it's\n" || errOut.String() != "err\n" {
			t.Errorf("%q, %q, %v", out.String(), errOut.String(), err)
		}
		cmd = qga.Command(c, "pwd")
		cmd.Dir = filepath.Join(dir, "none")
		var e *qga.ExitError
		if err := cmd.Run(); !errors.As(err, &e) {
			t.Errorf("a directory that does not exist: %v", err)
		}
	})
	t.Run("too much output", func(t *testing.T) {
		out, err := qga.Command(c, "head", "-c", "20000000", "/dev/zero").Output()
		if !errors.Is(err, qga.ErrTruncated) || len(out) < 16<<20 {
			t.Errorf("%d bytes, %v", len(out), err)
		}
	})
	t.Run("context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(testContext(t))
		defer cancel()
		cmd := qga.CommandContext(ctx, c, "sleep", "60")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(20*time.Millisecond, cancel)
		if err := cmd.Wait(); !errors.Is(err, context.Canceled) || cmd.PID == 0 {
			t.Errorf("%v, PID %d", err, cmd.PID)
		}
		if err := qga.Command(c, "kill", fmt.Sprint(cmd.PID)).Run(); err != nil {
			t.Errorf("the program is gone: %v", err)
		}
	})
	t.Run("a thousand", func(t *testing.T) {
		for i := range live.Rounds(t, 50, 1000) {
			want := fmt.Sprint(i)
			if out, err := qga.Command(c, "echo", "-n", want).Output(); err != nil || string(out) != want {
				t.Fatalf("%d: %q, %v", i, out, err)
			}
		}
	})
}

func TestLiveFiles(t *testing.T) {
	c, _ := dialAgent(t)
	dir := t.TempDir()
	fsys := qga.NewFS(t.Context(), c, dir) // no limit: 64 MiB in each direction take their time
	for _, size := range []int{0, 1, 1<<20 - 1, 1 << 20, 1<<20 + 1, 64 << 20} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			if size > 16<<20 {
				live.Slow(t, "it writes and reads 64 MiB")
			}
			data := make([]byte, size)
			rand.NewChaCha8([32]byte{}).Read(data)
			if err := fsys.WriteFile("data", data); err != nil {
				t.Fatal(err)
			}
			if got, err := os.ReadFile(filepath.Join(dir, "data")); err != nil || !bytes.Equal(got, data) {
				t.Fatalf("%d bytes were written, %v", len(got), err)
			}
			file, err := fsys.Open("data")
			if err != nil {
				t.Fatal(err)
			}
			if info, err := file.Stat(); err != nil || info.Size() != int64(size) || info.Name() != "data" {
				t.Errorf("%v, %v", info, err)
			}
			sum := sha256.New()
			if n, err := io.Copy(sum, file); err != nil || n != int64(size) || !bytes.Equal(sum.Sum(nil), sha256sum(data)) {
				t.Errorf("%d bytes were read, %v", n, err)
			}
			if err := file.Close(); err != nil {
				t.Error(err)
			}
			if err := file.Close(); !errors.Is(err, fs.ErrClosed) {
				t.Errorf("closed again: %v", err)
			}
		})
	}
	t.Run("read, write and seek", func(t *testing.T) {
		file, err := fsys.OpenFile("rw", "w+")
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if _, err := io.WriteString(file, "hello, world"); err != nil {
			t.Error(err)
		}
		if at, err := file.Seek(-5, io.SeekEnd); at != 7 || err != nil {
			t.Errorf("at %d, %v", at, err)
		}
		if got, err := io.ReadAll(file); string(got) != "world" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
		if err := file.Sync(); err != nil {
			t.Error(err)
		}
	})
	t.Run("errors", func(t *testing.T) {
		if _, err := fs.ReadFile(fsys, "none"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("no file: %v", err)
		}
		if _, err := fsys.Open("../x"); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("outside: %v", err)
		}
		if _, err := fs.ReadFile(fsys, "."); err == nil {
			t.Error("a directory was read")
		}
		ended, cancel := context.WithCancel(testContext(t))
		file, err := qga.NewFS(ended, c, dir).Create("ended")
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.Write([]byte("x")); !errors.Is(err, context.Canceled) {
			t.Errorf("write: %v", err)
		}
		if err := file.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	t.Run("handles are closed", func(t *testing.T) {
		const rounds = 300
		for range rounds {
			if _, err := fsys.ReadFile("rw"); err != nil {
				t.Fatal(err)
			}
		}
		out, err := qga.Command(c, "sh", "-c", "ls /proc/$PPID/fd | wc -l").Output()
		if err != nil {
			t.Fatal(err)
		}
		if n, err := strconv.Atoi(strings.TrimSpace(string(out))); err != nil || n >= rounds/2 {
			t.Errorf("the agent has %s files open, %v", out, err)
		}
	})
}

func sha256sum(data []byte) []byte {
	sum := sha256.Sum256(data)
	return sum[:]
}

// When the agent is killed, running operations fail at once.
func TestLiveKilledMidway(t *testing.T) {
	// begun is called when the operation has begun, or more than once.
	for name, use := range map[string]func(ctx context.Context, c *qga.Client, begun func()) error{
		"program": func(ctx context.Context, c *qga.Client, begun func()) error {
			cmd := qga.CommandContext(ctx, c, "sleep", "60")
			if err := cmd.Start(); err != nil {
				return err
			}
			begun()
			return cmd.Wait()
		},
		"reading": func(ctx context.Context, c *qga.Client, begun func()) error {
			file, err := qga.NewFS(ctx, c, "/dev").Open("zero")
			if err != nil {
				return err
			}
			defer file.Close()
			for data := make([]byte, 1<<20); err == nil; begun() {
				_, err = file.Read(data)
			}
			return err
		},
		"writing": func(ctx context.Context, c *qga.Client, begun func()) error {
			file, err := qga.NewFS(ctx, c, "/dev").OpenFile("null", "r+")
			if err != nil {
				return err
			}
			defer file.Close()
			for data := make([]byte, 4<<20); err == nil; begun() {
				_, err = file.Write(data)
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, kill := dialAgent(t)
			begun := sync.OnceFunc(func() { go kill() })
			var d *qmp.DisconnectError
			if err := use(testContext(t), c, begun); !errors.As(err, &d) {
				t.Errorf("%v, want a DisconnectError", err)
			}
		})
	}
}
