package qmp

import "time"

// Sent returns how many calls have been given an id, and are sent in this order.
func (c *Client) Sent() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lastID
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
