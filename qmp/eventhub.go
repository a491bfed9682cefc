package qmp

import (
	"encoding/json"
	"slices"
	"sync"
	"sync/atomic"
)

// A hub distributes the events of a client or session to the queues of its subscriptions.
type hub struct {
	client  *Client      // nil for a Session
	awaited atomic.Int32 // calls of next that wait

	mu     sync.Mutex
	topics map[string]*topic
	all    []*eventQueue // the queues of subscriptions to all events
	err    error         // set when the connection or session has ended

	// distribute and finish, set by the first subscription, so that programs without
	// subscriptions do not link them.
	onEvent func(h *hub, name, data, time []byte)
	onEnd   func(h *hub)

	chunk []byte // holds the data of the last events
}

// A topic is the events of one name.
type topic struct {
	name string
	subs []*eventQueue // with that name
}

const (
	maxTopics = 256  // limit on names that are kept; QEMU has about 60 events
	chunkSize = 4096 // bytes allocated at once for the data of events
)

func (h *hub) subscribe(opts subscribeOptions) *eventQueue {
	opts.names = slices.Compact(slices.Sorted(slices.Values(opts.names)))
	if opts.queue <= 0 {
		opts.queue = DefaultQueue
	}
	s := &eventQueue{hub: h, opts: opts, ready: make(chan struct{}, 1)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.err != nil {
		s.finish(h.err)
		return s
	}
	h.onEvent, h.onEnd = (*hub).distribute, (*hub).finish
	if len(s.opts.names) == 0 {
		h.all = append(h.all, s)
	}
	for _, name := range s.opts.names {
		t := h.topics[name]
		if t == nil {
			t = h.newTopic(name)
			h.topics[name] = t
		}
		t.subs = append(t.subs, s)
	}
	return s
}

// await makes the client read while a call of next waits. The call ends with awaitDone.
func (h *hub) await() {
	h.awaited.Add(1) // first, so that whoever has the turn gives it up for a short time only
	if h.client != nil {
		h.client.readInBackground()
	}
}

func (h *hub) awaitDone() { h.awaited.Add(-1) }

func (h *hub) newTopic(name string) *topic {
	if h.topics == nil {
		h.topics = make(map[string]*topic)
	}
	return &topic{name: name}
}

func (h *hub) remove(s *eventQueue) {
	h.mu.Lock()
	defer h.mu.Unlock()
	is := func(other *eventQueue) bool { return other == s }
	h.all = slices.DeleteFunc(h.all, is)
	for _, name := range s.opts.names {
		if t := h.topics[name]; t != nil {
			t.subs = slices.DeleteFunc(t.subs, is)
			if len(t.subs) == 0 {
				delete(h.topics, name)
			}
		}
	}
}

// publish puts an event into the queues of its subscriptions.
func (h *hub) publish(name, data, time []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.onEvent != nil {
		h.onEvent(h, name, data, time)
	}
}

// distribute is publish with h.mu held. It drops an event whose timestamp cannot be parsed.
func (h *hub) distribute(name, data, time []byte) {
	t := h.topics[string(name)]
	if len(h.all) == 0 && (t == nil || len(t.subs) == 0) {
		return
	}
	var at Timestamp
	if len(time) > 0 {
		var err error
		if at, err = parseTimestamp(time); err != nil {
			return
		}
	}
	if t == nil {
		t = h.newTopic(string(name))
		if len(h.topics) < maxTopics { // so that later events share the string
			h.topics[t.name] = t
		}
	}
	ev := UnknownEvent{Name: t.name, Data: h.copy(data), Timestamp: at}
	for _, s := range h.all {
		s.put(&ev)
	}
	for _, s := range t.subs {
		s.put(&ev)
	}
}

// pass puts an event of another hub into the queues of its subscriptions.
func (h *hub) pass(ev *UnknownEvent) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.all {
		s.put(ev)
	}
	if t := h.topics[ev.Name]; t != nil {
		for _, s := range t.subs {
			s.put(ev)
		}
	}
}

// interrupt records in all queues that events may be missing since the session has reconnected.
func (h *hub) interrupt() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.all {
		s.interrupt()
	}
	for _, t := range h.topics {
		for _, s := range t.subs {
			s.interrupt()
		}
	}
}

// copy returns a copy of the data of an event, or nil if there is none.
func (h *hub) copy(data []byte) json.RawMessage {
	switch {
	case data == nil:
		return nil
	case len(data) > chunkSize/4:
		return append(json.RawMessage{}, data...)
	case len(data) > cap(h.chunk)-len(h.chunk):
		h.chunk = make([]byte, 0, chunkSize)
	}
	start := len(h.chunk)
	h.chunk = append(h.chunk, data...)
	return json.RawMessage(h.chunk[start:len(h.chunk):len(h.chunk)])
}

// close ends all present and future subscriptions.
func (h *hub) close(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.err = err
	if h.onEnd != nil {
		h.onEnd(h)
	}
}

// finish ends the present subscriptions, with h.mu held.
func (h *hub) finish() {
	for _, s := range h.all {
		s.finish(h.err)
	}
	for _, t := range h.topics {
		for _, s := range t.subs {
			s.finish(h.err)
		}
	}
	h.all, h.topics, h.chunk = nil, nil, nil
}
