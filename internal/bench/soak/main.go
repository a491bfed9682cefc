// Command soak runs many clients against one server for a while: calls, some of
// them given up early, events, and connections that are closed and made again. It
// checks that every reply is the one to its call, and at the end that nothing is
// left: goroutines, descriptors, memory.
//
//	go run ./soak -time 1m
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

type echo struct {
	Client int64  `json:"client"`
	Number int64  `json:"number"`
	Text   string `json:"text"`
}

type counts struct{ calls, gaveUp, events, lost, connections, wrong atomic.Int64 }

func main() {
	span := flag.Duration("time", time.Minute, "how long")
	clients := flag.Int("clients", 50, "clients at a time")
	flag.Parse()
	var n counts
	if l, err := net.Listen("tcp", "127.0.0.1:0"); err == nil {
		l.Close() // the network poller has its descriptors now
	}
	before := usage()
	if err := soak(*span, *clients, &n); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(2)
	}
	time.Sleep(100 * time.Millisecond)
	fmt.Printf("%d connections, %d calls, %d given up, %d events, %d lost in full queues, %d wrong\n",
		n.connections.Load(), n.calls.Load(), n.gaveUp.Load(), n.events.Load(), n.lost.Load(), n.wrong.Load())
	after := usage()
	fmt.Printf("before: %v\nafter:  %v\n", before, after)
	if n.wrong.Load() > 0 || after.goroutines > before.goroutines || after.descriptors > before.descriptors {
		os.Exit(1)
	}
}

func soak(span time.Duration, clients int, n *counts) error {
	dir, err := os.MkdirTemp("", "soak")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "qmp")
	listener, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	server := qmp.NewServer([]qmp.ServerCommand{{
		Name: "echo", Args: (*echo)(nil), Result: (*echo)(nil),
		Run: func(_ context.Context, args any) (any, error) {
			if rand.IntN(100) == 0 {
				time.Sleep(time.Millisecond)
			}
			return args, nil
		},
	}})
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	ctx, cancel := context.WithTimeout(context.Background(), span)
	defer cancel()
	var wg sync.WaitGroup
	for id := range clients {
		wg.Go(func() {
			for ctx.Err() == nil {
				if err := session(ctx, path, int64(id), n); err != nil && ctx.Err() == nil {
					fmt.Fprintln(os.Stderr, "soak:", err)
					n.wrong.Add(1)
				}
			}
		})
	}
	for ctx.Err() == nil {
		if err := server.Emit(&qmp.UnknownEvent{Name: "TICK", Data: []byte(`{"a": [1, 2, 3]}`)}); err != nil {
			return err
		}
		time.Sleep(time.Millisecond)
	}
	wg.Wait()
	if err := server.Shutdown(context.Background()); err != nil {
		return err
	}
	if err := <-served; !errors.Is(err, qmp.ErrClosed) {
		return err
	}
	return nil
}

// session is the life of one connection.
func session(ctx context.Context, path string, id int64, n *counts) error {
	c, err := qmp.Dial(ctx, "unix:"+path, qmp.WithRetry(time.Millisecond))
	if err != nil {
		return err
	}
	defer c.Close()
	n.connections.Add(1)
	stalled := qmp.Subscribe[*qmp.UnknownEvent](c, qmp.WithQueue(10))
	var wg sync.WaitGroup
	defer wg.Wait()
	ctx, cancel := context.WithTimeout(ctx, time.Duration(100+rand.IntN(2000))*time.Millisecond)
	defer cancel()
	wg.Go(func() {
		sub := qmp.Subscribe[*qmp.UnknownEvent](c)
		defer sub.Close()
		for _, err := range sub.All(ctx) {
			if err == nil {
				n.events.Add(1)
			}
		}
	})
	for caller := range 1 + rand.IntN(3) {
		wg.Go(func() {
			for number := int64(caller); ctx.Err() == nil; number += 10 {
				sent := echo{id, number, string(make([]byte, rand.IntN(200)))}
				short, stop := context.WithCancel(ctx)
				if rand.IntN(20) == 0 {
					time.AfterFunc(time.Duration(rand.IntN(300))*time.Microsecond, stop)
				}
				var got echo
				err := c.Call(short, "echo", &sent, &got)
				stop()
				switch {
				case err == nil && got == sent:
					n.calls.Add(1)
				case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
					n.gaveUp.Add(1)
				default:
					fmt.Fprintln(os.Stderr, "soak: sent", sent, "got", got, err)
					n.wrong.Add(1)
				}
			}
		})
	}
	<-ctx.Done()
	n.lost.Add(int64(stalled.Lost()))
	return nil
}

// resources are what a process has in use.
type resources struct {
	goroutines, descriptors int
	heap                    uint64
}

func (r resources) String() string {
	return fmt.Sprintf("%d goroutines, %d descriptors, %d KiB of heap", r.goroutines, r.descriptors, r.heap>>10)
}

func usage() resources {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fds, _ := os.ReadDir("/proc/self/fd") // Linux only
	return resources{runtime.NumGoroutine(), len(fds), m.HeapAlloc}
}
