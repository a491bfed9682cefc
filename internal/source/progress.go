package source

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/qapi-go/qapi-go/diag"
)

// A progress shows on a terminal how much of a file has been read, in a line that it removes
// when done. A nil *progress shows nothing.
type progress struct {
	out   io.Writer
	name  string
	size  int64 // of the file, in bytes
	next  time.Time
	shown bool
}

// Progress is shown after progressDelay, and updated every progressInterval.
const (
	progressDelay    = time.Second
	progressInterval = 200 * time.Millisecond
)

// newProgress returns nil unless w is a terminal.
func newProgress(w io.Writer, name string, size int64) *progress {
	f, ok := w.(*os.File)
	if !ok || size <= 0 || os.Getenv("TERM") == "dumb" {
		return nil
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return &progress{out: w, name: name, size: size, next: time.Now().Add(progressDelay)}
}

// update shows the number of bytes read so far, if it is time to.
func (p *progress) update(read int64) {
	if p == nil {
		return
	}
	now := time.Now()
	if now.Before(p.next) {
		return
	}
	p.next = now.Add(progressInterval)
	p.shown = true
	fmt.Fprintf(p.out, "\rqapi-go: reading %s: %d%%\x1b[K", diag.Visible(p.name), 100*read/p.size)
}

// pause removes the line, so that others can write to the terminal.
func (p *progress) pause() {
	if p == nil || !p.shown {
		return
	}
	p.shown = false
	fmt.Fprint(p.out, "\r\x1b[K")
}

// A countingReader counts the bytes read from a file.
type countingReader struct {
	file     *os.File
	offset   int64 // in the file
	progress *progress
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.file.Read(p)
	c.offset += int64(n)
	c.progress.update(c.offset)
	return n, err
}

// look updates the offset after another process, which shares it, has read from the file.
func (c *countingReader) look() {
	if at, err := c.file.Seek(0, io.SeekCurrent); err == nil {
		c.offset = at
		c.progress.update(at)
	}
}

// Seek lets archive/tar skip entries of an uncompressed archive.
func (c *countingReader) Seek(offset int64, whence int) (int64, error) {
	at, err := c.file.Seek(offset, whence)
	if err == nil {
		c.offset = at
	}
	return at, err
}
