#!/bin/sh
# `./dev bench complete`: what a Tab costs, `wasession __complete sessions` with 1, 100 and 10,000
# sessions in the registry, against an empty C program, alternating, in one run. Makes its own data
# below BENCH_DATA (kept between runs), as list.sh does.
set -eu
build=$1
rounds=${BENCH_ROUNDS:-200}
data=${BENCH_DATA:-${TMPDIR:-/tmp}/wasession-bench}
export HOME="$data/home"
mkdir -p "$HOME"
for count in 1 100 10000; do
  directory=$data/$count
  [ -f "$directory.complete" ] || {
    rm -rf "$directory"
    "$build/tests/bench/bench_make_directories" "$directory" "$count"
    touch "$directory.complete"
  }
  export WASESSION_REGISTRY="$data/complete-$count.db"
  "$build/wasession" -q --root "$directory" list >"$data/complete"
  echo "$count sessions, $("$build/wasession" __complete sessions | wc -l) words:"
  "$build/tests/bench/bench_start" "$rounds" "$build/tests/bench/bench_empty" "$build/wasession" __complete sessions
done
