package qmp

import "testing"

// TestCallTable compares a table with a map while calls come and go in every order that three ids
// allow.
func TestCallTable(t *testing.T) {
	const ids, steps = 3, 6
	var calls [ids]*call
	for id := range calls {
		calls[id] = &call{id: uint64(id)}
	}
	for way := range 729 { // ids to the power of steps
		var table callTable
		want := map[uint64]*call{}
		for range steps {
			c := calls[way%ids]
			way /= ids
			if want[c.id] == nil {
				table.add(c)
				want[c.id] = c
			} else {
				table.remove(c)
				delete(want, c.id)
			}
			all := table.all()
			if table.len() != len(want) || len(all) != len(want) {
				t.Fatalf("%d calls, all are %d, want %d", table.len(), len(all), len(want))
			}
			for _, c := range all {
				if want[c.id] != c {
					t.Fatalf("call %d is still there", c.id)
				}
			}
			for id := range uint64(ids) {
				if table.get(id) != want[id] {
					t.Fatalf("call %d: got %v, want %v", id, table.get(id), want[id])
				}
			}
		}
	}
}
