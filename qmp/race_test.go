//go:build race

package qmp_test

// raceDetector makes a program about ten times slower.
const raceDetector = true
