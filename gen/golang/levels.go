package golang

import (
	"fmt"

	"github.com/qapi-go/qapi-go/ir"
)

// maxLevels is the maximum number of types that share a JSON object: a union, the union that is its
// branch, and so on, down to a struct. The codec, qmp/wire, has no more. QEMU's schemas have three.
const maxLevels = 4

// checkLevels returns an error if a union has too many levels, for the first that has one too many.
func checkLevels(s *ir.Schema) error {
	levels := make(map[*ir.Union]int)
	var count func(t ir.Type) int
	count = func(t ir.Type) int {
		u, ok := t.(*ir.Union)
		if !ok {
			return 1
		}
		if levels[u] == 0 {
			levels[u] = 1
			for _, b := range u.Branches {
				if b.Type != nil {
					levels[u] = max(levels[u], 1+count(b.Type))
				}
			}
		}
		return levels[u]
	}
	for _, t := range s.Types {
		u, ok := t.(*ir.Union)
		if !ok || count(u) != maxLevels+1 {
			continue
		}
		err := fmt.Errorf("union %s has more than %d levels of branches within branches, which the codec cannot decode", u.Name, maxLevels)
		if s.Fset != nil && u.Pos.IsValid() {
			err = fmt.Errorf("%s: %w", s.Fset.Position(u.Pos), err)
		}
		return err
	}
	return nil
}
