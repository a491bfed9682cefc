package golang

import (
	"testing"

	"github.com/qapi-go/qapi-go/ir"
)

// TestLongCycles generates structs that contain each other by value: a pointer stands
// where Go needs one, however long the cycle is, and nowhere else.
func TestLongCycles(t *testing.T) {
	b := newBuilder()
	b.object("Leaf", "", "x:int")
	one, two, three := b.object("One", "", ""), b.object("Two", "", ""), b.object("Three", "", "")
	outside := b.object("Outside", "", "one:One leaf:Leaf") // leads to the cycle, and is in none
	b.enum("Kind", "deep")
	union := b.union("Deep", "kind:Kind", "kind", "deep:Leaf")
	heir := b.object("Heir", "Outside", "")
	set := func(s *ir.Struct, words string) { s.Members = b.members(s, words) }
	set(one, "two:Two leaf:Leaf")
	set(two, "three:Three *one:One many:[One]")
	set(three, "one:One outside:Leaf")
	set(heir, "deep:Deep")
	union.Base.Members = append(union.Base.Members, b.members(union, "heir:Heir")...)
	_ = outside
	// What has the members of a cycle without being in it holds them by value.
	b.command("run", "one:One heir:Heir", "")
	b.event("RAN", "three:Three")
	contains(t, source(t, b, Options{}),
		"type One struct { Two *Two `json:\"two\"` Leaf Leaf `json:\"leaf\"` }",
		"type Two struct { Three *Three `json:\"three\"` One *One `json:\"one,omitzero\"` Many []One `json:\"many\"` }",
		"type Three struct { One *One `json:\"one\"` Outside Leaf `json:\"outside\"` }",
		"type Outside struct { One One `json:\"one\"` Leaf Leaf `json:\"leaf\"` }",
		"type Heir struct { One One `json:\"one\"` Leaf Leaf `json:\"leaf\"` Deep *Deep `json:\"deep\"` }",
		"type Deep struct { Kind Kind `json:\"kind\"` Heir *Heir `json:\"heir\"`",
		"type RunArgs struct { One One `json:\"one\"` Heir Heir `json:\"heir\"` }",
		"type RanEvent struct { Three Three `json:\"three\"`",
	)
}
