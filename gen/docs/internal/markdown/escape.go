package markdown

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// special are the characters that are markup in any or most places: CommonMark 0.31, "Inlines";
// GitHub Flavored Markdown, "Tables" and "Strikethrough"; GitHub, "Writing mathematical
// expressions" ('$').
const special = "\\`*[]<>|~$"

// escape returns Markdown that is rendered as text, on one line.
func escape(text string) string {
	text = oneLine(text)
	var b strings.Builder
	before := rune(' ')
	for i, r := range text {
		rest := text[i+utf8.RuneLen(r):]
		after, _ := utf8.DecodeRuneInString(rest)
		switch {
		case strings.ContainsRune(special, r),
			r == '_' && !(isWord(before) && isWord(after)),
			r == '&' && (after == '#' || isWord(after)),
			r == ':' && strings.HasPrefix(rest, "//"),
			r == '.' && strings.HasSuffix(strings.ToLower(text[:i]), "www"):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

// oneLine returns text with spaces for line ends, and U+FFFD for control characters and for bytes
// that are not UTF-8.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r):
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(text, string(utf8.RuneError)))
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// startLine escapes the start of an escaped line if it would start a block.
func startLine(line string) string {
	if line == "" {
		return line
	}
	if strings.ContainsRune("-+=#", rune(line[0])) {
		return `\` + line
	}
	digits := len(line) - len(strings.TrimLeft(line, "0123456789"))
	if digits > 0 && digits < len(line) && (line[digits] == '.' || line[digits] == ')') {
		return line[:digits] + `\` + line[digits:]
	}
	return line
}

// code returns a code span.
func code(text string) string {
	text = oneLine(text)
	if strings.TrimSpace(text) == "" {
		return escape(text)
	}
	fence := strings.Repeat("`", longestRun(text)%maxRun+1)
	if text[0] == '`' || text[len(text)-1] == '`' || text[0] == ' ' && text[len(text)-1] == ' ' {
		text = " " + text + " "
	}
	return fence + text + fence
}

// maxRun is more than the length of any run of backquotes in practice.
const maxRun = 1 << 30

// longestRun returns the length of the longest run of backquotes.
func longestRun(text string) int {
	longest, run := 0, 0
	for i := range len(text) {
		if text[i] == '`' {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return longest
}

// fenced returns a code block. The language is omitted unless it is a word.
func fenced(lang, text string) []string {
	if strings.Trim(lang, "abcdefghijklmnopqrstuvwxyz0123456789+-") != "" {
		lang = ""
	}
	fence := strings.Repeat("`", max(3, longestRun(text)+1))
	lines := []string{fence + lang}
	for l := range strings.SplitSeq(text, "\n") {
		lines = append(lines, strings.TrimRight(verbatim(l), " "))
	}
	return append(lines, fence)
}

// verbatim returns a line of code. It keeps tabs.
func verbatim(line string) string {
	parts := strings.Split(line, "\t")
	for i, part := range parts {
		parts[i] = oneLine(part)
	}
	return strings.Join(parts, "\t")
}

// inCell escapes the bars of escaped text for a table cell, where they would end the cell even
// in code.
func inCell(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if text[i] == '|' && (i == 0 || text[i-1] != '\\') {
			b.WriteByte('\\')
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// commentText returns text that cannot end an HTML comment.
func commentText(text string) string {
	return strings.NewReplacer("--", "- -", ">", "").Replace(oneLine(text))
}

// webLink returns a link to an http or https address with a host. For other addresses, it returns
// the text and the address without a link, so that no other scheme becomes active.
func webLink(text, address string) string {
	u, err := url.Parse(oneLine(address))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		if text == address {
			return code(address)
		}
		return escape(text) + " (" + code(address) + ")"
	}
	var b strings.Builder
	for _, c := range []byte(u.String()) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("<>()[]\\`\"'*_|$~", c) >= 0 && !(c == '_' || c == '~') {
			b.WriteString(url.QueryEscape(string(rune(c))))
			continue
		}
		b.WriteByte(c)
	}
	return "[" + escape(text) + "](" + b.String() + ")"
}

// escapePath escapes a path for use in a link.
func escapePath(path string) string { return (&url.URL{Path: path}).EscapedPath() }

// escapeFragment escapes an anchor for use in a link.
func escapeFragment(id string) string {
	return strings.NewReplacer("(", "%28", ")", "%29", "'", "%27", "*", "%2A").Replace((&url.URL{Fragment: id}).EscapedFragment())
}

// mark returns the HTML of an anchor.
func mark(id string) string {
	return `<a id="` + strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;", ">", "&gt;").Replace(oneLine(id)) + `"></a>`
}
