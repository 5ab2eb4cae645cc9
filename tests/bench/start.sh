#!/bin/sh
# `./dev bench start`: `wasession --version` against an empty C program, alternating, in one run.
set -eu
build=$1
rounds=${BENCH_ROUNDS:-500}
"$build/tests/bench/bench_start" "$rounds" "$build/tests/bench/bench_empty" "$build/wasession" --version
