package qmp

import (
	"context"
	"errors"
)

// An InterruptedError reports that the connection of a [Session] was lost while a command was
// under way. The command may or may not have run, or may still be running.
type InterruptedError struct {
	Command string
	Err     error // a [*DisconnectError]
}

// Error names the command and says why the connection ended.
func (e *InterruptedError) Error() string {
	return wrap("qmp: "+e.Command+": it may have run", e.Err).Error()
}

// Unwrap returns e.Err.
func (e *InterruptedError) Unwrap() error { return e.Err }

// Do runs a command over the present connection, as [Client.Do] does:
//
//   - Without a connection, the call waits for the next one, until the context is done or the
//     session ends. With [WithFailFast] it fails with the [*DisconnectError] of the last
//     connection.
//   - If the connection is lost before any of the command was sent, the call waits likewise, and
//     sends the command over the next connection.
//   - If it is lost later, the command may have run. The error is an [*InterruptedError], unless
//     [WithRepeat] allows the command to be repeated.
//   - After the end of the session, the error is its [*DisconnectError].
//
// A repeated command passes the files of the request again.
func (s *Session) Do(ctx context.Context, req *Request) error {
	for {
		c, err := s.await(ctx, req)
		if err != nil {
			return err
		}
		sent := false
		again := *req
		again.sent = &sent
		err = c.Do(ctx, &again)
		var lost *DisconnectError
		if !errors.As(err, &lost) {
			return err
		}
		if err := s.awaitLoss(ctx, c); err != nil { // its error names the cause of the end
			lost = err
		}
		if sent && !req.repeat && (s.opts.repeat == nil || !s.opts.repeat(req.Command)) {
			return &InterruptedError{Command: req.Command, Err: lost}
		}
	}
}

// Call runs a command by name, as [Client.Call] does.
func (s *Session) Call(ctx context.Context, name string, args, result any) error {
	return s.Do(ctx, &Request{Command: name, Args: args, Result: result})
}

// await returns the present client, or waits for the next one.
func (s *Session) await(ctx context.Context, req *Request) (*Client, error) {
	for {
		s.mu.Lock()
		c, state, changed := s.client, s.state, s.changed
		s.mu.Unlock()
		switch {
		case state.Status == Ended:
			return nil, state.Err
		case c != nil:
			return c, nil
		case s.opts.failFast:
			return nil, disconnected(state.Err)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, callError(req, &noConnectionError{ctx.Err(), state.Err})
		}
	}
}

// awaitLoss waits until the session has noticed the end of a connection. If the session has ended,
// it returns why.
func (s *Session) awaitLoss(ctx context.Context, c *Client) *DisconnectError {
	for {
		s.mu.Lock()
		current, state, changed := s.client, s.state, s.changed
		s.mu.Unlock()
		if state.Status == Ended {
			return disconnected(state.Err)
		}
		if current != c {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}

// disconnected returns err as a *DisconnectError.
func disconnected(err error) *DisconnectError {
	if d, ok := err.(*DisconnectError); ok {
		return d
	}
	return &DisconnectError{Err: err}
}

// A noConnectionError is the error of a context that ended while a session had no connection.
type noConnectionError struct{ ended, why error }

func (e *noConnectionError) Error() string {
	return wrap(e.ended.Error()+" while there was no connection", e.why).Error()
}

func (e *noConnectionError) Unwrap() []error { return []error{e.ended, e.why} }
