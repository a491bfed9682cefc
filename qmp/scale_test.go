//go:build unix

package qmp_test

import (
	"context"
	"errors"
	"os"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

// usage is the resources that a process uses for its connections.
type usage struct {
	goroutines  int
	descriptors int // 0 if the system does not report them
	memory      uint64
}

func measureUsage() usage {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fds, _ := os.ReadDir("/proc/self/fd")
	return usage{runtime.NumGoroutine(), len(fds), m.HeapAlloc + m.StackInuse}
}

// A thousand clients in one process all get their replies, and leave nothing behind when closed.
// The resources of an idle client are logged.
func TestScaleClients(t *testing.T) {
	const clients = 1000
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || limit.Cur < 2*clients {
		t.Skipf("%d files can be open at a time, %v", limit.Cur, err)
	}
	path := startStub(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	before := measureUsage()
	all := make([]*qmp.Client, clients)
	query := func(c *qmp.Client) {
		for range 3 {
			if status, err := NewClient(c).QueryStatus(ctx); err != nil || status.Status != RunStateRunning {
				t.Errorf("%+v, %v", status, err)
			}
		}
	}
	var wg sync.WaitGroup
	for worker := range 16 {
		wg.Go(func() {
			for i := worker; i < clients; i += 16 {
				c, err := qmp.Dial(ctx, "unix:"+path, qmp.WithRetry(time.Millisecond))
				if err != nil {
					t.Error(err)
					return
				}
				all[i] = c
				query(c)
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	for _, c := range all {
		await(t, "the client is idle", c.Idle)
	}
	idle := measureUsage()
	t.Logf("an idle client needs %.2f goroutines, %.2f descriptors, %d bytes",
		float64(idle.goroutines-before.goroutines)/clients, float64(idle.descriptors-before.descriptors)/clients,
		int64(idle.memory-before.memory)/clients)
	if got := idle.goroutines - before.goroutines; got > clients {
		t.Errorf("%d goroutines for %d clients", got, clients)
	}
	for _, c := range all { // after that, since Go keeps 400 bytes for each goroutine there ever was
		wg.Go(func() { query(c) })
	}
	wg.Wait()
	for _, c := range all {
		wg.Go(func() {
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	clear(all)
	var after usage
	await(t, "goroutines have ended", func() bool {
		after = measureUsage()
		return after.goroutines <= before.goroutines
	})
	if after.descriptors > before.descriptors {
		t.Errorf("left: %+v, at the start: %+v", after, before)
	}
}

// When QEMU is killed, every waiting call fails.
func TestLiveKilled(t *testing.T) {
	c, qemu := launchQEMU(t, machine)
	events := qmp.Subscribe[*StopEvent](c)
	if err := qemu.Signal(syscall.SIGSTOP); err != nil { // makes the calls wait
		t.Fatal(err)
	}
	const callers = 20
	failed := make(chan error)
	for range callers {
		go func() {
			_, err := NewClient(c).QueryStatus(context.Background())
			failed <- err
		}()
	}
	awaitSent(t, c, callers)
	if err := qemu.Kill(); err != nil {
		t.Fatal(err)
	}
	for range callers {
		err := <-failed
		var ended *qmp.DisconnectError
		if !errors.As(err, &ended) {
			t.Errorf("error %v", err)
		}
	}
	_, err := events.Next(testContext(t))
	var ended *qmp.DisconnectError
	if !errors.As(err, &ended) {
		t.Errorf("event: error %v", err)
	}
	<-c.Done()
}
