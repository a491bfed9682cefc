package dial

import (
	"errors"
	"net"
	"slices"
	"strconv"
	"strings"
)

// options are those of a QEMU character device. The first refusedOptions of them change what is
// sent; the others say how QEMU's side behaves, and have no effect here.
var options = []string{
	"telnet", "tn3270", "websocket", "tls-creds", "tls-authz",
	"server", "wait", "nodelay", "delay", "reconnect", "reconnect-ms", "ipv4", "ipv6", "to",
	"keep-alive", "mptcp", "numeric", "mux", "logfile", "logappend", "id",
}

const refusedOptions = 5

// notDialed returns why the kind of a QEMU character device cannot be connected to by its
// address, or "" for a scheme that is none.
//
//go:noinline
func notDialed(scheme string) string {
	switch scheme {
	case "telnet", "tn3270", "websocket":
		return scheme + " is not supported"
	case "udp":
		return "QMP does not run over udp"
	case "vsock":
		return "vsock needs a dialer: use WithDialer"
	case "fd":
		return "a descriptor of QEMU has no address here; connect by other means and use NewClient"
	case "chardev":
		return "this names a character device of QEMU; give its address instead"
	case "file":
		return "a file takes no commands"
	case "serial":
		return "serial ports are not supported; open it and use NewClient"
	}
	return ""
}

// Parse returns the network and the address of an address as users write it: "unix" and "tcp",
// as [net.Dialer] takes them, or "pipe", a named pipe of Windows. If custom is set there is a
// dialer that may know other networks: then SCHEME:REST is the network SCHEME and the address
// REST.
func Parse(addr string, custom bool) (network, address string, err error) {
	scheme, rest, found := cut(addr, ':')
	network, address, err = parse(addr)
	if err != nil && custom && found && scheme != "unix" && scheme != "tcp" && scheme != "pipe" {
		return scheme, rest, nil
	}
	return network, address, err
}

func parse(addr string) (network, address string, err error) {
	scheme, rest, found := cut(addr, ':')
	switch {
	case found && scheme == "unix":
		return parseUnix(addr, rest)
	case found && scheme == "tcp":
		return parseTCP(addr, rest)
	case found && scheme == "pipe" && rest != "":
		return "pipe", rest, nil
	case found && notDialed(scheme) != "":
		return "", "", badAddr(addr, ": "+notDialed(scheme)+"; want unix:PATH or tcp:HOST:PORT")
	case strings.IndexByte(addr, '/') >= 0:
		return "unix", addr, nil
	}
	return "", "", badAddr(addr, ": want unix:PATH, tcp:HOST:PORT or a path with a slash")
}

func parseUnix(addr, rest string) (network, address string, err error) {
	path, opts := splitOptions(rest)
	if strings.HasPrefix(path, "fd=") {
		return "", "", badAddr(addr, ": "+notDialed("fd"))
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
		path += string(make([]byte, sunPath-len(path)))
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
	part := ""
	for {
		text, rest, found := cut(s, ',')
		part += text
		if found && strings.HasPrefix(rest, ",") {
			part += ","
			s = rest[1:]
			continue
		}
		opts = append(opts, part)
		if !found {
			return opts[0], opts[1:]
		}
		part, s = "", rest
	}
}

// parseOption reads "name=on", "name=off", "name=value", and the short forms
// "name" and "noname".
func parseOption(opt string) (name string, on bool) {
	name, value, found := cut(opt, '=')
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
	switch k := slices.Index(options, name); {
	case name == "" || k >= refusedOptions || k >= 0 && !on:
		return nil
	case k >= 0:
		return badAddr(addr, ": "+name+" is not supported; connect by other means and use NewClient")
	}
	return badAddr(addr, ": unknown option "+strconv.Quote(name)+" (a comma in a path is written twice)")
}

// cut is [strings.Cut] for a separator of one byte, without the search for longer ones, which is
// 6 KiB of a small client.
func cut(s string, separator byte) (before, after string, found bool) {
	if k := strings.IndexByte(s, separator); k >= 0 {
		return s[:k], s[k+1:], true
	}
	return s, "", false
}

func badAddr(addr, why string) error {
	return errors.New("address " + strconv.Quote(addr) + why)
}
