package diag

import "strings"

// Nearest returns the candidate that is most likely meant by the misspelt name,
// or "" if none is near. Case, '-' and '_' do not count; of equally near ones
// the first wins, so the answer depends on the order of the candidates only.
func Nearest(name string, candidates []string) string {
	best, bestDist := "", max(1, len(name)/3)+1
	n := fold(name)
	for _, c := range candidates {
		if c == name {
			continue
		}
		if d := distance(n, fold(c), bestDist); d < bestDist {
			best, bestDist = c, d
		}
	}
	return best
}

// DidYouMean returns "did you mean 'X'?" for the nearest candidate, or "".
func DidYouMean(name string, candidates []string) string {
	if n := Nearest(name, candidates); n != "" {
		return "did you mean '" + n + "'?"
	}
	return ""
}

func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

// distance is the Levenshtein distance of a and b in bytes, or limit if it is
// not below that.
func distance(a, b string, limit int) int {
	if abs(len(a)-len(b)) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal, least := row[0], i+1
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
			least = min(least, row[j+1])
		}
		if least >= limit {
			return limit
		}
	}
	return min(row[len(b)], limit)
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
