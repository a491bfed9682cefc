package main

import (
	"os/exec"
	"regexp"
	"strconv"
)

var clientRows = []row{
	{"caller", "one caller, p50 against a stub", callerRow},
	{"callers", "eight callers against that stub", callersRow},
	{"live", "against a real QEMU, calls per second", liveRow},
	{"events", "typed events per second from that stub", eventsRow},
	{"idle", "an idle client", idleRow},
}

func callerRow(l *lab) ([]figure, error) {
	m, err := l.goBench("qmp", "^BenchmarkStubInTurns$", "40x", l.rounds)
	if err != nil {
		return nil, err
	}
	return []figure{
		{what: "one caller, p50 against a stub", yardstick: "`net.Conn` + bufio loop that sends the same bytes and decodes nothing", unit: "×",
			must: 1.2, aim: 1.1, values: m["BenchmarkStubInTurns client/bare"]},
		{what: "– such a loop that decodes replies with `encoding/json`", yardstick: "the same", unit: "×",
			values: m["BenchmarkStubInTurns json/bare"]},
	}, nil
}

func liveRow(l *lab) ([]figure, error) {
	if _, err := exec.LookPath("qemu-system-x86_64"); err != nil {
		return nil, missing("qemu-system-x86_64 in PATH")
	}
	m, err := l.goBench("qmp", "^BenchmarkLiveInTurns$", "20x", l.rounds)
	if err != nil {
		return nil, err
	}
	return []figure{{what: "against a real QEMU, calls per second", yardstick: "`net.Conn` loop that sends the same bytes and decodes nothing", unit: "×",
		must: 0.95, atLeast: true, values: inverse(m["BenchmarkLiveInTurns client/bare"])}}, nil
}

func eventsRow(l *lab) ([]figure, error) {
	m, err := l.goBench("qmp", "^BenchmarkEvents$/^(encoding-json|client)$", "3x", l.rounds)
	if err != nil {
		return nil, err
	}
	return []figure{{what: "typed events per second from that stub", yardstick: "`encoding/json`, same types", unit: "×", must: 3.5, atLeast: true,
		values: ratios(m["BenchmarkEvents/client events/s"], m["BenchmarkEvents/encoding-json events/s"])}}, nil
}

// idleLine matches the log of the test that opens many clients.
var idleLine = regexp.MustCompile(`an idle client needs ([\d.]+) goroutines, [\d.]+ descriptors, (\d+) bytes`)

func idleRow(l *lab) ([]figure, error) {
	var bytes, goroutines []float64
	for range min(3, l.rounds) {
		out, err := l.goTest("qmp", "^TestScaleClients$")
		if err != nil {
			return nil, err
		}
		m := idleLine.FindStringSubmatch(out)
		if m == nil {
			return nil, missing("the test of many clients, which logs what one needs")
		}
		g, _ := strconv.ParseFloat(m[1], 64)
		b, _ := strconv.ParseFloat(m[2], 64)
		bytes, goroutines = append(bytes, b/1e3), append(goroutines, g)
	}
	return []figure{
		{what: "an idle client", yardstick: "memory", unit: " KB", must: 5, values: bytes},
		{what: "– goroutines", must: 1, values: goroutines},
	}, nil
}
