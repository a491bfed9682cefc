package framing

import "context"

// A Behind is what a server does behind the reply to a command, such as sending events that no
// client may see earlier.
type Behind struct{ work []func() }

// behindKey is the key of a *Behind in the context of a command. In that of a connection it is
// nil, and says that commands have one.
type behindKey struct{}

// WithBehind returns a context for a server's connection whose commands may use [AfterReply].
func WithBehind(ctx context.Context) context.Context {
	return context.WithValue(ctx, behindKey{}, (*Behind)(nil))
}

// ForCommand returns the context of one command on a connection with that context, and what is
// done behind its reply: nil, and the same context, if it is not one of [WithBehind].
func ForCommand(ctx context.Context) (context.Context, *Behind) {
	if _, ok := ctx.Value(behindKey{}).(*Behind); !ok {
		return ctx, nil
	}
	b := new(Behind)
	return context.WithValue(ctx, behindKey{}, b), b
}

// AfterReply has the server call f once the reply to the command with that context is in its
// output. It is for the goroutine that runs the command.
func AfterReply(ctx context.Context, f func()) {
	if b, _ := ctx.Value(behindKey{}).(*Behind); b != nil {
		b.work = append(b.work, f)
	}
}

// Do does it. It may be called on nil.
func (b *Behind) Do() {
	if b == nil {
		return
	}
	for _, f := range b.work {
		f()
	}
}
