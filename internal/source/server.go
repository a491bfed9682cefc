package source

import (
	"os"
	"strings"
)

// serverPrefix may precede the address of a server.
const serverPrefix = "qmp:"

// addressPrefixes are the prefixes of server addresses other than paths.
var addressPrefixes = []string{"unix:", "tcp:", "tls:", "exec:"}

// Server returns the address of a running server from spec. It returns false if spec is not a
// server. A server is "qmp:ADDR", or ADDR itself if it has a prefix such as "unix:" or is the
// path of a socket.
func Server(spec string) (addr string, ok bool) {
	if addr, ok := strings.CutPrefix(spec, serverPrefix); ok {
		return addr, true
	}
	info, err := os.Stat(spec)
	if err == nil {
		return "unix:" + spec, info.Mode()&os.ModeSocket != 0
	}
	for _, p := range addressPrefixes {
		if strings.HasPrefix(spec, p) {
			return spec, true
		}
	}
	return "", false
}
