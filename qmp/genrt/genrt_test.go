package genrt_test

import (
	"context"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/genrt"
)

func TestDispatch(t *testing.T) {
	type handlers struct {
		Stop  func(context.Context) error
		Count func(context.Context) (int, error)
	}
	table := []qmp.ServerCommand{{Name: "stop"}, {Name: "count", Result: (*int)(nil)}}
	rows := genrt.Dispatch(table, &handlers{Count: func(context.Context) (int, error) { return 7, nil }})
	if len(rows) != 2 || rows[0].Name != "stop" || rows[0].Run != nil || rows[1].Name != "count" {
		t.Fatalf("got %+v", rows)
	}
	got, err := rows[1].Run(context.Background(), nil)
	if n, ok := got.(*int); err != nil || !ok || *n != 7 {
		t.Errorf("got %v, %v", got, err)
	}
	if table[1].Run != nil {
		t.Error("the table is changed, which others share")
	}
	defer func() {
		if recover() == nil {
			t.Error("a table with too few rows is accepted")
		}
	}()
	genrt.Dispatch(table[:1], &handlers{})
}
