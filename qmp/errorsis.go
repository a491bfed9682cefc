package qmp

import (
	"errors"
	"strings"
)

// IsNotFound reports whether err is an error reply because something that the command names does
// not exist: a device, node, object, property, job, export, bitmap, character device or file
// descriptor. It makes removal idempotent:
//
//	if err := vm.BlockdevDel(ctx, args); err != nil && !qmp.IsNotFound(err) {
//		return err
//	}
//
// QEMU has an error class for some of these only. The others are detected by their texts in QEMU
// 7.2, 10.0 and 11.1. QEMU does not promise these texts: for a text of another release the result
// is false. It is also false for an unknown command (see [IsCommandNotFound]) and for a missing
// file of the host.
func IsNotFound(err error) bool { return hasCondition(err, notFound) }

// IsExists reports whether err is an error reply because a name or id in the command is taken. It
// is detected as in [IsNotFound].
func IsExists(err error) bool { return hasCondition(err, exists) }

// IsInUse reports whether err is an error reply because something that the command names is in
// use, so that the same command may succeed later. It is detected as in [IsNotFound].
func IsInUse(err error) bool { return hasCondition(err, inUse) }

// IsNotActive reports whether err is an error reply because something that the command needs is
// not running, or the machine was started without it, such as a balloon or an NBD server. It is
// detected as in [IsNotFound].
func IsNotActive(err error) bool { return hasCondition(err, notActive) }

// IsCommandNotFound reports whether err is an error reply because the server does not have the
// command, or does not allow it in its present state.
func IsCommandNotFound(err error) bool {
	return errors.Is(err, &Error{Class: ClassCommandNotFound})
}

// IsDisconnected reports whether err is due to the end of the connection. For a [Session], an
// [*InterruptedError] says that the command may have run; for a [Client] that is not known.
func IsDisconnected(err error) bool {
	var lost *DisconnectError
	return errors.As(err, &lost)
}

// A condition is a kind of error that QEMU reports in several texts.
type condition uint8

const (
	notFound condition = iota + 1
	exists
	inUse
	notActive
)

// texts are the texts of errors of class GenericError in QEMU 7.2, 10.0 and 11.1, which
// TestLiveErrorTexts checks. A '*' matches any text. If command is not empty, the text counts only
// for commands whose names begin with it.
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

// hasCondition reports whether err is an error reply with a condition.
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
		if strings.HasPrefix(command, "block-job-") { // the job does not exist
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

// commandOf returns the command that an error concerns, or "" if it is not known.
func commandOf(err error) string {
	for err != nil {
		if w, ok := err.(*wrapped); ok && w.command != "" {
			return w.command
		}
		err = errors.Unwrap(err)
	}
	return ""
}

// matches reports whether a text matches a pattern, in which '*' matches any text.
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
