package qmp

import (
	"context"
	"errors"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Dial connects to the monitor at addr and negotiates, as [NewClient] does.
// The context bounds both. The address is one of
//
//	unix:/run/vm.qmp
//	tcp:localhost:4444
//	/run/vm.qmp
//	pipe:vm                        (a named pipe, on Windows)
//
// or what QEMU's option -qmp takes, such as "unix:/run/vm.qmp,server=on,wait=off".
// Options of QEMU's side are then ignored, abstract and tight are heeded, and a
// comma in a path is written twice. A path without "unix:" is taken as it is.
func Dial(ctx context.Context, addr string, opts ...Option) (*Client, error) {
	o := newClientOptions(opts)
	network, address, err := ParseAddr(addr)
	if scheme, rest, found := strings.Cut(addr, ":"); err != nil && found && o.dial != nil && !dialable(scheme) {
		network, address, err = scheme, rest, nil // the dialer may know it
	}
	if err != nil {
		return nil, err
	}
	conn, err := dial(ctx, network, address, o)
	if err != nil {
		return nil, wrap("qmp: cannot connect to "+addr, err)
	}
	c, err := newClient(ctx, conn, o)
	if err != nil {
		return nil, wrap(addr, err)
	}
	return c, nil
}

// dialable reports whether ParseAddr knows the scheme.
func dialable(scheme string) bool { return scheme == "unix" || scheme == "tcp" || scheme == "pipe" }

func dial(ctx context.Context, network, address string, o clientOptions) (net.Conn, error) {
	connect := o.dial
	switch {
	case connect != nil:
	case network == "pipe":
		connect = func(ctx context.Context, _, address string) (net.Conn, error) { return dialPipe(ctx, address) }
	default:
		connect = new(net.Dialer).DialContext
	}
	var last error // of an attempt that the context did not cut short
	for {
		conn, err := connect(ctx, network, address)
		if err == nil || o.retry <= 0 {
			return conn, err
		}
		if last == nil || !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
			last = err
		}
		wait := time.NewTimer(o.retry)
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return nil, &retryError{ctx.Err(), last}
		}
	}
}

// ignoredOptions are options of a QEMU character device that say how QEMU's
// side behaves.
var ignoredOptions = []string{
	"server", "wait", "nodelay", "delay", "reconnect", "reconnect-ms", "ipv4", "ipv6", "to",
	"keep-alive", "mptcp", "numeric", "mux", "logfile", "logappend", "id",
}

// notDialed are kinds of QEMU character devices that Dial cannot connect to, and
// why.
var notDialed = map[string]string{
	"telnet":    "telnet is not supported",
	"tn3270":    "tn3270 is not supported",
	"websocket": "websocket is not supported",
	"udp":       "QMP does not run over udp",
	"fd":        "a descriptor of QEMU has no address here; connect by other means and use NewClient",
	"chardev":   "this names a character device of QEMU; give its address instead",
	"file":      "a file takes no commands",
	"serial":    "serial ports are not supported; open it and use NewClient",
}

// ParseAddr returns the network ("unix" and "tcp", as [net.Dialer] takes them, or
// "pipe", a named pipe of Windows, which that does not know) and the address of an
// address as [Dial] takes it.
func ParseAddr(addr string) (network, address string, err error) {
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
	return errors.New("qmp: address " + strconv.Quote(addr) + why)
}

// A retryError is the end of the patience with a server that cannot be reached.
type retryError struct{ patience, last error }

func (e *retryError) Error() string {
	return e.patience.Error() + " (last attempt: " + e.last.Error() + ")"
}

func (e *retryError) Unwrap() []error { return []error{e.patience, e.last} }
