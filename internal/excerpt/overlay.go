package excerpt

import (
	"bytes"
	"io/fs"
	"path"
	"time"
)

// An overlay is a file system in which the text of one file is replaced.
type overlay struct {
	fs.FS
	name string
	text []byte
}

// Open implements fs.FS.
func (o *overlay) Open(name string) (fs.File, error) {
	if name == o.name {
		return &file{Reader: bytes.NewReader(o.text), info: info{path.Base(name), int64(len(o.text))}}, nil
	}
	return o.FS.Open(name)
}

// A file is the replaced file.
type file struct {
	*bytes.Reader
	info info
}

func (f *file) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *file) Close() error               { return nil }

// An info describes the replaced file.
type info struct {
	name string
	size int64
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return 0o444 }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return false }
func (i info) Sys() any           { return nil }
