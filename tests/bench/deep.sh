#!/bin/sh
# `./dev bench deep`: looking for keys in the memory of a process against only copying it, in one
# run. BENCH_MIB is the size of the process (1024), BENCH_ROUNDS how often each looks (15).
set -eu
build=$1
echo "a process of ${BENCH_MIB:-1024} MiB, best of ${BENCH_ROUNDS:-15} alternating runs"
"$build/tests/bench/bench_memory" "${BENCH_MIB:-1024}" "${BENCH_ROUNDS:-15}"
