package qga

import "strings"

// wrap returns err with what was being done in front of its text, after a single prefix "qga: ".
func wrap(doing string, err error) error { return &wrapped{doing, err} }

type wrapped struct {
	doing string
	err   error
}

func (e *wrapped) Error() string {
	text := e.err.Error()
	for _, prefix := range []string{"qga: ", "qmp: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return "qga: " + e.doing + ": " + text
}

func (e *wrapped) Unwrap() error { return e.err }
