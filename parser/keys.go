package parser

import (
	"slices"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
)

// keyRelease returns the release that added a key of definitions, 0 if it was always there.
func keyRelease(key string) dialect.Release {
	switch key {
	case "prefix":
		return dialect.Of(2, 5)
	case "boxed":
		return dialect.Of(2, 7)
	case "allow-oob":
		return dialect.Of(2, 12)
	case "if":
		return dialect.Of(3, 0)
	case "allow-preconfig":
		return dialect.Of(3, 0)
	case "features":
		return dialect.Of(5, 0)
	case "coroutine":
		return dialect.Of(5, 2)
	}
	return 0
}

// newestKeys is the last release that added a key.
var newestKeys = dialect.Of(6, 2)

// newer reports whether a key of n is too new for the schema, and returns the release that
// added it.
func (l *lowerer) newer(n *node, key string) (dialect.Release, bool) {
	if l.releases.Last >= newestKeys {
		return 0, false
	}
	since := keyRelease(key)
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

// available reports whether key is among keys and the schema's releases allow it in n.
func (l *lowerer) available(n *node, key string, keys []string) bool {
	if !slices.Contains(keys, key) {
		return false
	}
	_, newer := l.newer(n, key)
	return !newer
}

// dropNewer removes the keys that are too new for the schema from n, so that they have no
// effect. If d is not nil, it gets a hint for each.
func (l *lowerer) dropNewer(n *node, d *diag.Diagnostic) {
	n.members = slices.DeleteFunc(n.members, func(m member) bool {
		since, newer := l.newer(n, m.key.Value)
		if newer && d != nil {
			d.Hint("'" + m.key.Value + "' was added in QEMU " + since.String())
		}
		return newer
	})
}

// longForm reports whether the schema's releases allow the long form of a member, value or
// branch. If not, it reports an error at n.
func (l *lowerer) longForm(n *node, source, key string) bool {
	if n.get(key) == nil || l.releases.Since(4, 0) {
		return true
	}
	l.errorf(codeBadShape, n, "%s should be a name", source).
		Hint("the form { '" + key + "': ... } was added in QEMU 4.0")
	return false
}
