package qga

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

// known is what the client knows about the agent.
type known struct {
	echoesIDs   bool // QEMU 4.0 and later
	refusesIDs  bool // before 4.0: every command with an id fails
	noDelimited bool // before QEMU 1.1: there is guest-sync only
}

// A syncRequest is a synchronization to send, in one of its forms.
type syncRequest struct {
	first, last uint64 // the numbers of all attempts
	withID      bool
	delimited   bool
	reset       bool // the byte 0xFF goes first

	afterByte bool // the byte 0xFF was received after it
}

// newSync returns the request of an attempt, counted from 0. As long as the forms that the agent
// supports are not known, some attempts have no id, and some no byte 0xFF: agents of QEMU 0.15 to
// 1.0 drop input that was read together with that byte.
func (c *Client) newSync(attempt int) syncRequest {
	id := c.newID()
	s := syncRequest{first: id, last: id, delimited: !c.noDelimited, reset: !c.noDelimited}
	attempt %= 4
	s.withID = c.hasIDs() || !c.refusesIDs && attempt < 2
	s.reset = s.reset && (c.hasIDs() || attempt < 3)
	return s
}

// append appends the text of the request.
func (s *syncRequest) append(buf []byte) []byte {
	if s.reset {
		buf = append(buf, sentinel)
	}
	command := `{"execute":"guest-sync","arguments":{"id":`
	if s.delimited {
		command = `{"execute":"guest-sync-delimited","arguments":{"id":`
	}
	buf = append(appendID(append(buf, command...), s.last), '}')
	if s.withID {
		buf = appendID(append(buf, `,"id":`...), s.last)
	}
	return append(buf, "}\n"...)
}

// isAnswer reports whether a message is the reply to the request. It must be called with each
// message.
func (s *syncRequest) isAnswer(m *message) bool {
	s.afterByte = s.afterByte || m.kind == sentinelMessage
	return m.returns(s.first, s.last) && (s.afterByte || !s.delimited)
}

// hasIDs reports whether commands are sent with ids.
func (c *Client) hasIDs() bool { return c.opts.ids || c.echoesIDs }

// newID returns a number that, most likely, was not used before on the channel.
func (c *Client) newID() uint64 {
	c.lastID++
	return c.lastID
}

// Sync synchronizes with the agent: it sends a byte 0xFF and guest-sync-delimited, or guest-sync
// to agents of QEMU 0.15 to 1.0, and drops all input before the reply. It tries again, with a new
// number, until the agent answers or the context is done: see [WithRetry]. Calls synchronize by
// themselves when necessary.
func (c *Client) Sync(ctx context.Context) error {
	if err := c.acquire(ctx); err != nil {
		return err
	}
	defer c.release()
	return c.sync(ctx)
}

// errOtherForm reports that the agent does not support the form of a synchronization.
var errOtherForm = errors.New("another form of synchronization is needed")

// errLate reports the reply to an earlier synchronization: the agent is slow.
var errLate = errors.New("an earlier synchronization was answered")

// lateFactor is how many intervals to wait for the last attempt after the reply to an earlier one.
// Otherwise, if each reply took longer than the interval, the next attempt would always be sent
// before the reply to the last one.
const lateFactor = 8

func (c *Client) sync(ctx context.Context) error {
	c.stale = true
	earliest := c.lastID + 1
	x := c.begin()
	defer c.finish(x)
	opens := x
	refusable := 0 // attempts with guest-sync-delimited that were not refused
	for attempt := 0; ; attempt++ {
		s := c.newSync(attempt)
		if err := c.put(ctx, outgoing{s.append(nil), opens}); err != nil {
			return x.explain(ctx, err)
		}
		opens = nil
		if s.delimited {
			refusable++
		}
		err := c.awaitSync(ctx, c.opts.retry, x, &s, earliest, &refusable)
		for err == errLate {
			err = c.awaitSync(ctx, lateFactor*c.opts.retry, x, &s, earliest, &refusable)
		}
		switch {
		case err == nil:
			c.stale = false
			c.lineEnds.Store(c.noDelimited)
			return nil
		case ctx.Err() != nil:
			return x.explain(ctx, ctx.Err())
		case err == errOtherForm:
		case !errors.Is(err, context.DeadlineExceeded):
			return err
		default:
			// Old input may have begun a message that only the byte 0xFF ends, which
			// agents with guest-sync alone do not send.
			c.lineEnds.Store(true)
		}
	}
}

// awaitSync waits for the reply to the last attempt. The error is errLate for the reply to an
// earlier one, with a number from earliest on, since more replies follow it.
func (c *Client) awaitSync(
	ctx context.Context, wait time.Duration, x *exchange, s *syncRequest, earliest uint64, refusable *int,
) error {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	for {
		m, err := c.nextMessage(ctx, x)
		if err != nil {
			return err
		}
		c.echoesIDs = c.echoesIDs || m.isReply() && m.id == string(appendID(nil, s.last))
		switch {
		case s.isAnswer(&m):
			c.synced = m.number
			c.refusesIDs = c.refusesIDs || s.withID && m.id == "" // or ignores them
			return nil
		case m.returns(earliest, s.first-1):
			return errLate
		case m.kind == greetingMessage:
			return &qmp.ProtocolError{Reason: "this is a QMP monitor, not a guest agent", Input: string(excerpt(m.text))}
		case m.kind == errorMessage:
			if err := c.refused(&m, refusable); err != nil {
				return err
			}
		}
	}
}

// refused records which form of synchronization an error refuses, if any: the byte 0xFF and old
// input in the channel also cause errors.
func (c *Client) refused(m *message, refusable *int) error {
	e := m.failure()
	unknown := e.Class == qmp.ClassCommandNotFound && (strings.Contains(e.Desc, "guest-sync") || !strings.Contains(e.Desc, "guest-"))
	switch {
	case unknown && *refusable > 0:
		*refusable--
		if c.noDelimited {
			return nil // the reply to an earlier attempt
		}
		c.noDelimited = true
		return errOtherForm
	case unknown:
		return &qmp.ProtocolError{Reason: "the agent has neither guest-sync-delimited nor guest-sync", Input: string(excerpt(m.text))}
	case !c.refusesIDs && !c.opts.ids && (strings.Contains(e.Desc, "'id'") || e.Class == "QMPExtraInputObjectMember"):
		c.refusesIDs, c.echoesIDs = true, false
		return errOtherForm
	}
	return nil
}

// failure returns the error in an error reply, or an empty one if it cannot be parsed.
func (m *message) failure() (e qmp.Error) {
	var raw struct {
		Error qmp.Error `json:"error"`
	}
	if wire.Decode(m.text, &raw, wire.Tolerant) != nil {
		return e
	}
	return raw.Error
}
