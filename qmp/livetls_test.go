package qmp_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/certs"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qmp"
)

// TestLiveTLS uses a monitor with tls-creds-x509 of each release. QEMU 7.2 reads one byte of a
// record whenever more data arrives, and does not answer before there is another record.
func TestLiveTLS(t *testing.T) {
	for _, release := range live.Releases {
		t.Run(release, func(t *testing.T) {
			if release != live.Releases[0] {
				live.Slow(t, "certificates and keys are made for each release")
			}
			program := live.Release(t, release, "qemu-system-x86_64")
			ca := certs.New(t)
			dir := t.TempDir()
			ca.Write(t, dir, "server", ca.Peer(t, "localhost", x509.ExtKeyUsageServerAuth))
			dialer := &tls.Dialer{Config: &tls.Config{
				RootCAs: ca.Pool(), ServerName: "localhost",
				Certificates: []tls.Certificate{ca.Peer(t, "client", x509.ExtKeyUsageClientAuth)},
			}}

			plain := launchProgram(t, program, []string{"-M", "none",
				"-object", "tls-creds-x509,id=creds,dir=" + dir + ",endpoint=server,verify-peer=on",
				"-chardev", "socket,id=secure,host=127.0.0.1,port=0,server=on,wait=off,tls-creds=creds",
				"-mon", "chardev=secure,mode=control",
			})
			addr := chardevAddr(t, plain, "secure")
			c, err := qmp.Dial(testContext(t), addr, qmp.WithOOB(), qmp.WithDialer(dialer.DialContext))
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			ctx := testContext(t)

			for range 20 {
				if _, err := NewClient(c).QueryStatus(ctx); err != nil {
					t.Fatal(err)
				}
			}
			large := strings.Repeat("x", 100_000) // seven TLS records
			var e *qmp.Error
			if err := NewClient(c).DeviceDel(ctx, DeviceDelArgs{ID: large}); !errors.As(err, &e) || e.Class != qmp.ClassDeviceNotFound {
				t.Errorf("large command: %.100v", err)
			}
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					for range 10 {
						if _, err := NewClient(c).QueryStatus(ctx); err != nil {
							t.Error(err)
							return
						}
					}
				})
			}
			for i := range 20 { // cancelled at any time, before and after it is sent
				short, cancel := context.WithTimeout(ctx, time.Duration(i)*50*time.Microsecond)
				if _, err := NewClient(c).QueryStatus(short); err != nil && !errors.Is(err, context.DeadlineExceeded) {
					t.Error(err)
				}
				cancel()
			}
			wg.Wait()
			ev, err := qmp.RunAndWait[*ShutdownEvent](ctx, c, NewClient(c).Quit, nil)
			if err != nil || ev.Reason != "host-qmp-quit" {
				t.Errorf("%+v, %v", ev, err)
			}
			<-c.Done()
		})
	}
}

// launchProgram starts a QEMU and connects to a monitor of it.
func launchProgram(t *testing.T, program string, args []string) *qmp.Client {
	t.Helper()
	monitor := "unix:" + filepath.Join(t.TempDir(), "qmp") + ",server=on,wait=off"
	cmd := exec.Command(program, append(args, "-nodefaults", "-display", "none", "-S", "-qmp", monitor)...)
	cmd.Stderr = os.Stderr
	if err := live.Start(cmd); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	checkGoroutines(t)
	c, err := qmp.Dial(testContext(t), monitor, qmp.WithRetry(10*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// chardevAddr returns the address on which a character device of QEMU listens.
func chardevAddr(t *testing.T, c *qmp.Client, label string) string {
	t.Helper()
	var devices []struct {
		Label    string `json:"label"`
		Filename string `json:"filename"`
	}
	if err := c.Call(testContext(t), "query-chardev", nil, &devices); err != nil {
		t.Fatal(err)
	}
	for _, d := range devices {
		if addr := regexp.MustCompile(`(?:tcp|tls):(127\.0\.0\.1:\d+)`).FindStringSubmatch(d.Filename); d.Label == label && addr != nil {
			return "tcp:" + addr[1]
		}
	}
	t.Fatalf("%s does not listen: %+v", label, devices)
	return ""
}

// TestTLSRecords checks that the end of each message is a record of its own.
func TestTLSRecords(t *testing.T) {
	ca := certs.New(t)
	here, there := net.Pipe()
	server := tls.Server(there, &tls.Config{Certificates: []tls.Certificate{ca.Peer(t, "localhost", x509.ExtKeyUsageServerAuth)}})
	conn := tls.Client(here, &tls.Config{RootCAs: ca.Pool(), ServerName: "localhost"})
	reads := make(chan string, 100)
	go func() {
		defer close(reads)
		defer server.Close()
		server.Write([]byte(`{"QMP": {"version": {"qemu": {"micro": 0, "minor": 2, "major": 7}}, "capabilities": []}}` + "\r\n"))
		buf := make([]byte, 1<<16)
		for id := 0; ; {
			n, err := server.Read(buf) // one record
			if err != nil {
				return
			}
			reads <- string(buf[:n])
			if string(buf[:n]) == "\n" {
				reply, _ := json.Marshal(map[string]any{"return": struct{}{}, "id": id})
				server.Write(append(reply, "\r\n"...))
				id++
			}
		}
	}()
	ctx := testContext(t)
	c, err := qmp.NewClient(ctx, conn)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Call(ctx, "x", nil, nil); err != nil {
		t.Error(err)
	}
	if err := c.Call(context.Background(), "x", nil, nil); err != nil {
		t.Error(err)
	}
	c.Close()
	var got []string
	for text := range reads {
		got = append(got, text)
	}
	want := `{"execute":"qmp_capabilities","id":0}|` + "\n" + `|{"execute":"x","id":1}|` + "\n" + `|{"execute":"x","id":2}|` + "\n"
	if strings.Join(got, "|") != want {
		t.Errorf("records %q", got)
	}
}
