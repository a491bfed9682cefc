package wire_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A sharedItem has a member of each kind that shares allocations within a message.
type sharedItem struct {
	Name  string        `json:"name"`
	Words []string      `json:"words,omitzero"`
	Parts []sharedItem  `json:"parts,omitzero"`
	Link  *sharedItem   `json:"link,omitzero"`
	Small []sharedSmall `json:"small,omitzero"`
	N     *int64        `json:"n,omitzero"`
}

type sharedSmall struct {
	X int64 `json:"x"`
}

// sharedMessage returns a value with many short lists and pointers, and its JSON.
func sharedMessage(n int) (list []sharedItem) {
	for i := range n {
		number := int64(i)
		item := sharedItem{Name: fmt.Sprint("item", i), N: &number}
		for k := range i % 7 {
			item.Words = append(item.Words, fmt.Sprint("w", i, ".", k))
			item.Small = append(item.Small, sharedSmall{int64(100*i + k)})
		}
		if i%3 == 0 {
			item.Link = &sharedItem{Name: fmt.Sprint("link", i), Parts: []sharedItem{{Name: "in link", Small: []sharedSmall{{7}}}}}
		}
		if i%4 == 0 {
			item.Parts = sharedMessage(i / 4)
		}
		list = append(list, item)
	}
	return list
}

// TestSharedRoom checks that values in one allocation are independent of each other, both after
// decoding and when a program appends to a list.
func TestSharedRoom(t *testing.T) {
	want := sharedMessage(60)
	text, err := wire.Append(nil, &want, wire.Strict)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // scratch memory is reused
		var got []sharedItem
		if err := wire.Decode(text, &got, wire.Strict); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatal("the message is read wrong")
		}
		appendAll(got)
		if again, err := wire.Append(nil, &got, wire.Strict); err != nil || string(again) != string(text) {
			t.Fatal("appending to a list changed another")
		}
		// A failed message leaves nothing for the next one.
		bad := strings.Replace(string(text), `"n":41`, `"n":"41"`, 1)
		if err := wire.Decode([]byte(bad), new([]sharedItem), wire.Strict); err == nil {
			t.Fatal("a string is read as an integer")
		}
	}
}

// appendAll appends to each list and discards the result.
func appendAll(list []sharedItem) {
	_ = append(list, sharedItem{Name: "more"})
	for i := range list {
		_ = append(list[i].Words, "more")
		_ = append(list[i].Small, sharedSmall{-1})
		appendAll(list[i].Parts)
		if list[i].Link != nil {
			appendAll(list[i].Link.Parts)
		}
	}
}
