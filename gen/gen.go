// Package gen holds what all generators share: the files they make.
//
// A generator is a pure function from an ir.Schema and options to []File. It
// reads no file, clock or environment and never ranges over a map while it
// emits.
package gen

// A File is one file of a generator's output.
type File struct {
	Path string // relative to the output folder, with slashes, clean
	Data []byte
}
