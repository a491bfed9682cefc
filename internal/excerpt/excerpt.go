// Package excerpt cuts the text of a schema down to what some of its commands and events need:
// reading all of QEMU's schema takes six times as long as running a command.
//
// It knows as much of the language as it takes to tell definitions apart. What is more than that
// it leaves to the compiler, and whatever it does not expect makes it give up: then the whole
// schema has to be read, and the compiler says what is wrong with it.
package excerpt

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"slices"
)

// Of returns a file system in which the root file holds, of the whole schema, the definitions of
// the named commands and events, those that they refer to, and pragmas. It has no documentation
// and includes no other file. Other paths lead to those of fsys. Positions are not those of the
// schema's files, and what a release requires of the rest is gone, so if anything is wrong with the
// excerpt the schema has to be read instead.
//
// It returns false if there is no such command or event, or the schema is not understood.
func Of(fsys fs.FS, root string, names []string) (fs.FS, bool) {
	x := &excerpt{fsys: fsys, types: make(map[string]int), wanted: names, found: make([]int, len(names))}
	for i := range x.found {
		x.found[i] = -1
	}
	x.files = []string{path.Clean(root)}
	for n := 0; n < len(x.files); n++ { // which scan adds to
		if !x.scan(n) {
			return nil, false
		}
	}
	if slices.Contains(x.found, -1) || !x.reach() {
		return nil, false
	}
	return &overlay{FS: fsys, name: x.files[0], text: x.text()}, true
}

// An excerpt is a schema of which a part is taken.
type excerpt struct {
	fsys   fs.FS
	wanted []string // commands and events
	files  []string
	texts  [][]byte // of files from which something is taken; nil if it was not read again
	buf    []byte   // of the file that is scanned

	items []item
	types map[string]int // indexes of items
	found []int          // indexes of items, of what is wanted
}

// An item is an item of a schema that is of use: a definition or a pragma.
type item struct {
	file       int
	start, end int
	taken      bool
}

// maxFile bounds the size of a file, in bytes, as the compiler does.
const maxFile = 64 << 20

