package framing

import "bytes"

// cutting is what is known about the end of a message that may be cut off. The offsets are from
// the start of the message.
type cutting struct {
	lineAt int // the last line; 0 for the first one
	looked int // up to here, the end of that line was looked for
	openAt int // the last line that is only "{", if no line "}" has followed; or 0
	ended  int // where the brackets match, if only the rest of a line decides; or 0
}

// SetOuter sets the function that reports whether the text that was parsed last, which may be an
// element of a list or the value of a member, can only be a message. Without it, all such texts
// are messages.
func (f *Reader) SetOuter(outer func() bool) { f.outer = outer }

// Cut reports whether the last message was cut off: it lacks its end.
func (f *Reader) Cut() bool { return f.cut }

// ends reports whether the end of the message is known: where the brackets match, or before a line
// with which a whole message begins. Without the latter, a message that is cut off would take in
// later ones. If it is cut off within a string, brackets of the next one are mistaken, so that the
// rest of a line can decide. QEMU prints a message on one line, or indented between lines "{" and
// "}".
//
//go:noinline
func (f *Reader) ends() bool {
	for input := f.pos; ; input = f.end {
		msg := f.buf[f.start:min(max(input, f.start+f.looked), f.start+f.max)]
		untried := f.looked <= f.ended
		for f.ended == 0 || f.looked < f.ended || f.undecided() {
			i := bytes.IndexByte(msg[f.looked:], '\n')
			if i < 0 {
				f.looked = len(msg)
				break
			}
			line := f.looked + i
			if at := f.wholeAt(msg[:line]); at > 0 {
				f.cut = true
				return f.endAt(len(trimSpace(msg[:at])))
			}
			f.lineAt, f.looked = line+1, line+1
		}
		switch {
		case f.ended == 0:
			return false
		case !f.undecided(), len(msg) == f.max, untried && f.parse(msg[:f.ended]):
			return f.endAt(f.ended)
		case input == f.end:
			return false
		}
	}
}

// endAt ends the message, which has n bytes.
func (f *Reader) endAt(n int) bool {
	f.pos = f.start + n
	f.cutting = cutting{}
	f.depth, f.inString, f.escaped = 0, false, false
	return true
}

// wholeAt returns the offset of the message that ends with the last line of msg, or 0.
func (f *Reader) wholeAt(msg []byte) int {
	at := f.lineAt
	text := trimSpace(msg[at:])
	switch {
	case at == 0 || len(text) == 0:
		return 0
	case string(text) == "{":
		f.openAt = at
		return 0
	case string(text) == "}" && f.openAt > 0:
		at, f.openAt = f.openAt, 0
		text = trimSpace(msg[at:])
	case text[0] != '{' || text[len(text)-1] != '}':
		return 0
	}
	if !f.parse(text) {
		return 0
	}
	before := trimSpace(msg[:at])
	switch before[len(before)-1] {
	case '[', ',', ':': // a value may follow
		if f.outer != nil && !f.outer() {
			return 0
		}
	}
	return at
}

// undecided reports whether a message in which brackets match may be cut off before the last line
// that it begins, or before the last line "{".
//
//go:noinline
func (f *Reader) undecided() bool {
	return f.openAt > 0 || 0 < f.lineAt && f.lineAt < f.ended && f.buf[f.start+f.lineAt] == '{'
}

// trimSpace returns text without white space at its end.
//
//go:noinline
func trimSpace(text []byte) []byte {
	for len(text) > 0 && IsSpace(text[len(text)-1]) {
		text = text[:len(text)-1]
	}
	return text
}
