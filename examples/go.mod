module github.com/qapi-go/qapi-go/examples

go 1.25

tool github.com/qapi-go/qapi-go/cmd/qapi-go

require github.com/qapi-go/qapi-go v0.0.0

require (
	github.com/alecthomas/participle/v2 v2.1.4 // indirect
	github.com/dave/jennifer v1.7.1 // indirect
	github.com/inconshreveable/mousetrap v1.1.0 // indirect
	github.com/spf13/cobra v1.10.2 // indirect
	github.com/spf13/pflag v1.1.0 // indirect
	github.com/ulikunitz/xz v0.5.17 // indirect
)

replace github.com/qapi-go/qapi-go => ../
