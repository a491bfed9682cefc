package genrt_test

import (
	"context"
	"errors"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/genrt"
)

// deviceArgs and device have what arguments and results have: words with and without pointers.
type deviceArgs struct {
	ID   string
	Size *int64
	Tags []string
}

type device struct {
	Name  string
	Ports []int
	Next  *device
}

// runDevice is of the form of a generated method.
func runDevice(ctx context.Context, c qmp.Caller, args deviceArgs) (device, error) {
	var result device
	err := genrt.Do(ctx, c, "device", &args, &result)
	return result, err
}

// TestDo checks that a request and what it points to stay when the stack is used again.
func TestDo(t *testing.T) {
	var kept []*qmp.Request
	failed := errors.New("failed")
	c := qmp.CallerFunc(func(_ context.Context, req *qmp.Request) error {
		grow(1000)
		kept = append(kept, req)
		*req.Result.(*device) = device{Name: req.Command, Ports: []int{1, 2}, Next: &device{Name: "next"}}
		return failed
	})
	call := func(n int64) {
		tags := [2]string{"a", "b"}
		got, err := runDevice(t.Context(), c, deviceArgs{ID: "x", Size: &n, Tags: tags[:]})
		if err != failed || got.Name != "device" || len(got.Ports) != 2 || got.Next.Name != "next" {
			t.Errorf("got %+v, %v", got, err)
		}
	}
	done := make(chan bool)
	for n := range int64(10) {
		go func() { // with a small stack
			defer func() { done <- true }()
			call(n)
			grow(10000)
		}()
		<-done
	}
	for n, req := range kept {
		args := req.Args.(*deviceArgs)
		if args.ID != "x" || *args.Size != int64(n) || len(args.Tags) != 2 || args.Tags[1] != "b" {
			t.Errorf("call %d: the arguments are %+v", n, args)
		}
		if result := req.Result.(*device); result.Next.Name != "next" {
			t.Errorf("call %d: the result is %+v", n, result)
		}
	}
	if err := genrt.Do(t.Context(), qmp.CallerFunc(func(_ context.Context, req *qmp.Request) error {
		if req.Args != nil || req.Result != nil {
			t.Errorf("got %+v", req)
		}
		return failed
	}), "stop", nil, nil); err != failed {
		t.Error(err)
	}
}

// grow uses n frames of the stack.
func grow(n int) int {
	var frame [64]int
	for i := range frame {
		frame[i] = n
	}
	if n > 0 {
		return grow(n-1) + frame[n%64]
	}
	return frame[0]
}

// BenchmarkDo compares the call with one whose variables are on the heap.
func BenchmarkDo(b *testing.B) {
	c := benchCaller
	b.Run("stack", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			runDevice(b.Context(), c, deviceArgs{ID: "x"})
		}
	})
	b.Run("heap", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			args, result := &deviceArgs{ID: "x"}, new(device)
			c.Do(b.Context(), &qmp.Request{Command: "device", Args: args, Result: result})
		}
	})
}

// benchCaller is a variable so that the compiler does not know it.
var benchCaller qmp.Caller = qmp.CallerFunc(func(context.Context, *qmp.Request) error { return nil })
