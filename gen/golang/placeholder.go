package golang

import (
	"bytes"
	"strconv"
)

// Comments are most of a file, and most of them are written as gofmt wants them.
// While a file is formatted, a short comment stands for each: gofmt then
// takes half the time.
const placeholder = "// §"

// keep returns the source of a comment, or what stands for it until restore.
// directive, which may be empty, is a line behind it.
func (e *emitter) keep(c *comment, directive string) string {
	source := c.String()
	keep := settled(source)
	if directive != "" {
		source += "\n//\n" + directive
	}
	if !keep {
		return source
	}
	e.comments = append(e.comments, source)
	return placeholder + strconv.Itoa(len(e.comments)-1)
}

// restore puts the comments into formatted source, each line as far to the right
// as what stood for it.
func (e *emitter) restore(src []byte) []byte {
	size := len(src)
	for _, c := range e.comments {
		size += len(c) + 8
	}
	out := make([]byte, 0, size)
	for line := range bytes.Lines(src) {
		text := bytes.TrimLeft(line, "\t")
		number, ok := bytes.CutPrefix(text, []byte(placeholder))
		if !ok {
			out = append(out, line...)
			continue
		}
		n, err := strconv.Atoi(string(bytes.TrimSuffix(number, []byte("\n"))))
		if err != nil || n >= len(e.comments) {
			out = append(out, line...) // a line of the introspection, which is text
			continue
		}
		indent := line[:len(line)-len(text)]
		for part := range bytes.Lines([]byte(e.comments[n])) {
			out = append(append(out, indent...), part...)
		}
		out = append(out, '\n')
	}
	return out
}
