package main

var startRows = []row{{"start", "start (`version`)", startRow}}

func startRow(l *lab) ([]figure, error) {
	empty, err := l.buildMain("empty", "package main\n\nfunc main() {}\n")
	if err != nil {
		return nil, err
	}
	took, err := l.turns(5*l.rounds, command(l.program, "version"), command(empty))
	if err != nil {
		return nil, err
	}
	return []figure{{what: "start (`version`)", yardstick: "an empty Go program, CPU", unit: "×", must: 2, aim: 1.5,
		values: ratios(cpu(took[0]), cpu(took[1]))}}, nil
}
