//go:build !race

package qmp_test

const raceDetector = false
