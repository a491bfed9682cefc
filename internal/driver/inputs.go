package driver

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/qapi-go/qapi-go/internal/outdir"
)

// An Inputs is a file system that records which files are read from it, with their
// licences. It hashes the bytes that were read, so a later change of a file is detected.
// Files may be read concurrently.
type Inputs struct {
	fs.FS
	Dir string // paths are recorded relative to it

	mu       sync.Mutex
	list     []outdir.Input
	licences []string // that the files state, sorted
}

// spdxLine matches a line with the licence of a file.
var spdxLine = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)^#\s*SPDX-License-Identifier:\s*([\w.+() -]*\w\)?)\s*$`)
})

// DefaultLicence is the licence of QEMU's files that state none.
const DefaultLicence = "GPL-2.0-or-later"

// Licence returns the SPDX expression for output that has text of the files.
func (in *Inputs) Licence() string {
	in.mu.Lock()
	defer in.mu.Unlock()
	all := "Apache-2.0"
	for _, l := range in.licences {
		if l == "Apache-2.0" {
			continue
		}
		if strings.Contains(l, " ") {
			l = "(" + l + ")"
		}
		all += " AND " + l
	}
	return all
}

// Open opens a file, which is recorded when it is closed.
func (in *Inputs) Open(name string) (fs.File, error) {
	f, err := in.FS.Open(name)
	if err != nil {
		return nil, err
	}
	return &input{File: f, to: in, name: name, sum: sha256.New()}, nil
}

// Stat does not record the file.
func (in *Inputs) Stat(name string) (fs.FileInfo, error) { return fs.Stat(in.FS, name) }

// Read reads a file by its recorded path.
func (in *Inputs) Read(name string) ([]byte, error) {
	return fs.ReadFile(in.FS, path.Join(in.Dir, name))
}

// Noted returns the files that were read, sorted by path.
func (in *Inputs) Noted() []outdir.Input {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.SortedFunc(slices.Values(in.list), func(a, b outdir.Input) int { return cmp.Compare(a.Path, b.Path) })
}

// An input is an open file of an [Inputs].
type input struct {
	fs.File
	to   *Inputs
	name string
	sum  hash.Hash
	head []byte // the first headSize bytes, or all
}

// headSize is how far into a file a line about its licence may be.
const headSize = 4096

func (f *input) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	f.sum.Write(p[:n])
	f.head = append(f.head, p[:min(n, headSize-len(f.head))]...)
	return n, err
}

func (f *input) Close() error {
	rel, err := filepath.Rel(filepath.FromSlash("/"+f.to.Dir), filepath.FromSlash("/"+f.name))
	if err != nil {
		rel = f.name // then it is missing later
	}
	licence := DefaultLicence
	if m := spdxLine().FindSubmatch(f.head); m != nil {
		licence = string(m[1])
	}
	f.to.mu.Lock()
	if i, known := slices.BinarySearch(f.to.licences, licence); !known {
		f.to.licences = slices.Insert(f.to.licences, i, licence)
	}
	f.to.list = append(f.to.list, outdir.Input{Path: filepath.ToSlash(rel), SHA256: hex.EncodeToString(f.sum.Sum(nil))})
	f.to.mu.Unlock()
	return f.File.Close()
}
