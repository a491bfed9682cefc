package qmp

// callIDs hands out the ids of calls. They are used again, once the reply has come, so that they
// stay short: QEMU reads its input byte by byte, and spends about 5 µs on each byte. With ids of
// six digits query-status takes an eighth longer than with ids of one digit.
//
// The zero value is ready for use. The methods are called with Client.mu held.
type callIDs struct {
	last    uint64 // the id handed out last
	largest uint64 // of the ids handed out so far
	retired uint64 // the ids up to this one are not used again
}

// shortIDs is how many ids are in use, unless more calls are pending.
const shortIDs = 99

// next returns an id that no pending call has.
func (ids *callIDs) next(pending *callTable) uint64 {
	if pending.len() >= shortIDs {
		ids.last = ids.largest + 1
	} else {
		for used := true; used; used = pending.get(ids.last) != nil {
			if ids.last++; ids.last > ids.retired+shortIDs {
				ids.last = ids.retired + 1
			}
		}
	}
	ids.largest = max(ids.largest, ids.last)
	return ids.last
}

// retire ends the use of all ids handed out so far: a call was forgotten whose reply might still
// come.
func (ids *callIDs) retire() { ids.retired, ids.last = ids.largest, ids.largest }
