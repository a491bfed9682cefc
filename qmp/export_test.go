package qmp

import "time"

// SetGrace sets what endGrace is otherwise.
func (s *Server) SetGrace(d time.Duration) { s.grace = d }
