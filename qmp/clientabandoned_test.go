package qmp

import "testing"

// abandonedCalls returns a client with n calls that were sent and given up, and their ids.
func abandonedCalls(n int) (c *Client, ids []uint64) {
	c = new(Client)
	c.sending, c.turn.taken = true, true // nobody writes or reads
	for range n {
		call := new(call)
		c.enqueue(call)
		call.unsent = false
		c.abandon(call)
		ids = append(ids, call.id)
	}
	return c, ids
}

// Late replies to calls that were given up cost the same however many there are, if they come in
// order.
func TestLateRepliesInOrder(t *testing.T) {
	c, ids := abandonedCalls(1000)
	allocations := testing.AllocsPerRun(len(ids)-1, func() {
		c.settle(&message{id: ids[0], hasID: true, ownID: true}, nil)
		ids = ids[1:]
	})
	if allocations > 0 || c.pending.len() != 0 || c.abandoned != 0 {
		t.Errorf("%v allocations for a late reply; then %d calls are pending, %d given up", allocations, c.pending.len(), c.abandoned)
	}
}

// The late reply to one call ends all that were sent before it and given up, in whatever order they
// were, and no other.
func TestLateRepliesOutOfOrder(t *testing.T) {
	c, ids := abandonedCalls(10)
	for _, step := range []struct{ answered, left int }{
		{4, 5}, {1, 5}, {4, 5}, {8, 1}, {6, 1}, {9, 0},
	} {
		c.settle(&message{id: ids[step.answered], hasID: true, ownID: true}, nil)
		if c.pending.len() != step.left || c.abandoned != step.left {
			t.Errorf("after reply %d: %d calls are pending, %d given up; want %d", step.answered, c.pending.len(), c.abandoned, step.left)
		}
	}
	// One that was sent earlier than those given up before.
	early, late := new(call), new(call)
	for _, call := range []*call{early, late} {
		c.enqueue(call)
		call.unsent = false
	}
	c.abandon(late)
	c.abandon(early)
	c.settle(&message{id: late.id, hasID: true, ownID: true}, nil)
	if c.pending.len() != 0 {
		t.Errorf("%d calls are pending", c.pending.len())
	}
}
