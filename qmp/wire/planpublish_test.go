package wire

import (
	"fmt"
	"reflect"
	"runtime"
	"testing"
)

// TestPlansArePublishedWhole checks that a plan that another goroutine finds in the cache refers to
// finished plans only.
func TestPlansArePublishedWhole(t *testing.T) {
	// Types that no other test has, so many that to finish their plans takes a while.
	var outer, inner []reflect.StructField
	for i := range 50 {
		inner = append(inner, reflect.StructField{Name: fmt.Sprintf("M%d", i), Type: reflect.TypeFor[*int](), Tag: reflect.StructTag(fmt.Sprintf(`json:"m%d,omitzero"`, i))})
	}
	for i := range 100 {
		inner[0].Name = fmt.Sprintf("Own%d", i)
		outer = append(outer, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: reflect.StructOf(inner), Tag: reflect.StructTag(fmt.Sprintf(`json:"f%d"`, i))})
	}
	typ := reflect.StructOf(outer)
	done := make(chan bool)
	begun := make(chan bool)
	go func() {
		defer close(done)
		close(begun)
		for range 1_000_000 {
			if p, ok := plans.Load(typ); ok {
				for _, m := range p.(*plan).members {
					if m.plan.fields == nil {
						t.Errorf("found when its member %s had no finished plan", m.name)
						return
					}
				}
				return
			}
			runtime.Gosched()
		}
	}()
	<-begun
	if p := planOf(typ); p.err != nil || len(p.members) != len(outer) {
		t.Errorf("%d members, %v", len(p.members), p.err)
	}
	<-done
}
