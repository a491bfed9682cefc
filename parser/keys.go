package parser

import (
	"slices"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
)

// keyReleases are the releases that brought the keys of definitions.
var keyReleases = map[string]dialect.Release{
	"prefix":          dialect.Of(2, 5),
	"boxed":           dialect.Of(2, 7),
	"allow-oob":       dialect.Of(2, 12),
	"if":              dialect.Of(3, 0),
	"allow-preconfig": dialect.Of(3, 0),
	"features":        dialect.Of(5, 0),
	"coroutine":       dialect.Of(5, 2),
}

// newestKeys is the release since which no key has come to definitions.
var newestKeys = dialect.Of(6, 2)

// newer reports whether a key of n came with a release newer than that of the
// schema, and if so with which.
func (l *lowerer) newer(n *node, key string) (dialect.Release, bool) {
	if l.releases.Last >= newestKeys {
		return 0, false
	}
	since := keyReleases[key]
	switch {
	case key == "if" && n != l.obj:
		since = dialect.Of(4, 0)
	case key != "features":
	case n != l.obj && n.get("name") != nil: // a value of an enum
		since = dialect.Of(6, 2)
	case n == l.obj && n.get("struct") != nil:
		since = dialect.Of(4, 1)
	case n == l.obj && n.get("command") != nil:
		since = dialect.Of(4, 2)
	}
	return since, l.releases.Last < since
}

// available reports whether a key is one of those given and n can have it in the
// schema's release.
func (l *lowerer) available(n *node, key string, keys []string) bool {
	if !slices.Contains(keys, key) {
		return false
	}
	_, newer := l.newer(n, key)
	return !newer
}

// dropNewer takes the keys that the schema's release does not know from n, so
// that nothing is made of them. If d is not nil it reports them.
func (l *lowerer) dropNewer(n *node, d *diag.Diagnostic) {
	n.members = slices.DeleteFunc(n.members, func(m member) bool {
		since, newer := l.newer(n, m.key.Value)
		if newer && d != nil {
			d.Hint("'" + m.key.Value + "' came with QEMU " + since.String())
		}
		return newer
	})
}

// longForm reports whether the schema's release has the long form of a member,
// value or branch, and reports the one at n if not.
func (l *lowerer) longForm(n *node, source, key string) bool {
	if n.get(key) == nil || l.releases.Since(4, 0) {
		return true
	}
	l.errorf(codeBadShape, n, "%s should be a name", source).
		Hint("{ '" + key + "': ... } could stand here from QEMU 4.0 on")
	return false
}
