#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Generates the types of QEMU 10.0 and measures the rows of docs/performance.md;
# arguments are those of the program, see main.go ("./run.sh -list",
# "./run.sh -rows check", "./run.sh -codecs"). What it takes from outside:
#
#   QAPI_CORPUS        the folder that holds QEMU's schemas and captured messages
#   QAPI_QEMU_SOURCE   a folder with QEMU's sources, for the comparison with QEMU's own compiler
#   QAPI_QEMU_ARCHIVE  QEMU's sources as tar.xz
set -e
cd "$(dirname "$0")"
: "${QAPI_CORPUS:=$(cd ../../.. && pwd)/shared}"
export QAPI_CORPUS
(cd ../.. && go run ./cmd/qapi-go generate --schema "$QAPI_CORPUS/corpus/10.0.0/qapi/qapi-schema.json" \
	--docs none --parts types,client,events,server --package qapi --out internal/bench/qapi)
# The module of the benchmarks is no part of the workspace and gets its packages by itself.
GOWORK=off exec go run -mod=mod . "$@"
