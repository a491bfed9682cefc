package dial

import "syscall"

// reset are the errors of a connection that was reset. Sockets have one of their own.
var reset = []syscall.Errno{syscall.WSAECONNRESET, syscall.ECONNRESET}

// passing are the errors of an attempt that may succeed later: the codes of Windows sockets,
// and those of a pipe whose server is about to close it.
var passing = []syscall.Errno{
	10061, // WSAECONNREFUSED
	syscall.WSAECONNRESET,
	syscall.WSAECONNABORTED,
	10065, // WSAEHOSTUNREACH
	10064, // WSAEHOSTDOWN
	10051, // WSAENETUNREACH
	10050, // WSAENETDOWN
	10049, // WSAEADDRNOTAVAIL
	10055, // WSAENOBUFS
	syscall.ERROR_BROKEN_PIPE,
	232, // ERROR_NO_DATA
	233, // ERROR_PIPE_NOT_CONNECTED
}
