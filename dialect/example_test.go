package dialect_test

import (
	"fmt"

	"github.com/qapi-go/qapi-go/dialect"
)

func ExampleParse() {
	for _, s := range []string{"2.12.1", "2.3.50", "11.1.0"} {
		r, err := dialect.Parse(s)
		fmt.Println(s, r, err)
	}
	// Output:
	// 2.12.1 2.12 <nil>
	// 2.3.50 2.4 <nil>
	// 11.1.0 10.2 <nil>
}

// A schema from the development of 6.2 may still use what 6.2 drops and already use what it
// adds.
func ExampleRange() {
	r := dialect.Range{First: dialect.Of(6, 1), Last: dialect.Of(6, 2)}
	fmt.Println(r.Before(6, 2), r.Since(6, 2), r.Since(7, 0))
	// Output: true true false
}
