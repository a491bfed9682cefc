//go:build !unix

package outdir

// Systems on which any user may make symbolic links, and which have no named pipes in folders.
const (
	noFollow = 0
	noWait   = 0
)
