package qmp

import (
	"context"
	"errors"
	"testing"
)

func TestHandler(t *testing.T) {
	type args struct{ N int }
	refused := errors.New("refused")
	ctx := context.WithValue(context.Background(), args{}, "mine")
	fail := false
	check := func(got context.Context) error {
		if got != ctx {
			t.Error("the context is another one")
		}
		if fail {
			return refused
		}
		return nil
	}
	tests := []struct {
		name string
		f    any
		args any
		want any // the result, or nil
	}{
		{"nothing", func(ctx context.Context) error { return check(ctx) }, nil, nil},
		{"arguments", func(ctx context.Context, a args) error { return check(ctx) }, &args{1}, nil},
		{"result", func(ctx context.Context) (int, error) { return 7, check(ctx) }, nil, 7},
		{"both", func(ctx context.Context, a args) (int, error) { return a.N + 1, check(ctx) }, &args{1}, 2},
		{"any result", func(ctx context.Context) (any, error) { return nil, check(ctx) }, nil, any(nil)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run := Handler(tt.f)
			fail = false
			got, err := run(ctx, tt.args)
			if err != nil {
				t.Fatal(err)
			}
			switch p := got.(type) {
			case nil:
				if tt.want != nil {
					t.Errorf("no result, want %v", tt.want)
				}
			case *int:
				if *p != tt.want {
					t.Errorf("got %d, want %v", *p, tt.want)
				}
			case *any:
				if *p != nil {
					t.Errorf("got %v", *p)
				}
			default:
				t.Errorf("got a %T", got)
			}
			fail = true
			if got, err := run(ctx, tt.args); got != nil || err != refused {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
	if Handler((func(context.Context) error)(nil)) != nil {
		t.Error("there is a Run for a nil handler")
	}
}

func TestHandlerRefuses(t *testing.T) {
	for _, f := range []any{
		nil, 1, func() {}, func() error { return nil }, func(int) error { return nil },
		func(context.Context) {}, func(context.Context) int { return 0 },
		func(context.Context, ...int) error { return nil },
		func(context.Context, int, int) error { return nil },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%T is accepted", f)
				}
			}()
			Handler(f)
		}()
	}
}