// read returns the text of a file, in the buffer if that is large enough.
func (x *excerpt) read(name string, buf []byte) ([]byte, bool) {
	f, err := x.fsys.Open(name)
	if err != nil {
		return nil, false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxFile {
		return nil, false
	}
	if size := int(info.Size()); size >= cap(buf) {
		buf = make([]byte, size+size/2+1)
	}
	buf = buf[:cap(buf)]
	n := 0
	for n < len(buf) {
		m, err := f.Read(buf[n:])
		n += m
		if err == io.EOF {
			return buf[:n], true
		}
		if err != nil {
			return nil, false
		}
	}
	return nil, false // it grows
}

// scan finds the items of a file.
func (x *excerpt) scan(file int) bool {
	text, ok := x.read(x.files[file], x.buf)
	if !ok {
		return false
	}
	x.buf = text
	for pos := 0; ; {
		pos = skip(text, pos)
		if pos == len(text) {
			return true
		}
		var h head
		end := h.read(text, pos)
		if end < 0 {
			return false
		}
		if !x.add(item{file: file, start: pos, end: end}, h, text[pos:end]) {
			return false
		}
		pos = end
	}
}

// add enters an item with that text.
func (x *excerpt) add(it item, h head, text []byte) bool {
	index := len(x.items)
	switch h.kind {
	case "include":
		name := path.Join(path.Dir(x.files[it.file]), h.name)
		if !slices.Contains(x.files, name) {
			x.files = append(x.files, name)
		}
		return true
	case "pragma":
		if bytes.Contains(text, []byte("'doc-required'")) {
			return true
		}
		it.taken = true
	case "command", "event":
		i := slices.Index(x.wanted, h.name)
		if i < 0 {
			return true
		}
		if x.found[i] >= 0 {
			return false // it is there twice
		}
		x.found[i] = index
	case "enum", "struct", "type", "union", "alternate":
		if _, twice := x.types[h.name]; twice || h.name == "" {
			return false
		}
		x.types[h.name] = index
	default:
		return false
	}
	x.items = append(x.items, it)
	return true
}

// reach takes what is wanted and all types that it names. A string that is the name of a type by
// chance costs time only.
func (x *excerpt) reach() bool {
	x.texts = make([][]byte, len(x.files))
	for i := range x.items {
		if x.items[i].taken && !x.open(x.items[i].file) {
			return false
		}
	}
	next := slices.Clone(x.found)
	for len(next) > 0 {
		it := &x.items[next[len(next)-1]]
		next = next[:len(next)-1]
		if it.taken {
			continue
		}
		it.taken = true
		if !x.open(it.file) || it.end > len(x.texts[it.file]) {
			return false
		}
		body := x.texts[it.file][it.start:it.end]
		for pos := 0; pos < len(body); pos++ {
			switch body[pos] {
			case '#':
				pos = endOfLine(body, pos)
			case '\'':
				end := endOfString(body, pos)
				if end < 0 {
					return false
				}
				if i, ok := x.types[string(body[pos+1:end])]; ok && !x.items[i].taken {
					next = append(next, i)
				}
				pos = end
			}
		}
	}
	return true
}

// open reads a file from which something is taken.
func (x *excerpt) open(file int) bool {
	if x.texts[file] == nil {
		text, ok := x.read(x.files[file], nil)
		if !ok {
			return false
		}
		x.texts[file] = text
	}
	return true
}

// text returns the text of all that was taken.
func (x *excerpt) text() []byte {
	var out []byte
	for _, it := range x.items {
		if it.taken {
			out = append(out, x.texts[it.file][it.start:it.end]...)
			out = append(out, '\n')
		}
	}
	return out
}

// A head is what an item is: the first of its keys that says so, and the string behind that.
type head struct{ kind, name string }

// kinds are the keys that say what an item is.
var kinds = []string{"command", "event", "enum", "struct", "type", "union", "alternate", "include", "pragma"}

// read reads the item at pos, and returns where it ends, or -1 if that is not an item.
func (h *head) read(text []byte, pos int) int {
	if text[pos] != '{' {
		return -1
	}
	depth, wantsName := 0, false
	for ; pos < len(text); pos++ {
		switch text[pos] {
		case '{', '[':
			depth++
			wantsName = false
		case '}', ']':
			if depth--; depth == 0 {
				return pos + 1
			}
		case '"':
			return -1
		case '#':
			pos = endOfLine(text, pos)
		case '\'':
			end := endOfString(text, pos)
			if end < 0 {
				return -1
			}
			if depth == 1 && (h.kind == "" || wantsName) {
				h.string(text[pos+1:end], text, end+1, &wantsName)
			}
			pos = end
		}
	}
	return -1
}

// string takes a string of the outermost level: a key, or the name behind the one that counts.
func (h *head) string(s, text []byte, behind int, wantsName *bool) {
	if *wantsName {
		h.name, *wantsName = string(s), false
		return
	}
	behind = skip(text, behind)
	if behind == len(text) || text[behind] != ':' {
		return
	}
	if i := slices.Index(kinds, string(s)); i >= 0 {
		h.kind, *wantsName = kinds[i], true
	}
}

// skip returns where white space and comments end.
func skip(text []byte, pos int) int {
	for ; pos < len(text); pos++ {
		switch text[pos] {
		case ' ', '\t', '\r', '\n':
		case '#':
			pos = endOfLine(text, pos)
		default:
			return pos
		}
	}
	return len(text)
}

// endOfLine returns where the line ends: at its line feed, or the last byte of the text.
func endOfLine(text []byte, pos int) int {
	if n := bytes.IndexByte(text[pos:], '\n'); n >= 0 {
		return pos + n
	}
	return len(text) - 1
}

// endOfString returns where the string ends that begins at pos: at its quote, or -1.
func endOfString(text []byte, pos int) int {
	for pos++; pos < len(text); pos++ {
		switch text[pos] {
		case '\\':
			pos++
		case '\'':
			return pos
		case '\n':
			return -1
		}
	}
	return -1
}
