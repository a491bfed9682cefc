package qmp

import (
	"errors"
	"strings"
)

// IsNotFound reports whether err is an error of the server and says that what a command names does
// not exist: a device, node, object, property, job, export, bitmap, character device or descriptor.
// So that removing is idempotent:
//
//	if err := vm.BlockdevDel(ctx, args); err != nil && !qmp.IsNotFound(err) {
//		return err
//	}
//
// QEMU has a class for some of these only. The others are known by their texts of QEMU
// 7.2, 10.0 and 11.1, which are not promised: another release may have another text, for which the
// result is false. An unknown command is [IsCommandNotFound], and a file of the host that is
// missing neither.
func IsNotFound(err error) bool { return hasCondition(err, notFound) }

// IsExists reports whether err is an error of the server and says that the name or id that a
// command gives is taken. See [IsNotFound] for how it is known.
func IsExists(err error) bool { return hasCondition(err, exists) }

// IsInUse reports whether err is an error of the server and says that something else uses what a
// command names, so that the same command may succeed later. See [IsNotFound] for how it is known.
func IsInUse(err error) bool { return hasCondition(err, inUse) }

// IsNotActive reports whether err is an error of the server and says that what a command needs is
// there and does not run, or that the machine was started without it, such as a balloon or an NBD
// server. See [IsNotFound] for how it is known.
func IsNotActive(err error) bool { return hasCondition(err, notActive) }

// IsCommandNotFound reports whether err is an error of the server and says that it does not have
// the command, or does not allow it in its present state.
func IsCommandNotFound(err error) bool {
	return errors.Is(err, &Error{Class: ClassCommandNotFound})
}

// IsDisconnected reports whether err is due to the end of the connection. If the command may have
// run, err is an [*InterruptedError] for a [Session]; with a [Client] nothing is known.
func IsDisconnected(err error) bool {
	var lost *DisconnectError
	return errors.As(err, &lost)
}

// A condition is what several errors of the server have in common.
type condition uint8

const (
	notFound condition = iota + 1
	exists
	inUse
	notActive
)

// texts are those of errors of class GenericError, of QEMU 7.2, 10.0 and 11.1, which
// TestLiveErrorTexts holds. A '*' stands for any text. command is the start of the names of
// commands that it is limited to.
var texts = []struct {
	condition condition
	command   string
	text      string
}{
	{notFound, "", "object '*' not found"},                     // object-del
	{notFound, "", "Failed to find node with node-name='*'"},   // blockdev-del
	{notFound, "", "Cannot find device='*' nor node-name='*'"}, // most block commands
	{notFound, "block-dirty-bitmap-", "Node '*' not found"},    //
	{notFound, "block-dirty-bitmap-", "Dirty bitmap '*' not found"},
	{notFound, "", "Chardev '*' not found"},               // chardev-remove
	{notFound, "", "Chardev '*' does not exist"},          // chardev-change
	{notFound, "ringbuf-", "Device '*' not found"},        //
	{notFound, "qom-", "Property '*' not found"},          //
	{notFound, "job-", "Job not found"},                   //
	{notFound, "", "Export '*' is not found"},             // block-export-del
	{notFound, "", "File descriptor named '*' not found"}, // closefd, remove-fd
	{notFound, "device_add", "'*' is not a valid device model name"},
	{notFound, "query-cpu-model-", "CPU model '*' not found"},
	{exists, "", "attempt to add duplicate property '*' to object (type '*')"},       // object-add
	{exists, "", "Duplicate device ID '*'"},                                          // device_add
	{exists, "", "Duplicate ID '*'"},                                                 // netdev_add
	{exists, "", "Duplicate nodes with node-name='*'"},                               // blockdev-add
	{exists, "", "Chardev with id '*' already exists"},                               // chardev-add
	{exists, "", "Bitmap already exists: *"},                                         // block-dirty-bitmap-add
	{exists, "", "Job ID '*' already in use"},                                        // jobs
	{exists, "", "Block export id '*' is already in use"},                            // block-export-add
	{exists, "nbd-server-start", "NBD server already running"},                       //
	{inUse, "", "Node '*' is busy: *"},                                               // block jobs, blockdev-del
	{inUse, "", "Node * is in use"},                                                  // blockdev-del
	{inUse, "", "object '*' is in use, can not be deleted"},                          // object-del
	{inUse, "object-del", "Cannot delete throttle group '*' with active references"}, // 11.1; before, as other objects
	{inUse, "", "Chardev '*' is busy"},                                               // chardev-remove
	{notActive, "nbd-server-", "NBD server not running"},                             //
}

// hasCondition reports whether err is an error of the server with a condition.
func hasCondition(err error, c condition) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	command := commandOf(err)
	switch e.Class {
	case ClassDeviceNotFound:
		return c == notFound
	case ClassDeviceNotActive:
		if strings.HasPrefix(command, "block-job-") { // there is no such job
			return c == notFound
		}
		return c == notActive
	case ClassGenericError:
		for _, t := range texts {
			if t.condition == c && (command == "" || strings.HasPrefix(command, t.command)) && matches(e.Desc, t.text) {
				return true
			}
		}
	}
	return false
}

// commandOf returns the command that an error is about, "" if that is not known.
func commandOf(err error) string {
	for err != nil {
		if w, ok := err.(*wrapped); ok && w.command != "" {
			return w.command
		}
		err = errors.Unwrap(err)
	}
	return ""
}

// matches reports whether a text is like a pattern, in which '*' stands for any text.
func matches(text, pattern string) bool {
	first, rest, any := strings.Cut(pattern, "*")
	if !any {
		return text == pattern
	}
	text, ok := strings.CutPrefix(text, first)
	if !ok {
		return false
	}
	for {
		if matches(text, rest) {
			return true
		}
		if text == "" {
			return false
		}
		text = text[1:]
	}
}
