package wire_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// Level1 to Level4 are unions, each of which is a branch of the one before.
type (
	Level1 struct {
		K1     string      `json:"k1"`
		Branch levelBranch `json:"-"`
	}
	Level2 struct {
		K2     string      `json:"k2"`
		Branch levelBranch `json:"-"`
	}
	Level3 struct {
		K3     string      `json:"k3"`
		Branch levelBranch `json:"-"`
	}
	Level4 struct {
		K4     string      `json:"k4"`
		Branch levelBranch `json:"-"`
	}
	LevelLeaf struct {
		X int64 `json:"x"`
	}
	levelBranch interface{ isLevelBranch() }
)

func (*Level2) isLevelBranch()    {}
func (*Level3) isLevelBranch()    {}
func (*Level4) isLevelBranch()    {}
func (*LevelLeaf) isLevelBranch() {}

func levelUnion(tag string, next levelBranch) wire.Union {
	return wire.Union{Tag: tag, Branches: []wire.UnionBranch{{Value: "leaf", Type: (*LevelLeaf)(nil)}, {Value: "more", Type: next}}}
}

var (
	level1 = levelUnion("k1", (*Level2)(nil))
	level2 = levelUnion("k2", (*Level3)(nil))
	level3 = levelUnion("k3", (*Level4)(nil))
	level4 = levelUnion("k4", (*LevelLeaf)(nil))
)

func (*Level1) WireUnion() *wire.Union { return &level1 }
func (*Level2) WireUnion() *wire.Union { return &level2 }
func (*Level3) WireUnion() *wire.Union { return &level3 }
func (*Level4) WireUnion() *wire.Union { return &level4 }

// TestLevels decodes unions within unions, to the number of levels that gen/golang allows: 4. With
// one more they are refused.
func TestLevels(t *testing.T) {
	deepest := &Level1{"more", &Level2{"more", &Level3{"leaf", &LevelLeaf{7}}}}
	for _, text := range []string{`{"k1":"more","k2":"more","k3":"leaf","x":7}`, `{"x":7,"k3":"leaf","k2":"more","k1":"more"}`} {
		var got Level1
		if err := wire.Decode([]byte(text), &got, wire.Strict); err != nil || !reflect.DeepEqual(&got, deepest) {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	var got Level1
	err := wire.Decode([]byte(`{"k1":"more","k2":"more","k3":"more","k4":"leaf","x":7}`), &got, wire.Tolerant)
	if err == nil || !strings.Contains(err.Error(), "too many unions in each other's branches") {
		t.Errorf("five levels: %v", err)
	}
}
