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

// ManifestName is the name of the manifest in an output folder. It records the files that
// generators wrote, so that later runs can remove files that are no longer generated, and only
// those, and distinguish stale files from edited ones.
const ManifestName = "qapi-go.manifest.json"

// A Meta describes how a set of files is generated. Only the manifest records it.
type Meta struct {
	// Generator names the set of files, such as "go". Several generators can write to one
	// folder: each has its own entry in the manifest and does not touch files of others.
	Generator string `json:"generator"`

	// Tool is the version of the program.
	Tool string `json:"tool"`

	// Schema is the name of the schema, as given by the user.
	Schema string `json:"schema"`

	// Build distinguishes builds of one version. If it is empty, [UpToDate] always returns
	// false.
	Build string `json:"build,omitempty"`

	// Options are the options that affect the output, as "name=value", in a fixed order.
	Options []string `json:"options,omitempty"`

	// Inputs are the files that were read, for [UpToDate], in a fixed order. They are
	// empty if a run does more than write files, such as print warnings.
	Inputs []Input `json:"inputs,omitempty"`
}

// An Input is a file from which output was generated.
type Input struct {
	Path   string `json:"path"` // slash-separated, relative to the folder of the schema's root file
	SHA256 string `json:"sha256"`
}

// manifestFormat is the version of the format. It changes with incompatible changes.
const manifestFormat = 1

type manifest struct {
	Format  int        `json:"format"`
	Outputs []*outputs `json:"outputs"` // sorted by generator
}

// outputs are the files of one generator.
type outputs struct {
	Meta
	Files []manifestFile `json:"files"` // sorted by path

	// Seal is a hash of the other fields, if there is a Build. It reveals that a manifest
	// was edited, or merged from two.
	Seal string `json:"seal,omitempty"`
}

// seal returns the correct value of Seal.
func (o outputs) seal() (string, error) {
	o.Seal = ""
	data, err := json.Marshal(o)
	return hash(data), err
}

type manifestFile struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"` // as it was written

	// Kept means that the file is no longer generated, and was not removed because it was
	// edited by hand.
	Kept bool `json:"kept,omitempty"`
}

// editedByHand reports whether a file with the contents data was edited, and no longer has the mark
// of generated files.
func (f manifestFile) editedByHand(data []byte) bool {
	return hash(data) != f.SHA256 && !isGenerated(data)
}

// readManifest returns the manifest of the output folder, which is empty if there is no file.
func (d disk) readManifest() (*manifest, error) {
	data, err := d.fs.ReadFile(ManifestName, nil)
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
		return nil, fmt.Errorf("%s has format %d; this program supports format %d", d.path(ManifestName), m.Format, manifestFormat)
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

// hashes returns the hashes of the files that the generator wrote and may replace, by path.
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

// with returns the text of the manifest with a new entry for meta.Generator: the generated files,
// and those that are kept.
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
