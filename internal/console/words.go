package console

import (
	"errors"
	"strings"
)

// errOpen is returned for a line that ends within quotes or brackets: the next line continues
// it.
var errOpen = errors.New("a quote or bracket is not closed")

// splitLine splits a command line of the shell at white space outside of quotes and brackets,
// so that JSON values may contain some. Quotes are kept, since they mark strings.
func splitLine(line string) ([]string, error) {
	var words []string
	start := -1 // of the word
	depth := 0
	for i := 0; i < len(line); i++ {
		switch c := line[i]; c {
		case ' ', '\t', '\r', '\n':
			if start >= 0 && depth == 0 {
				words = append(words, line[start:i])
				start = -1
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth = max(0, depth-1)
		case '"', '\'':
			end := endOfQuote(line, i)
			if end < 0 {
				return nil, errOpen
			}
			if start < 0 {
				start = i
			}
			i = end
		}
		if start < 0 {
			start = i
		}
	}
	if depth > 0 {
		return nil, errOpen
	}
	if start >= 0 {
		words = append(words, line[start:])
	}
	return words, nil
}

// endOfQuote returns the index of the end of the string that starts at line[i], or -1.
func endOfQuote(line string, i int) int {
	for end := i + 1; end < len(line); end++ {
		switch line[end] {
		case '\\':
			end++
		case line[i]:
			return end
		}
	}
	return -1
}

// splitCommand splits the command line of a program at blanks, with the quotes and backslashes
// of a POSIX shell, but none of its other syntax.
func splitCommand(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	inWord := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; c {
		case ' ', '\t', '\n':
			if inWord {
				words = append(words, word.String())
				word.Reset()
				inWord = false
			}
		case '\\':
			if i++; i == len(line) {
				return nil, errors.New("a backslash at the end")
			}
			word.WriteByte(line[i])
			inWord = true
		case '"', '\'':
			inWord = true
			i++
			for ; i < len(line) && line[i] != c; i++ {
				if c == '"' && line[i] == '\\' && i+1 < len(line) && strings.IndexByte("\"\\$`", line[i+1]) >= 0 {
					i++
				}
				word.WriteByte(line[i])
			}
			if i == len(line) {
				return nil, errors.New("a quote is not closed")
			}
		default:
			word.WriteByte(c)
			inWord = true
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
}
