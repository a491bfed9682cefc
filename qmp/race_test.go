//go:build race

package qmp_test

// raceDetector reports whether the race detector is on, which makes programs about ten times
// slower.
const raceDetector = true
