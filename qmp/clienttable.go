package qmp

// A callTable holds calls by id. The only call of a client with one caller needs no map, which it
// would be added to and removed from again at once.
//
// The zero value is empty.
type callTable struct {
	first *call            // one of the calls; nil if it was removed
	rest  map[uint64]*call // the others; nil if there was one call at a time
}

// len returns the number of calls.
func (t *callTable) len() int {
	n := len(t.rest)
	if t.first != nil {
		n++
	}
	return n
}

// get returns the call with an id, or nil.
//
//go:noinline
func (t *callTable) get(id uint64) *call {
	if t.first != nil && t.first.id == id {
		return t.first
	}
	return t.rest[id]
}

// add adds a call, whose id no other call has.
func (t *callTable) add(call *call) {
	if t.first == nil {
		t.first = call
		return
	}
	t.addToRest(call)
}

//go:noinline
func (t *callTable) addToRest(c *call) {
	if t.rest == nil {
		t.rest = make(map[uint64]*call)
	}
	t.rest[c.id] = c
}

// remove removes a call.
func (t *callTable) remove(call *call) {
	if t.first == call {
		t.first = nil
		return
	}
	delete(t.rest, call.id)
}

// all returns the calls, in no order.
//
//go:noinline
func (t *callTable) all() []*call {
	var calls []*call
	if t.first != nil {
		calls = append(calls, t.first)
	}
	for _, call := range t.rest {
		calls = append(calls, call)
	}
	return calls
}
