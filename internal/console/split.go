package console

// A splitter cuts the bytes of one side into pieces: JSON objects and lists, and what is
// between them. It never fails, so that garbage is recorded, too.
type splitter struct {
	piece []byte
	depth int
	quote byte // quote of the open string, or 0
	after bool // the last byte was a backslash in a string
	emit  func(piece []byte)
}

// Write takes bytes of one side.
func (s *splitter) Write(data []byte) (int, error) {
	for _, c := range data {
		s.add(c)
	}
	return len(data), nil
}

func (s *splitter) add(c byte) {
	if c == 0xff { // resets a guest agent's parser, and precedes the reply to a synchronisation
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
