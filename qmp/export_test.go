package qmp

import (
	"context"
	"time"
)

// Sent returns the number of calls sent so far.
func (c *Client) Sent() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sent
}

// Idle reports whether no call is pending and a goroutine of the client is reading.
func (c *Client) Idle() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.turn.taken && c.turn.timer == nil && c.pending.len() == 0
}

// Pending returns the number of calls without a reply.
func (c *Client) Pending() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pending.len()
}

// Waiting returns the number of callers that wait for a reply.
func (c *Client) Waiting() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.waiting()
}

// Topics returns the number of event names that a client retains.
func (c *Client) Topics() int {
	c.events.mu.Lock()
	defer c.events.mu.Unlock()
	return len(c.events.topics)
}

// Awaited returns the number of Next calls that wait for an event.
func (c *Client) Awaited() int { return int(c.events.awaited.Load()) }

// WriteFailed reports whether a write has failed.
func (c *Client) WriteFailed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.writeErr != nil
}

const (
	MaxTopics = maxTopics
	ShortIDs  = shortIDs
	MaxBatch  = maxBatch
)

// MaySend runs a command. It also reports whether any of it may have been sent.
func (c *Client) MaySend(ctx context.Context, req Request) (sent bool, err error) {
	req.sent = &sent
	err = c.Do(ctx, &req)
	return sent, err
}

// WithNoReplyTime replaces noReplyTime.
func WithNoReplyTime(d time.Duration) Option {
	return clientOption(func(o *clientOptions) { o.silence = d })
}

// WithExitTime replaces the time that a machine gives its process to end.
func WithExitTime(d time.Duration) SessionOption {
	return sessionOption(func(o *sessionOptions) { o.exitTime = d })
}

// SetGrace replaces endGrace.
func (s *Server) SetGrace(d time.Duration) { s.grace = d }

// Subscribers returns the number of queues of a client, counted once for each event name.
func Subscribers(c *Client) int {
	c.events.mu.Lock()
	defer c.events.mu.Unlock()
	n := len(c.events.all)
	for _, t := range c.events.topics {
		n += len(t.subs)
	}
	return n
}

// AwaitStop waits until the server's connections have been told to stop.
func (s *Server) AwaitStop() {
	s.mu.Lock()
	var conns []*serverConn
	for c := range s.conns {
		conns = append(conns, c)
	}
	s.mu.Unlock()
	for _, c := range conns {
		<-c.stopped
	}
}
