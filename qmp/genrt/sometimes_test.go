package genrt_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/genrt"
)

func TestSometimes(t *testing.T) {
	answer := func(reply string) qmp.Caller {
		return qmp.CallerFunc(func(_ context.Context, req *qmp.Request) error {
			*req.Result.(*json.RawMessage) = json.RawMessage(reply)
			return nil
		})
	}
	type info struct {
		Size int64 `json:"size"`
	}
	for _, reply := range []string{`{}`, `{ }`} {
		if got, err := genrt.Sometimes[info](t.Context(), answer(reply), "c", nil); got != nil || err != nil {
			t.Errorf("%s: %v, %v", reply, got, err)
		}
		if got, err := genrt.SometimesList[int](t.Context(), answer(reply), "c", nil); got != nil || err != nil {
			t.Errorf("%s: %v, %v", reply, got, err)
		}
	}
	if got, err := genrt.Sometimes[info](t.Context(), answer(`{"size": 3}`), "c", nil); err != nil || got == nil || got.Size != 3 {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := genrt.SometimesList[int](t.Context(), answer(`[]`), "c", nil); err != nil || got == nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := genrt.Sometimes[info](t.Context(), answer(`{"size": "x"}`), "c", nil); err == nil {
		t.Errorf("%v is what a string was decoded to", got)
	}
}
