package source

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestProgress(t *testing.T) {
	var out strings.Builder
	p := &progress{out: &out, name: "q.tar.xz", size: 200, next: time.Now().Add(time.Hour)}
	p.update(20)
	p.pause()
	if out.Len() > 0 {
		t.Errorf("a short read printed %q", out.String())
	}
	p.next = time.Now().Add(-time.Second)
	p.update(50)
	p.update(51) // too early for another
	p.pause()
	p.pause()
	if got, want := out.String(), "\rqapi-go: reading q.tar.xz: 25%\x1b[K\r\x1b[K"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
}

// TestProgressName checks that a file name cannot control the terminal.
func TestProgressName(t *testing.T) {
	var out strings.Builder
	p := &progress{out: &out, name: "a\n::evil::\x1b[31m.tar", size: 200, next: time.Now().Add(-time.Second)}
	p.update(50)
	if got, want := out.String(), "\rqapi-go: reading a␊::evil::␛[31m.tar: 25%\x1b[K"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
}

// TestProgressIsForTerminals checks that progress is shown on terminals only.
func TestProgressIsForTerminals(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if p := newProgress(f, "q.tar.xz", 200); p != nil {
		t.Error("progress would be written to a file")
	}
	if p := newProgress(new(strings.Builder), "q.tar.xz", 200); p != nil {
		t.Error("progress would be written to a buffer")
	}
	// The null device is a character device, as a terminal is.
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	t.Setenv("TERM", "xterm")
	if p := newProgress(null, "q.tar.xz", 0); p != nil {
		t.Error("progress of an empty file")
	}
	if runtime.GOOS != "windows" && newProgress(null, "q.tar.xz", 200) == nil {
		t.Error("no progress on a terminal")
	}
	t.Setenv("TERM", "dumb")
	if p := newProgress(null, "q.tar.xz", 200); p != nil {
		t.Error("progress on a dumb terminal")
	}
	var none *progress
	none.update(1)
	none.pause()
}
