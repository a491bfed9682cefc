package site

import "testing"

func TestIsWeb(t *testing.T) {
	for url, want := range map[string]bool{
		"http://a": true, "https://a/b": true, "HTTPS://a": true,
		"http://": false, "https:///a": false, "http:a": false, "http:/a": false, "https:": false, "javascript:alert(1)": false, "javascript://a": false, "//a": false, "": false, "ftp://a": false,
	} {
		if isWeb(url) != want {
			t.Errorf("%q: %t", url, !want)
		}
	}
}
