#!/bin/sh
# `./dev bench serve`: what `wasession serve` with 1,000 sessions takes to answer, while it looks at
# the machine once a second, and how its memory grows over more looks than an hour has.
set -eu
build=$1
count=${2:-1000}
seconds=${BENCH_SECONDS:-10}
load=$build/tests/bench/bench_serve_load
data=$(mktemp -d "${TMPDIR:-/tmp}/wasession-bench-XXXXXX")
server=
cleanup() {
  [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
  rm -rf "$data"
}
trap cleanup EXIT
trap 'exit 1' INT TERM HUP
export HOME="$data/home"
mkdir "$HOME"
"$build/tests/bench/bench_make_directories" "$data/stores" "$count"

# start REFRESH: sets port
start() {
  "$build/wasession" --only-root --root "$data/stores" serve --listen 127.0.0.1:0 --refresh "$1" 2>"$data/said" &
  server=$!
  until grep -q listening "$data/said"; do
    kill -0 "$server" 2>/dev/null || { cat "$data/said" >&2; exit 1; }
    sleep 0.1
  done
  port=$(sed 's/.*://' "$data/said")
  "$load" "$port" 1 1 1 /metrics >/dev/null
}

stop() {
  kill "$server"
  wait "$server"
  server=
}

# resident: KiB
resident() { awk '/^VmRSS/ { print $2 }' "/proc/$server/status"; }

start 1
echo "$count sessions, a look each second; /healthz, /v1/sessions and /metrics in turn, 16 connections"
echo "2,000 requests a second asked for (wanted: p99 at most 20 ms):"
"$load" "$port" 2000 16 "$seconds" /healthz /v1/sessions /metrics
echo "as fast as it can:"
"$load" "$port" 0 16 "$seconds" /healthz /v1/sessions /metrics
echo "/healthz alone, as fast as it can:"
"$load" "$port" 0 16 "$seconds" /healthz
echo "resident after that: $(resident) KiB"
stop

# An hour of requests without a pause is 720 looks; a look in 0.1 s takes a minute or two for them.
start 0.1
first=$(resident)
"$load" "$port" 50 2 "$((seconds * 3))" /metrics /v1/sessions >/dev/null
early=$(resident)
"$load" "$port" 50 2 "$((seconds * 6))" /metrics /v1/sessions >/dev/null
late=$(resident)
stop
awk -v f="$first" -v e="$early" -v l="$late" -v s="$((seconds * 6))" 'BEGIN {
  looks = s / 0.12
  hour = l + (l > e ? (l - e) / looks * 720 : 0)
  printf "resident %d KiB at first, %d KiB, %d KiB after some %d looks more: %.0f MB in an hour (wanted: below 64)\n",
    f, e, l, looks, hour / 1024 }'
