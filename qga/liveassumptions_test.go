package qga_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qga"
)

// TestLiveAssumptions checks what each release of QEMU's agent does that clients may not expect:
// see docs/qemu-behaviour.md.
func TestLiveAssumptions(t *testing.T) {
	for _, release := range live.Releases {
		t.Run(release, func(t *testing.T) {
			checkGoroutines(t)
			ctx := testContext(t)
			path, _ := startProgram(t, live.Release(t, release, "qemu-ga"), "guest-exec")
			c, err := qga.Dial(ctx, path, qga.WithRetry(20*time.Millisecond))
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			open := func(args string, a ...any) (handle int64) {
				t.Helper()
				if err := c.Call(ctx, "guest-file-open", raw(args, a...), &handle); err != nil {
					t.Fatal(err)
				}
				return handle
			}
			t.Run("base64 without padding", func(t *testing.T) {
				file := filepath.Join(t.TempDir(), "file")
				handle := open(`{"path": %q, "mode": "w"}`, file)
				text := base64.RawStdEncoding.EncodeToString([]byte("abcde"))
				var result struct{ Count int64 }
				if err := c.Call(ctx, "guest-file-write", raw(`{"handle": %d, "buf-b64": %q}`, handle, text), &result); err != nil || result.Count != 3 {
					t.Errorf("%+v, %v; want 3 of 5 bytes, and no error", result, err)
				}
				if err := c.Call(ctx, "guest-file-close", raw(`{"handle": %d}`, handle), nil); err != nil {
					t.Fatal(err)
				}
				if got, err := os.ReadFile(file); string(got) != "abc" {
					t.Errorf("the file has %q, %v", got, err)
				}
			})
			t.Run("a directory can be opened", func(t *testing.T) {
				handle := open(`{"path": %q}`, t.TempDir())
				if err := c.Call(ctx, "guest-file-read", raw(`{"handle": %d}`, handle), nil); err == nil {
					t.Error("and read")
				}
				if err := c.Call(ctx, "guest-file-close", raw(`{"handle": %d}`, handle), nil); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// raw returns arguments in JSON.
func raw(format string, a ...any) json.RawMessage { return fmt.Appendf(nil, format, a...) }
