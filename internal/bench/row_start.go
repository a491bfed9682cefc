package main

import "os"

var startRows = []row{{"start", "start (`version`)", startRow}}

func startRow(l *lab) ([]figure, error) {
	empty, err := l.buildMain("empty", "package main\n\nfunc main() {}\n")
	if err != nil {
		return nil, err
	}
	program, nothing := l.path("start-program"), l.path("start-empty")
	for from, to := range map[string]string{l.program: program, empty: nothing} {
		data, err := os.ReadFile(from)
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(to, data, 0o777); err != nil {
			return nil, err
		}
	}
	took, err := l.turns(5*l.rounds, command(l.program, "version"), command(empty), command(program, "version"), command(nothing))
	if err != nil {
		return nil, err
	}
	return []figure{
		{what: "start (`version`)", yardstick: "an empty Go program, CPU", unit: "×", must: 2, aim: 1.5, values: ratios(cpu(took[0]), cpu(took[1]))},
		// The linker writes through a mapping, which leaves the file in single pages in memory.
		{what: "– of files that were copied, not just linked", yardstick: "the same", unit: "×", values: ratios(cpu(took[2]), cpu(took[3]))},
	}, nil
}
