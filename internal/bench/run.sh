#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Generates the types of QEMU 10.0 and compares codecs on captured messages.
# QAPI_CORPUS names the folder that holds corpus/ and traffic/; arguments are
# those of the program, see main.go.
set -e
cd "$(dirname "$0")"
: "${QAPI_CORPUS:=../../shared}"
export QAPI_CORPUS
(cd .. && go run ./cmd/qapi-go generate --schema "$QAPI_CORPUS/corpus/10.0.0/qapi/qapi-schema.json" \
	--docs none --parts types,events,server --package qapi --out bench/qapi)
exec go run . "$@"
