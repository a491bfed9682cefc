package dial

import (
	"errors"
	"net"
	"slices"
	"strconv"
	"strings"
)

// ignoredOptions are options of a QEMU character device that say how QEMU's
// side behaves.
var ignoredOptions = []string{
	"server", "wait", "nodelay", "delay", "reconnect", "reconnect-ms", "ipv4", "ipv6", "to",
	"keep-alive", "mptcp", "numeric", "mux", "logfile", "logappend", "id",
}

// notDialed are kinds of QEMU character devices that cannot be connected to by their address,
// and why.
var notDialed = map[string]string{
	"telnet":    "telnet is not supported",
	"tn3270":    "tn3270 is not supported",
	"websocket": "websocket is not supported",
	"udp":       "QMP does not run over udp",
	"vsock":     "vsock needs a dialer: use WithDialer",
	"fd":        "a descriptor of QEMU has no address here; connect by other means and use NewClient",
	"chardev":   "this names a character device of QEMU; give its address instead",
	"file":      "a file takes no commands",
	"serial":    "serial ports are not supported; open it and use NewClient",
}

// Parse returns the network and the address of an address as users write it: "unix" and "tcp",
// as [net.Dialer] takes them, or "pipe", a named pipe of Windows. If custom is set there is a
// dialer that may know other networks: then SCHEME:REST is the network SCHEME and the address
// REST.
func Parse(addr string, custom bool) (network, address string, err error) {
	scheme, rest, found := strings.Cut(addr, ":")
	network, address, err = parse(addr)
	if err != nil && custom && found && scheme != "unix" && scheme != "tcp" && scheme != "pipe" {
		return scheme, rest, nil
	}
	return network, address, err
}

func parse(addr string) (network, address string, err error) {
	scheme, rest, found := strings.Cut(addr, ":")
	switch {
	case found && scheme == "unix":
		return parseUnix(addr, rest)
	case found && scheme == "tcp":
		return parseTCP(addr, rest)
	case found && scheme == "pipe" && rest != "":
		return "pipe", rest, nil
	case found && notDialed[scheme] != "":
		return "", "", badAddr(addr, ": "+notDialed[scheme]+"; want unix:PATH or tcp:HOST:PORT")
	case strings.Contains(addr, "/"):
		return "unix", addr, nil
	}
	return "", "", badAddr(addr, ": want unix:PATH, tcp:HOST:PORT or a path with a slash")
}

func parseUnix(addr, rest string) (network, address string, err error) {
	path, opts := splitOptions(rest)
	if strings.HasPrefix(path, "fd=") {
		return "", "", badAddr(addr, ": "+notDialed["fd"])
	}
	path = strings.TrimPrefix(path, "path=")
	if path == "" {
		return "", "", badAddr(addr, " has no path")
	}
	abstract, tight := false, true
	for _, opt := range opts {
		switch name, on := parseOption(opt); name {
		case "abstract":
			abstract = on
		case "tight":
			tight = on
		default:
			if err := checkOption(addr, name, on); err != nil {
				return "", "", err
			}
		}
	}
	if !abstract {
		return "unix", path, nil
	}
	path = "@" + path // the spelling of package net
	const sunPath = 108
	if !tight && len(path) < sunPath {
		path += strings.Repeat("\x00", sunPath-len(path))
	}
	return "unix", path, nil
}

func parseTCP(addr, rest string) (network, address string, err error) {
	address, opts := splitOptions(rest)
	if _, port, err := net.SplitHostPort(address); err != nil || port == "" {
		return "", "", badAddr(addr, ": want tcp:HOST:PORT")
	}
	for _, opt := range opts {
		name, on := parseOption(opt)
		if err := checkOption(addr, name, on); err != nil {
			return "", "", err
		}
	}
	return "tcp", address, nil
}

// splitOptions cuts at single commas and makes double commas single.
func splitOptions(s string) (first string, opts []string) {
	var parts []string
	var part strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] != ',':
			part.WriteByte(s[i])
		case i+1 < len(s) && s[i+1] == ',':
			part.WriteByte(',')
			i++
		default:
			parts = append(parts, part.String())
			part.Reset()
		}
	}
	parts = append(parts, part.String())
	return parts[0], parts[1:]
}

// parseOption reads "name=on", "name=off", "name=value", and the short forms
// "name" and "noname".
func parseOption(opt string) (name string, on bool) {
	name, value, found := strings.Cut(opt, "=")
	if found {
		return name, value != "off"
	}
	for _, known := range []string{"server", "wait", "delay"} {
		if name == "no"+known {
			return known, false
		}
	}
	return name, true
}

func checkOption(addr, name string, on bool) error {
	switch {
	case name == "" || slices.Contains(ignoredOptions, name):
		return nil
	case name == "telnet" || name == "tn3270" || name == "websocket" || name == "tls-creds" || name == "tls-authz":
		if !on {
			return nil
		}
		return badAddr(addr, ": "+name+" is not supported; connect by other means and use NewClient")
	}
	return badAddr(addr, ": unknown option "+strconv.Quote(name)+" (a comma in a path is written twice)")
}

func badAddr(addr, why string) error {
	return errors.New("address " + strconv.Quote(addr) + why)
}
