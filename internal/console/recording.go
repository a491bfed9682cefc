package console

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"
)

// An entry is a line of a recording, a file with one JSON object a line in order of time:
//
//	time        when, in UTC (RFC 3339, with microseconds)
//	connection  number of the client, from 1
//	from        "client" or "server"
//	message     the JSON value that was sent
//	text        … or the text, if it is not JSON
//	bytes       … or the bytes in base64, if it is not text
//	files       number of descriptors that were passed with it; omitted if none
//	end         true when that side has closed the connection
//
// Strings that hold secrets are replaced by [masked].
type entry struct {
	Time       string          `json:"time"`
	Connection int             `json:"connection"`
	From       string          `json:"from"`
	Message    json.RawMessage `json:"message,omitempty"`
	Text       string          `json:"text,omitempty"`
	Bytes      string          `json:"bytes,omitempty"`
	Files      int             `json:"files,omitempty"`
	End        bool            `json:"end,omitempty"`
}

// The sides of a conversation, as a recording names them.
const (
	fromClient = "client"
	fromServer = "server"
)

// timeFormat is RFC 3339 with microseconds.
const timeFormat = "2006-01-02T15:04:05.000000Z07:00"

// newEntry returns the entry of a piece of a conversation.
func newEntry(now time.Time, connection int, from string, piece []byte, mask *masker) entry {
	e := entry{Time: now.UTC().Format(timeFormat), Connection: connection, From: from}
	if v, err := parseValue(string(piece)); err == nil && utf8.Valid(piece) {
		if mask != nil && mask.value(v) || !json.Valid(piece) {
			piece = appendValue(nil, v)
		}
		e.Message = piece
		return e
	}
	if mask != nil && mask.suspects(piece) {
		e.Text = masked
		return e
	}
	if utf8.Valid(piece) {
		e.Text = string(piece)
		return e
	}
	e.Bytes = base64.StdEncoding.EncodeToString(piece)
	return e
}

// maxEntry bounds the length of a line of a recording, in bytes.
const maxEntry = 256 << 20

// readRecording reads a recording.
func readRecording(r io.Reader, name string) ([]entry, error) {
	var all []entry
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxEntry)
	n := 1
	for ; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var e entry
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return nil, fmt.Errorf("%s:%d: not a line of a recording: %w", name, n, err)
		}
		if e.From != fromClient && e.From != fromServer {
			return nil, fmt.Errorf("%s:%d: not a line of a recording: from is %q", name, n, e.From)
		}
		all = append(all, e)
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("%s:%d: not a line of a recording: longer than %d MiB", name, n, maxEntry>>20)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return all, nil
}
