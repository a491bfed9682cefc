// Package excerpt reduces the text of a schema to what some of its commands and events need,
// since reading all of QEMU's schema takes six times as long as running a command.
//
// It knows only enough of the language to separate definitions. It leaves everything else to
// the compiler, and gives up on any input that it does not expect. The whole schema must then
// be read, and the compiler reports its errors.
package excerpt

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"slices"
)

// Of returns a file system in which the root file contains the definitions of the named
// commands and events, those to which they refer, and pragmas. It has no documentation and no
// includes. Other paths are those of fsys. Positions differ from those in the schema's files,
// and the excerpt may lack what a release requires, so if it has an error the whole schema must
// be read instead.
//
// Of returns false if a command or event does not exist or the schema is not understood.
func Of(fsys fs.FS, root string, names []string) (fs.FS, bool) {
	x := &excerpt{fsys: fsys, types: make(map[string]int), wanted: names, found: make([]int, len(names))}
	for i := range x.found {
		x.found[i] = -1
	}
	x.files = []string{path.Clean(root)}
	for n := 0; n < len(x.files); n++ { // scan appends to files
		if !x.scan(n) {
			return nil, false
		}
	}
	if slices.Contains(x.found, -1) || !x.reach() {
		return nil, false
	}
	return &overlay{FS: fsys, name: x.files[0], text: x.text()}, true
}

// An excerpt selects part of a schema.
type excerpt struct {
	fsys   fs.FS
	wanted []string // commands and events
	files  []string
	texts  [][]byte // text of the files with taken items; nil for others
	buf    []byte   // text of the file being scanned

	items []item
	types map[string]int // indices of items by name
	found []int          // indices of the wanted items; -1 if not found
}

// An item is a definition or pragma of a schema.
type item struct {
	file       int
	start, end int
	taken      bool
}

// maxFile is the maximum size of a file in bytes, the same as that of the compiler.
const maxFile = 64 << 20

// read returns the text of a file. It uses buf if that is large enough.
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
	return nil, false // the file is growing
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

// add adds an item with the given text. It returns false if the item is not understood.
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
			return false // duplicate
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

// reach takes the wanted items and all types that they name. A string that happens to equal the
// name of a type only costs time.
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

// open reads a file that has taken items.
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

// text returns the text of all taken items.
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

// A head is the first key of an item that determines its kind, and the string value of that
// key.
type head struct{ kind, name string }

// kinds are the keys that determine the kind of an item.
var kinds = []string{"command", "event", "enum", "struct", "type", "union", "alternate", "include", "pragma"}

// read reads the item at pos and returns its end, or -1 if there is none.
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

// string processes a string at the outermost level: a key, or the value of the key that
// determines the kind.
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

// skip returns the offset after white space and comments.
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

// endOfLine returns the offset of the next line feed, or of the last byte of the text.
func endOfLine(text []byte, pos int) int {
	if n := bytes.IndexByte(text[pos:], '\n'); n >= 0 {
		return pos + n
	}
	return len(text) - 1
}

// endOfString returns the offset of the closing quote of the string at pos, or -1.
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
