module github.com/qapi-go/qapi-go/internal/browser

go 1.25.0

require (
	github.com/chromedp/cdproto v0.159.0
	github.com/chromedp/chromedp v0.23.0
	github.com/qapi-go/qapi-go v0.0.0
)

require (
	github.com/go-json-experiment/json v0.0.0-20260213210345-44df1a37e875 // indirect
	github.com/gofrs/flock v0.13.0 // indirect
	golang.org/x/sys v0.44.0 // indirect
)

replace github.com/qapi-go/qapi-go => ../../
