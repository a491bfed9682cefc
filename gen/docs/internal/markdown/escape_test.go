package markdown

import "testing"

// TestCode checks that code is rendered as it is: one blank at both ends
// is taken off by readers, so there must be two.
func TestCode(t *testing.T) {
	for text, want := range map[string]string{
		"a": "`a`", " a": "` a`", "a ": "`a `", " a ": "`  a  `", "`": "`` ` ``", "a`": "`` a` ``", "a``b": "```a``b```", " ": " ",
	} {
		if got := code(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestWebLink checks that only addresses with a host become links.
func TestWebLink(t *testing.T) {
	for address, want := range map[string]string{
		"http://a.example/b": "[text](http://a.example/b)", "https://a.example": "[text](https://a.example)",
		"http://": "text (`http://`)", "https:///a": "text (`https:///a`)", "http:a": "text (`http:a`)", "javascript:alert(1)": "text (`javascript:alert(1)`)",
	} {
		if got := webLink("text", address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}
