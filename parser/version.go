package parser

import (
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/qapi-go/qapi-go/dialect"
)

// versionName is the file at the top of QEMU's source tree that holds the version, such as
// "9.2.0". Development towards 9.2 has "9.1.50", and its release candidates "9.1.90" and up.
// The first commits after a release may still have its version.
const versionName = "VERSION"

// A version is the content of a file VERSION.
type version struct {
	path     string
	text     string
	release  dialect.Release
	releases dialect.Range // releases whose rules may apply
}

var versionNumber = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\d{1,3}\.\d{1,3}\.\d{1,3}$`) })

// findVersion looks for a file VERSION in the directory of the root file and in its parents
// within fsys. It returns nil if there is none, or if the first one found does not hold a
// version.
func findVersion(fsys fs.FS, root string) *version {
	for dir := path.Dir(root); ; dir = path.Dir(dir) {
		name := path.Join(dir, versionName)
		if info, err := fs.Stat(fsys, name); err == nil && info.Mode().IsRegular() && info.Size() < 100 {
			if data, err := fs.ReadFile(fsys, name); err == nil {
				return parseVersion(name, strings.TrimSpace(string(data)))
			}
		}
		if dir == "." {
			return nil
		}
	}
}

func parseVersion(name, text string) *version {
	if !versionNumber().MatchString(text) {
		return nil
	}
	r, err := dialect.Parse(text)
	if err != nil {
		return nil
	}
	v := &version{path: name, text: text, release: r, releases: dialect.Only(r)}
	dot := strings.LastIndexByte(text, '.')
	switch micro, _ := strconv.Atoi(text[dot+1:]); {
	case micro >= 50: // development: r is the next release
		if old, err := dialect.Parse(text[:dot]); err == nil {
			v.releases.First = old
		}
	case micro == 0:
		v.releases.Last = r.Next()
	}
	return v
}
