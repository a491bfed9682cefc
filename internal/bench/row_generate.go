package main

var generateRows = []row{
	{"generate", "`generate`, all parts, cold", generateRow},
	{"compile", "compile CPU of the full generated package", compileRow},
	{"binary", "stripped binary of a client of one command", binaryRow},
}

func generateRow(l *lab) ([]figure, error) {
	out := l.path("generated")
	generate := []string{l.program, "generate", "--schema", l.schema("10.2.0"), "--out", out}
	took, err := l.turns(l.rounds,
		step{l.aside(out), generate},
		command("gofmt", "-l", out),
		command(append(generate, "--check")...),
		command(generate...),
	)
	if err != nil {
		return nil, err
	}
	return []figure{
		{what: "`generate`, all parts, cold", yardstick: "`gofmt -l` over that output, CPU", unit: "×", must: 1.6, aim: 1.3, values: ratios(cpu(took[0]), cpu(took[1]))},
		{what: "`generate --check` with nothing to do", yardstick: "the full run", unit: "×", must: 0.25, aim: 0.15, values: ratios(cpu(took[2]), cpu(took[0]))},
		{what: "– `generate`", yardstick: "the full run", unit: "×", values: ratios(cpu(took[3]), cpu(took[0]))},
	}, nil
}

func compileRow(l *lab) ([]figure, error) {
	m, err := l.goBench("gen/golang", "^BenchmarkCompile$", "3x", min(3, l.rounds))
	if err != nil {
		return nil, err
	}
	return []figure{{what: "compile CPU of the full generated package", yardstick: "the same types as plain structs with tags",
		unit: "×", must: 1.8, aim: 1.5, values: m["BenchmarkCompile ratio"]}}, nil
}

func binaryRow(l *lab) ([]figure, error) {
	m, err := l.goBench("gen/golang", "^BenchmarkClientSize$", "1x", 1)
	if err != nil {
		return nil, err
	}
	f := figure{what: "stripped binary of a client of one command", yardstick: "`net` + `encoding/json` program", unit: " KiB more",
		must: 0.01, aim: -500, values: m["BenchmarkClientSize more-KiB"]}
	return []figure{f}, nil
}
