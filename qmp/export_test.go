package qmp

import "time"

// Sent returns how many calls have been given an id, and are sent in this order.
func (c *Client) Sent() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sent
}

// Idle reports whether nothing is under way: a goroutine of the client's reads, and no call is
// pending.
func (c *Client) Idle() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.turn.taken && c.turn.timer == nil && len(c.pending) == 0
}

// Pending returns how many calls have no reply yet.
func (c *Client) Pending() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.pending)
}

// Waiting returns how many calls wait for their replies.
func (c *Client) Waiting() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.waiting()
}

// Topics returns how many names of events a client keeps.
func (c *Client) Topics() int {
	c.events.mu.Lock()
	defer c.events.mu.Unlock()
	return len(c.events.topics)
}

// Awaited returns how many calls of Next wait for an event.
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
)

// WithNoReplyTime sets what noReplyTime is otherwise.
func WithNoReplyTime(d time.Duration) Option {
	return clientOption(func(o *clientOptions) { o.silence = d })
}

// SetGrace sets what endGrace is otherwise.
func (s *Server) SetGrace(d time.Duration) { s.grace = d }

// Subscribers returns how many queues a client's events go to, counted once for each name.
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
