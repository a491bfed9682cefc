// Package dial connects to the sockets that QEMU and its guest agent listen on: it reads their
// addresses, as users and QEMU's own command line spell them, connects, and decides whether it
// is worth trying again after an error.
package dial

import (
	"context"
	"errors"
	"net"
	"time"
)

// A Func connects to an address, as the DialContext of [net.Dialer] does.
type Func func(ctx context.Context, network, address string) (net.Conn, error)

// Connect is a Func for the networks that [Parse] returns. The path of a unix socket may be
// longer than the system's limit on Linux; elsewhere the error tells that limit.
func Connect(ctx context.Context, network, address string) (net.Conn, error) {
	switch network {
	case "pipe":
		return dialPipe(ctx, address)
	case "unix":
		return dialUnix(ctx, address)
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// Retry calls attempt until it succeeds, fails with an error that is not [Passing], or the
// context is done. It pauses for the interval between two attempts; if that is not positive
// there is one attempt.
func Retry(ctx context.Context, interval time.Duration, attempt func() error) error {
	var last error // of an attempt that did not run into the end of the context
	for {
		err := attempt()
		if err == nil || interval <= 0 {
			return err
		}
		var timeout net.Error
		if last == nil || !errors.Is(err, context.Canceled) && !(errors.As(err, &timeout) && timeout.Timeout()) {
			last = err
		}
		if !ended(ctx) && !Passing(err) {
			return err
		}
		pause := time.NewTimer(interval)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			if errors.Is(last, ctx.Err()) {
				return last
			}
			return &retryError{ctx.Err(), last}
		}
	}
}

// ended reports whether a context is done, or will be at once: a net.Dialer may notice a
// deadline before the context does.
func ended(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ctx.Err() != nil || ok && !time.Now().Before(deadline)
}

// A retryError is that of a context that ended while a server could not be reached.
type retryError struct{ ended, last error }

func (e *retryError) Error() string {
	return e.ended.Error() + " (last attempt: " + e.last.Error() + ")"
}

func (e *retryError) Unwrap() []error { return []error{e.ended, e.last} }
