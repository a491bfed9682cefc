// Package gen defines what all generators return: files.
//
// A generator is a pure function from an ir.Schema and options to []File. It reads no
// file, clock or environment, and its output is deterministic.
package gen

// A File is one output file of a generator.
type File struct {
	Path string // slash-separated, clean, relative to the output folder
	Data []byte
}
