package source

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// archiveSuffixes are the file name endings by which an archive is recognized in "ARCHIVE:path".
var archiveSuffixes = []string{
	".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz", ".tar.zst", ".tzst",
}

// A compression is a format in which archives are compressed.
type compression struct {
	name   string
	suffix string // of file names
	magic  string // the first bytes of a file
	open   func(*countingReader) (io.Reader, error)
}

var compressions = []compression{
	{"gzip", "gz", "\x1f\x8b", func(r *countingReader) (io.Reader, error) { return gzip.NewReader(r) }},
	{"xz", "xz", "\xfd7zXZ\x00", openXZ},
	{"bzip2", "bz2", "BZh", func(r *countingReader) (io.Reader, error) { return bzip2.NewReader(r), nil }},
	{"zstd", "zst", "\x28\xb5\x2f\xfd", nil}, // no small library reads it
	{"lzip", "lz", "LZIP", nil},
}

// maxMagic is the length of the longest magic number.
const maxMagic = 6

// detectCompression returns the compression of a file, determined by its first bytes, since its
// name may be wrong. It returns nil if the file is not compressed, and leaves f at its start.
func detectCompression(f io.ReadSeeker) (*compression, error) {
	var head [maxMagic]byte
	n, err := io.ReadFull(f, head[:])
	if err == io.EOF {
		return nil, errors.New("not an archive: the file is empty")
	}
	if err != nil && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	for i, c := range compressions {
		if !bytes.HasPrefix(head[:n], []byte(c.magic)) {
			continue
		}
		if c.open == nil {
			return nil, fmt.Errorf("compressed with %s, which cannot be read: decompress the file first, or use xz, gzip or bzip2", c.name)
		}
		return &compressions[i], nil
	}
	return nil, nil
}

// A forwardReader reads the output of a decompressor. It fails, rather than ends, after a
// limit. It has a Seek method, with which archive/tar skips most entries.
type forwardReader struct {
	buf    *bufio.Reader
	offset int64 // in the decompressed data
	limit  int64
}

func newForwardReader(r io.Reader, limit int64) *forwardReader {
	return &forwardReader{buf: bufio.NewReaderSize(r, 64<<10), limit: limit}
}

var errTooLarge = fmt.Errorf("more than %d GiB after decompression", maxArchive>>30)

func (f *forwardReader) Read(p []byte) (int, error) {
	if f.offset >= f.limit {
		return 0, errTooLarge
	}
	n, err := f.buf.Read(p[:min(int64(len(p)), f.limit-f.offset)])
	f.offset += int64(n)
	return n, err
}

// Seek skips forward from the current offset. It supports nothing else.
func (f *forwardReader) Seek(distance int64, whence int) (int64, error) {
	if whence != io.SeekCurrent || distance < 0 {
		return 0, errors.ErrUnsupported
	}
	for distance > 0 {
		if f.offset >= f.limit {
			return 0, errTooLarge
		}
		n, err := f.buf.Discard(int(min(distance, f.limit-f.offset, 1<<30)))
		f.offset += int64(n)
		distance -= int64(n)
		if err == io.EOF {
			return 0, io.ErrUnexpectedEOF
		}
		if err != nil {
			return 0, err
		}
	}
	return f.offset, nil
}

// IsArchive reports whether a file name has the ending of an archive.
func IsArchive(name string) bool {
	return slices.ContainsFunc(archiveSuffixes, func(suffix string) bool { return strings.HasSuffix(name, suffix) })
}
