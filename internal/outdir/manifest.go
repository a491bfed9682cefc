package outdir

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// ManifestName is the name of the manifest in an output folder. It records what the
// generators wrote there, so that a later run can remove what is no longer generated and
// nothing else, and distinguish a stale file from an edited one.
const ManifestName = "qapi-go.manifest.json"

// A Meta says who generates a set of files, from what, and how. It is recorded
// in the manifest; no generated file holds it.
type Meta struct {
	// Generator names the set of files, such as "go". Several generators can
	// write to one folder: each has its own entry in the manifest and leaves
	// the files of the others unchanged.
	Generator string `json:"generator"`

	// Tool is the version of the program.
	Tool string `json:"tool"`

	// Schema names the schema as the user gave it.
	Schema string `json:"schema"`

	// Build distinguishes builds of one version, if that is needed. If it is empty,
	// [UpToDate] never holds.
	Build string `json:"build,omitempty"`

	// Options are the options that shape the output, as "name=value", in a
	// fixed order.
	Options []string `json:"options,omitempty"`

	// Inputs are the files that were read, for [UpToDate], in a fixed order.
	// Empty if a run has more to do than to write files.
	Inputs []Input `json:"inputs,omitempty"`
}

// An Input is a file that a generator's output was made from.
type Input struct {
	Path   string `json:"path"` // relative to the folder of the schema's root file, with slashes
	SHA256 string `json:"sha256"`
}

// manifestFormat changes when older programs can no longer read the manifest.
const manifestFormat = 1

type manifest struct {
	Format  int        `json:"format"`
	Outputs []*outputs `json:"outputs"` // sorted by generator
}

// outputs are the files of one generator.
type outputs struct {
	Meta
	Files []manifestFile `json:"files"` // sorted by path

	// Seal is a hash of all the rest, if there is a Build. It does not hold
	// after a manifest was edited, or merged from two.
	Seal string `json:"seal,omitempty"`
}

// seal returns what Seal should be.
func (o outputs) seal() (string, error) {
	o.Seal = ""
	data, err := json.Marshal(o)
	return hash(data), err
}

type manifestFile struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"` // as it was written

	// Kept says that the file is no longer generated, but was edited by hand, and so left
	// unchanged.
	Kept bool `json:"kept,omitempty"`
}

// editedByHand reports whether the file, which now holds data, was
// edited, and no longer says that it is generated.
func (f manifestFile) editedByHand(data []byte) bool {
	return hash(data) != f.SHA256 && !isGenerated(data)
}

// readManifest reads the manifest of an output folder. A folder without one has
// an empty one.
func (d disk) readManifest() (*manifest, error) {
	data, err := d.fs.ReadFile(ManifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return &manifest{Format: manifestFormat}, nil
	}
	if err != nil {
		return nil, err
	}
	m := new(manifest)
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", d.path(ManifestName), err)
	}
	if m.Format != manifestFormat {
		return nil, fmt.Errorf("%s has format %d; this program knows format %d", d.path(ManifestName), m.Format, manifestFormat)
	}
	for _, o := range m.Outputs {
		if o == nil {
			return nil, fmt.Errorf("%s is damaged: an entry is null", d.path(ManifestName))
		}
		for _, f := range o.Files {
			if err := checkPath(f.Path); err != nil {
				return nil, fmt.Errorf("%s is damaged: %w", d.path(ManifestName), err)
			}
		}
	}
	return m, nil
}

// files returns the files that the generator wrote.
func (m *manifest) files(generator string) []manifestFile {
	for _, o := range m.Outputs {
		if o.Generator == generator {
			return o.Files
		}
	}
	return nil
}

// hashes returns the hash of each file that the generator wrote and may replace,
// by path.
func (m *manifest) hashes(generator string) map[string]string {
	hashes := make(map[string]string)
	for _, f := range m.files(generator) {
		if !f.Kept {
			hashes[f.Path] = f.SHA256
		}
	}
	return hashes
}

// owner returns the generator other than the given one that owns a path, or "".
func (m *manifest) owner(path, except string) string {
	for _, o := range m.Outputs {
		if o.Generator != except && slices.ContainsFunc(o.Files, func(f manifestFile) bool { return f.Path == path }) {
			return o.Generator
		}
	}
	return ""
}

// with returns the manifest's text after the entry of meta's generator has been replaced.
// Kept are the other files that it still lists.
func (m *manifest) with(meta Meta, files, kept []manifestFile) ([]byte, error) {
	entry := &outputs{Meta: meta, Files: slices.Concat(files, kept)}
	slices.SortFunc(entry.Files, func(a, b manifestFile) int { return strings.Compare(a.Path, b.Path) })
	if meta.Build != "" {
		var err error
		if entry.Seal, err = entry.seal(); err != nil {
			return nil, err
		}
	}
	next := manifest{Format: manifestFormat, Outputs: []*outputs{entry}}
	for _, o := range m.Outputs {
		if o.Generator != meta.Generator {
			next.Outputs = append(next.Outputs, o)
		}
	}
	slices.SortFunc(next.Outputs, func(a, b *outputs) int { return strings.Compare(a.Generator, b.Generator) })
	data, err := json.MarshalIndent(next, "", "  ")
	return append(data, '\n'), err
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
