//go:build !linux

package dial

// maxPath is the limit on the length of a socket's path, in bytes: that of sun_path less the
// zero at its end, as the BSDs and macOS have it. Windows has four bytes more.
const maxPath = 103

func shorten(path string) (short string, done func(), err error) {
	return "", nil, tooLong("the path", len(path))
}
