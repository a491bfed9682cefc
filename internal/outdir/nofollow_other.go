//go:build !unix

package outdir

// noFollow is for systems on which any user may make symbolic links.
const noFollow = 0
