package qmp

import (
	"context"
	"errors"
)

// An InterruptedError is that of a command which was under way when the connection of a
// [Session] was lost: it may have run, or not, or may be running still.
type InterruptedError struct {
	Command string
	Err     error // a [*DisconnectError]
}

// Error names the command that may have run, and tells how the connection ended.
func (e *InterruptedError) Error() string {
	return wrap("qmp: "+e.Command+": it may have run", e.Err).Error()
}

// Unwrap returns e.Err.
func (e *InterruptedError) Unwrap() error { return e.Err }

// Do runs one command over the present connection, as [Client.Do] does:
//
//   - While there is none, the call waits for the next one, until the context is done or the
//     session ends. With [WithFailFast] it returns the [*DisconnectError] of the last one.
//   - If the connection is lost before anything of the command was sent, the call waits likewise,
//     and the command is sent over the next one.
//   - If it is lost later, the command may have run. It is not repeated unless [WithRepeat] says
//     so: the error is an [*InterruptedError].
//   - When the session has ended, the error is its [*DisconnectError].
//
// Files of a request are passed again with a command that is repeated.
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
		if err := s.awaitLoss(ctx, c); err != nil { // its cause is known better by then
			lost = err
		}
		if sent && !req.repeat && (s.opts.repeat == nil || !s.opts.repeat(req.Command)) {
			return &InterruptedError{Command: req.Command, Err: lost}
		}
	}
}

// Call runs any command by name, as [Client.Call] does.
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

// awaitLoss waits until the session has noticed that a connection has ended, and returns why the
// session has, if it has.
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

// A noConnectionError is that of a context that ended while a session had no connection.
type noConnectionError struct{ ended, why error }

func (e *noConnectionError) Error() string {
	return wrap(e.ended.Error()+" while there was no connection", e.why).Error()
}

func (e *noConnectionError) Unwrap() []error { return []error{e.ended, e.why} }
