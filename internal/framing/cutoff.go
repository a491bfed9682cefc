package framing

import "bytes"

// Cut reports whether the last message was cut off: it lacks its end.
func (f *Reader) Cut() bool { return f.cut }

// cutOff reports whether the message was cut off, since one of its lines is a whole message, and
// then ends it before that line. Without that, it would take in later messages. QEMU prints a
// message on one line or indented.
//
//go:noinline
func (f *Reader) cutOff() bool {
	msg := f.buf[f.start:min(f.pos, f.start+f.max)]
	for {
		i := bytes.IndexByte(msg[f.looked:], '\n')
		if i < 0 {
			f.looked = len(msg)
			return false
		}
		end := f.looked + i
		line := trimSpace(msg[f.lineAt:end])
		if f.lineAt > 0 && len(line) > 1 && line[0] == '{' && line[len(line)-1] == '}' && f.parse(line) {
			f.pos = f.start + len(trimSpace(msg[:f.lineAt]))
			f.lineAt, f.looked, f.cut = 0, 0, true
			f.depth, f.inString, f.escaped = 0, false, false
			return true
		}
		f.lineAt, f.looked = end+1, end+1
	}
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
