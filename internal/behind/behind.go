// Package behind lets a server's command write to the output of its connection, and lets what it
// does wait until its reply is there: package qmp offers it, and the fake server sends garbage with
// it, and events that no client may see before the reply.
package behind

import "context"

// Work is what is done behind the reply to one command.
type Work struct {
	funcs []func()
	write func(text []byte)
}

// key is the key of a *Work in the context of a command. In that of a connection it is nil, which
// marks that its commands have one.
type key struct{}

// WithReplies returns a context for a server's connection whose commands may use [Reply].
func WithReplies(ctx context.Context) context.Context {
	return context.WithValue(ctx, key{}, (*Work)(nil))
}

// ForCommand returns the context of one command on a connection with that context, and what is
// done behind its reply: nil, and the same context, if it is not one of [WithReplies]. write writes
// to the output, and returns when that is done.
func ForCommand(ctx context.Context, write func(text []byte)) (context.Context, *Work) {
	if _, ok := ctx.Value(key{}).(*Work); !ok {
		return ctx, nil
	}
	w := &Work{write: write}
	return context.WithValue(ctx, key{}, w), w
}

// Reply makes the server call f once the reply to the command with that context is in its
// output. It must be called by the goroutine that runs the command.
func Reply(ctx context.Context, f func()) {
	if w, _ := ctx.Value(key{}).(*Work); w != nil {
		w.funcs = append(w.funcs, f)
	}
}

// Write writes text as it is, behind what is in the output of the command's connection, and returns
// when all of that is written or the connection has failed.
func Write(ctx context.Context, text string) {
	if w, _ := ctx.Value(key{}).(*Work); w != nil {
		w.write([]byte(text))
	}
}

// Do calls the functions. It may be called on nil.
func (w *Work) Do() {
	if w == nil {
		return
	}
	for _, f := range w.funcs {
		f()
	}
}
