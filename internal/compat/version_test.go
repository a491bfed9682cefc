package compat

import "testing"

// TestOrdinal checks that the releases of QEMU are counted one by one, and that a development
// version counts as the release that it becomes.
func TestOrdinal(t *testing.T) {
	releases := []Version{{1, 0, 0}, {1, 1, 0}, {1, 2, 0}, {1, 3, 0}, {1, 4, 0}, {1, 5, 0}, {1, 6, 0}, {1, 7, 0},
		{2, 0, 0}, {2, 1, 0}, {2, 2, 0}, {2, 3, 0}, {2, 4, 0}, {2, 5, 0}, {2, 6, 0}, {2, 7, 0}, {2, 8, 0}, {2, 9, 0}, {2, 10, 0}, {2, 11, 0}, {2, 12, 0},
		{3, 0, 0}, {3, 1, 0}, {4, 0, 0}, {4, 1, 0}, {4, 2, 0}, {5, 0, 0}, {5, 1, 0}, {5, 2, 0}, {6, 0, 0}, {6, 1, 0}, {6, 2, 0}, {7, 0, 0},
		{7, 1, 0}, {7, 2, 0}, {8, 0, 0}, {8, 1, 0}, {8, 2, 0}, {9, 0, 0}, {9, 1, 0}, {9, 2, 0}, {10, 0, 0}, {10, 1, 0}, {10, 2, 0}, {11, 0, 0}}
	for i, v := range releases {
		stable, development := v, v
		stable.Micro, development.Micro = 49, 50
		if got, fixed, next := v.ordinal(), stable.ordinal(), development.ordinal(); got != i || fixed != i || next != i+1 {
			t.Errorf("%v, stable and development: %d, %d, %d; want %d, %[5]d, %d", v, got, fixed, next, i, i+1)
		}
	}
	if got := (Version{0, 15, 50}).ordinal(); got != 0 {
		t.Errorf("before 1.0: %d", got)
	}
}
