package wire_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// Task is a union in some releases and a struct in others, which do not send the discriminator and
// have the members of all branches.
type Task struct {
	ID     string     `json:"id"`
	Sort   *string    `json:"sort,omitzero"`
	Speed  *int64     `json:"speed,omitzero"`
	Target *string    `json:"target,omitzero"`
	Branch TaskBranch `json:"-"`
}

type TaskBranch interface{ isTaskBranch() }

type TaskCopy struct {
	Speed int64 `json:"speed"`
}

type TaskSync struct {
	Target *string `json:"target,omitzero"`
}

type TaskOther struct{ wire.Unknown }

func (*TaskCopy) isTaskBranch()  {}
func (*TaskSync) isTaskBranch()  {}
func (*TaskOther) isTaskBranch() {}

func (*Task) WireUnion() *wire.Union {
	return &wire.Union{Tag: "sort", Shared: []string{"speed", "target"}, Unknown: (*TaskOther)(nil), Branches: []wire.UnionBranch{
		{Value: "copy", Type: (*TaskCopy)(nil)}, {Value: "sync", Type: (*TaskSync)(nil)}, {Value: "none"}}}
}

// TestOptionalDiscriminator decodes what servers of both kinds send, with the members in every
// order, and encodes it again unchanged.
func TestOptionalDiscriminator(t *testing.T) {
	tests := []struct {
		members []string
		want    Task
	}{
		{[]string{`"id":"a"`}, Task{ID: "a"}},
		{[]string{`"id":"a"`, `"speed":5`}, Task{ID: "a", Speed: ptr(int64(5))}},
		{[]string{`"id":"a"`, `"speed":5`, `"target":"t"`}, Task{ID: "a", Speed: ptr(int64(5)), Target: ptr("t")}},
		{[]string{`"id":"a"`, `"sort":"copy"`, `"speed":5`}, Task{ID: "a", Sort: ptr("copy"), Branch: &TaskCopy{Speed: 5}}},
		{[]string{`"id":"a"`, `"sort":"sync"`}, Task{ID: "a", Sort: ptr("sync"), Branch: &TaskSync{}}},
		{[]string{`"id":"a"`, `"sort":"sync"`, `"target":"t"`}, Task{ID: "a", Sort: ptr("sync"), Branch: &TaskSync{Target: ptr("t")}}},
		{[]string{`"id":"a"`, `"sort":"sync"`, `"speed":5`}, Task{ID: "a", Sort: ptr("sync"), Speed: ptr(int64(5)), Branch: &TaskSync{}}},
		{[]string{`"id":"a"`, `"sort":"none"`, `"speed":5`}, Task{ID: "a", Sort: ptr("none"), Speed: ptr(int64(5))}},
		{[]string{`"id":"a"`, `"sort":""`, `"speed":5`}, Task{ID: "a", Sort: ptr(""), Speed: ptr(int64(5)), Branch: &TaskOther{}}},
		{[]string{`"id":"a"`, `"sort":"new"`, `"speed":5`}, Task{ID: "a", Sort: ptr("new"), Speed: ptr(int64(5)), Branch: &TaskOther{}}},
	}
	for _, test := range tests {
		var text string
		for _, order := range permutations(test.members) {
			text = `{` + strings.Join(order, `,`) + `}`
			padding := strings.Repeat(" ", 32) // keeps names away from the end of the input
			for _, mode := range []wire.Mode{wire.Tolerant, wire.Strict} {
				if mode == wire.Strict && test.want.Branch != nil && reflect.DeepEqual(test.want.Branch, &TaskOther{}) {
					continue
				}
				for _, before := range []string{`{"id":"a","speed":5}`, `{"id":"a","target":"t"}`, `{"speed":5}`, `{"target":"t"}`} {
					// From here on the members of this object are expected.
					if err := wire.Decode([]byte(before+padding), new(Task), wire.Tolerant); err != nil {
						t.Fatal(err)
					}
					var got Task
					if err := wire.Decode([]byte(text+padding), &got, mode); err != nil || !reflect.DeepEqual(got, test.want) {
						t.Errorf("Decode(%s) after %s: %+v, %v", text, before, got, err)
					}
				}
			}
		}
		again, err := wire.Append(nil, &test.want, wire.Tolerant)
		var back Task
		if err != nil || len(again) != len(text) || wire.Decode(again, &back, wire.Tolerant) != nil || !reflect.DeepEqual(back, test.want) {
			t.Errorf("written as %s, %v; want the members of %s", again, err, text)
		}
	}
}

// TestSharedTwice checks that a member that is set both in the union and in its branch is refused.
func TestSharedTwice(t *testing.T) {
	v := Task{ID: "a", Sort: ptr("copy"), Speed: ptr(int64(1)), Branch: &TaskCopy{Speed: 2}}
	if text, err := wire.Append(nil, &v, wire.Tolerant); err == nil || !strings.Contains(err.Error(), "speed") {
		t.Errorf("%s, error %v", text, err)
	}
}
