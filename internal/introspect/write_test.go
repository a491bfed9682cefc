package introspect_test

import (
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/introspect"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
)

// TestWriteNothing checks what a server without commands and events answers.
func TestWriteNothing(t *testing.T) {
	var b strings.Builder
	if err := introspect.Write(&b, schematest.Text(t, "{ 'struct': 'Tree', 'data': { 'height': 'int' } }\n")); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != "[]\n" {
		t.Errorf("got %q", got)
	}
}
