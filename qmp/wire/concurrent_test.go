package wire_test

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// TestConcurrent compiles plans of types that refer to each other in many goroutines at once, while
// the garbage collector runs.
func TestConcurrent(t *testing.T) {
	stop := make(chan struct{})
	go func() {
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	}()
	defer close(stop)
	var group sync.WaitGroup
	for k := range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			// A type for which no other test compiles a plan.
			fields := []reflect.StructField{
				{Name: "Nodes", Type: reflect.TypeFor[[]Node](), Tag: `json:"nodes"`},
				{Name: "Tree", Type: reflect.TypeFor[*Tree](), Tag: `json:"tree,omitzero"`},
				{Name: fmt.Sprintf("F%d", k/2), Type: reflect.TypeFor[*string](), Tag: `json:"f,omitzero"`},
			}
			typ := reflect.StructOf(fields)
			text := `{"nodes":[` + strings.Repeat(`{"driver":"qcow2","file":{"driver":"nbd","type":"inet","host":"a host","port":"5"}},`, 50) +
				`{"driver":"null"}],"tree":{"name":"` + strings.Repeat("x", 600) + `","children":[{"name":"a"},{"name":"b"},{"name":"c"}]},"f":"f"}`
			for range 20 {
				v := reflect.New(typ).Interface()
				if err := wire.Decode([]byte(text), v, wire.Strict); err != nil {
					t.Error(err)
					return
				}
				got, err := wire.Append(nil, v, wire.Strict)
				if err != nil || string(got) != text {
					t.Errorf("got %s, %v", got, err)
					return
				}
			}
		}()
	}
	group.Wait()
}
