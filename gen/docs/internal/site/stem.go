package site

import (
	"iter"
	"strings"
	"sync"
)

// words yields the words of a text in the form of the index: split at bytes that are not ASCII
// letters or digits and before a capital letter that follows a lower-case one, in lower case,
// stemmed, and without stop words. search.js does the same with a query.
func words(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		var buf [40]byte
		for i := 0; i < len(text); {
			n, start := 0, i
			for i < len(text) && isWordByte(text[i]) && (i == start || !isUpper(text[i]) || isUpper(text[i-1]) || isDigit(text[i-1])) {
				if n < len(buf) {
					buf[n] = text[i] | 0x20 // digits have that bit
					n++
				}
				i++
			}
			if n == 0 {
				i++
				continue
			}
			if n < 2 || n == len(buf) || stopWords()[string(buf[:n])] {
				continue
			}
			if !yield(string(stem(buf[:n]))) {
				return
			}
		}
	}
}

func isUpper(c byte) bool    { return c >= 'A' && c <= 'Z' }
func isDigit(c byte) bool    { return c >= '0' && c <= '9' }
func isWordByte(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' }

// stopWords are words of nearly every text or question.
var stopWords = sync.OnceValue(func() map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(`an and are as at be but by can could do does for from get had has have how if in into is it its
		me my no not of on or out shall should so some such than that the their them then there these they this to up
		use used using want was we were what when where which while who why will with would you your`) {
		m[w] = true
	}
	return m
})

// stem removes common endings from an English word, so that its forms become equal. The result
// need not be a word.
func stem(w []byte) []byte {
	ends := func(end string, least int) bool { return len(w) >= least && strings.HasSuffix(string(w), end) }
	switch {
	case ends("ies", 5):
		w = append(w[:len(w)-3], 'y')
	case ends("ss", 0), ends("us", 0), ends("is", 0):
	case ends("s", 4):
		w = w[:len(w)-1]
	}
	switch {
	case ends("tion", 7):
		w = w[:len(w)-3]
	case ends("ing", 6):
		w = w[:len(w)-3]
	case ends("ed", 5):
		w = w[:len(w)-2]
	}
	if ends("e", 5) {
		w = w[:len(w)-1]
	}
	if n := len(w); n > 3 && w[n-1] == w[n-2] && !isDigit(w[n-1]) {
		w = w[:n-1]
	}
	return w
}
