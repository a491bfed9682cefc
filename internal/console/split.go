package console

// A splitter cuts what one side sends into messages: JSON objects and lists, and
// what is between them. It never fails, so that garbage is written down, too.
type splitter struct {
	piece []byte
	depth int
	quote byte // of the string that is open, or 0
	after bool // a backslash
	emit  func(piece []byte)
}

// Write takes what was sent.
func (s *splitter) Write(data []byte) (int, error) {
	for _, c := range data {
		s.add(c)
	}
	return len(data), nil
}

func (s *splitter) add(c byte) {
	if c == 0xff { // resets the parser of a guest agent, and precedes its answer to that
		s.flush()
		s.emit([]byte{c})
		return
	}
	if s.quote != 0 {
		s.piece = append(s.piece, c)
		switch {
		case s.after:
			s.after = false
		case c == '\\':
			s.after = true
		case c == s.quote:
			s.quote = 0
		}
		return
	}
	switch c {
	case '"', '\'':
		if s.depth > 0 {
			s.quote = c
		}
	case '{', '[':
		if s.depth == 0 {
			s.flush()
		}
		s.depth++
	case '}', ']':
		if s.depth--; s.depth <= 0 {
			s.depth = 0
			s.piece = append(s.piece, c)
			s.flush()
			return
		}
	case ' ', '\t', '\r', '\n':
		if s.depth == 0 {
			if c == '\n' {
				s.flush()
			}
			if len(s.piece) == 0 {
				return
			}
		}
	}
	s.piece = append(s.piece, c)
}

// flush ends a piece.
func (s *splitter) flush() {
	if len(s.piece) > 0 {
		s.emit(s.piece)
	}
	s.piece, s.depth, s.quote, s.after = nil, 0, 0, false
}
