package diag

import "strings"

// Nearest returns the candidate closest to a misspelt name, or "" if none is close. It ignores
// case, '-' and '_'. Of several equally close candidates one that begins with the name wins, which
// may be typed in part only, or else the first.
func Nearest(name string, candidates []string) string {
	n := fold(name)
	if len(n) < 2 {
		return "" // every short name would be close
	}
	most := max(1, len(name)/3)
	best, bestDist, begins := "", most+1, false
	for _, c := range candidates {
		if c == name {
			continue
		}
		f := fold(c)
		d := distance(n, f, min(bestDist, most)+1)
		if d > most {
			continue
		}
		longer := strings.HasPrefix(f, n)
		if d < bestDist || d == bestDist && longer && !begins {
			best, bestDist, begins = c, d, longer
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

// distance returns the edit distance of a and b: the number of bytes to insert, delete,
// replace, or swap with the next one. It returns limit if the distance is not below it.
func distance(a, b string, limit int) int {
	if max(len(a)-len(b), len(b)-len(a)) >= limit {
		return limit
	}
	// Rows of the table of distances between prefixes of a and b: the current one and the two
	// before it.
	width := len(b) + 1
	rows := make([]int, 3*width)
	before, last, row := rows[:width], rows[width:2*width], rows[2*width:]
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, before
		row[0] = i + 1
		least := row[0]
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			d := min(row[j]+1, last[j+1]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d = min(d, before[j-1]+1)
			}
			row[j+1] = d
			least = min(least, d)
		}
		if least >= limit {
			return limit
		}
	}
	return min(row[len(b)], limit)
}
