package main

import (
	"fmt"
	"slices"
)

var codecRows = []row{
	{"decode", "decode of captured messages", decodeRow},
	{"encode", "encode into a reused buffer", encodeRow},
	{"nesting", "blockdev-add nested 64 deep against 16", nestingRow},
}

// speeds returns, by round, the geometric mean over the messages of how many
// times as fast the contender called name is as the first, and the smallest
// median over the messages with its name.
func (l *lab) speeds(contenders []contender, yardstick, name string) (means []float64, least float64, at string, err error) {
	messages, err := readMessages(l.corpus, false)
	if err != nil {
		return nil, 0, "", err
	}
	pairOf := slices.DeleteFunc(slices.Clone(contenders), func(c contender) bool { return c.name != yardstick && c.name != name })
	slices.SortStableFunc(pairOf, func(a, b contender) int {
		if a.name == yardstick {
			return -1
		}
		return 1
	})
	b := &bencher{rounds: l.rounds, span: l.span}
	byRound := make([][]float64, l.rounds)
	for _, m := range messages {
		costs, err := b.rounded(m, pairOf)
		if err != nil {
			return nil, 0, "", err
		}
		if len(costs) < 2 || costs[1] == nil {
			continue
		}
		var list []float64
		for i := range costs[0] {
			r := costs[0][i].cpu / costs[1][i].cpu
			byRound[i] = append(byRound[i], r)
			list = append(list, r)
		}
		if r := middle(list); at == "" || r < least {
			least, at = r, m.name
		}
	}
	for _, list := range byRound {
		means = append(means, geomean(list))
	}
	return means, least, at, nil
}

func decodeRow(l *lab) ([]figure, error) {
	json, least, at, err := l.speeds(decoders, "json", "wire")
	if err != nil {
		return nil, err
	}
	goccy, worst, worstAt, err := l.speeds(decoders, "goccy", "wire")
	if err != nil {
		return nil, err
	}
	methods, _, _, err := l.speeds(decoders, "json", "methods")
	if err != nil {
		return nil, err
	}
	return []figure{
		{what: "decode of captured messages, geometric mean", yardstick: "`encoding/json` into plain structs", unit: "× as fast",
			must: 4.5, aim: 5.5, atLeast: true, values: json, note: fmt.Sprintf("least %s× in %s", number(least), at)},
		{what: "– the same", yardstick: "goccy/go-json", unit: "× as fast", values: goccy},
		{what: "– the message it is weakest in", yardstick: "goccy/go-json", unit: "× as fast", must: 1, atLeast: true, values: []float64{worst}, note: worstAt},
		{what: "`json.Unmarshal` of the same types", yardstick: "plain structs", unit: "× as fast", must: 1, atLeast: true, values: methods},
	}, nil
}

func encodeRow(l *lab) ([]figure, error) {
	json, least, at, err := l.speeds(encoders, "json", "wire")
	if err != nil {
		return nil, err
	}
	methods, _, _, err := l.speeds(encoders, "json", "methods")
	if err != nil {
		return nil, err
	}
	for i := range methods {
		methods[i] = 1 / methods[i]
	}
	return []figure{
		{what: "encode into a reused buffer, geometric mean", yardstick: "`json.Marshal` of plain structs", unit: "× as fast",
			must: 7, atLeast: true, values: json, note: fmt.Sprintf("least %s× in %s", number(least), at)},
		{what: "`json.Marshal` of the same types", yardstick: "plain structs, time", unit: "×", must: 1.5, values: methods},
	}, nil
}

func nestingRow(l *lab) ([]figure, error) {
	b := &bencher{rounds: l.rounds, span: l.span}
	decode, encode, err := b.nesting()
	if err != nil {
		return nil, err
	}
	return []figure{
		{what: "blockdev-add nested 64 deep against 16, decode", yardstick: "linear is 4", must: 4.5, values: decode},
		{what: "– encode", yardstick: "linear is 4", must: 4.5, values: encode},
	}, nil
}
