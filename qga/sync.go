package qga

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

// known is what the client has learnt about the agent.
type known struct {
	echoesIDs   bool // QEMU 4.0 and later
	refusesIDs  bool // before: every command with an id fails
	noDelimited bool // before QEMU 1.1: there is guest-sync only
}

// A syncRequest is a synchronisation to be sent, in one of the forms that agents
// understand.
type syncRequest struct {
	first, last uint64 // the numbers of all attempts
	withID      bool
	delimited   bool
	reset       bool // the byte 0xFF goes first

	afterByte bool // the byte 0xFF was received since
}

// newSync returns what to send in an attempt, counted from 0. While it is not
// known what the agent understands, some attempts have no id, and some have no
// byte 0xFF: agents of QEMU 0.15 to 1.0 drop what they have read behind that.
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

// isAnswer reports whether a message is the answer. It has to see all messages.
func (s *syncRequest) isAnswer(m *message) bool {
	s.afterByte = s.afterByte || m.kind == sentinelMessage
	return m.returns(s.first, s.last) && (s.afterByte || !s.delimited)
}

// hasIDs reports whether commands are sent with ids.
func (c *Client) hasIDs() bool { return c.opts.ids || c.echoesIDs }

// newID returns a number that was not used before on the channel, most likely.
func (c *Client) newID() uint64 {
	c.lastID++
	return c.lastID
}

// Sync synchronises with the agent: it sends a byte 0xFF and guest-sync-delimited,
// and drops everything before the reply. To agents of QEMU 0.15 to 1.0, which
// do not have that command, it sends guest-sync. It asks again, with a new number,
// until the agent answers or the context is done: see [WithRetry]. Calls
// synchronise by themselves where that is needed.
func (c *Client) Sync(ctx context.Context) error {
	if err := c.acquire(ctx); err != nil {
		return err
	}
	defer c.release()
	return c.sync(ctx)
}

// errOtherForm reports that the agent needs another form of synchronisation than the one that
// was sent.
var errOtherForm = errors.New("another form of synchronisation is needed")

// errLate says that an earlier synchronisation was answered: the agent is there, and slow.
var errLate = errors.New("an earlier synchronisation was answered")

// lateFactor is how many times the interval between two attempts the answer to the last one may
// take after a late one has come. Without more time, no attempt would be answered before the next
// one is sent, where each answer takes longer than the interval.
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
		case err != errOtherForm && !errors.Is(err, context.DeadlineExceeded):
			return err
		}
	}
}

// awaitSync waits for the answer to the last attempt. Those to earlier ones, whose
// numbers are from earliest on, are not it, since more answers follow them: for
// them the error is errLate.
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

// refused notes which form of synchronisation an error refuses, if it is such an
// error: the byte 0xFF causes errors, too, and so may what was in the channel.
func (c *Client) refused(m *message, refusable *int) error {
	e := m.failure()
	unknown := e.Class == qmp.ClassCommandNotFound && (strings.Contains(e.Desc, "guest-sync") || !strings.Contains(e.Desc, "guest-"))
	switch {
	case unknown && *refusable > 0:
		*refusable--
		if c.noDelimited {
			return nil // an answer to an earlier attempt
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

// failure returns the error of an error reply; it is empty if that cannot be read.
func (m *message) failure() (e qmp.Error) {
	var raw struct {
		Error qmp.Error `json:"error"`
	}
	if wire.Decode(m.text, &raw, wire.Tolerant) != nil {
		return e
	}
	return raw.Error
}
