#!/bin/sh
# `timeout 1 wasession list --watch`, Ctrl-C, a hangup; and a loop that asks again and again.
# usage: sh watch_ends_when_told.sh WASESSION
. "$(dirname "$0")/lib.sh"
need jq timeout
env --default-signal=INT true 2>/dev/null || skip "env(1) can't set signals back"

store shop v9-linked-msgs
hold shop

# Its words are split on purpose.
# shellcheck disable=SC2086
{
  expect 124 "list --watch ends by itself" timeout 1 wasession list --watch $here
  check "list --watch has shown nothing when it is ended" grep -q baileys/shop "$top/out"
  err_is_empty "list --watch complains when it is ended"
  expect 124 "list --json --watch ends by itself" timeout 1 wasession list --json --watch $here
  jq -s -e 'length >= 1 and all(.schema == "wasession.list/1")' "$top/out" >"$top/judged" 2>&1
  check "list --json --watch leaves half a line" test $? -eq 0

  for signal in INT TERM HUP; do
    # In the background a shell without job control makes children ignore SIGINT, unless env sets it back.
    : >"$top/out"
    env --default-signal=$signal wasession list --watch $here >"$top/out" 2>"$top/err" </dev/null &
    watching=$!
    background="$background $watching"
    eventually "list --watch shows nothing" grep -q baileys/shop "$top/out"
    kill -s $signal $watching
    wait $watching 2>/dev/null
    status=$?
    checks=$((checks + 1))
    [ $status -gt 128 ] || fail "list --watch hides that SIG$signal ended it" "status $status"
    err_is_empty "list --watch complains about SIG$signal"
  done

  # What people write when they do not know --watch, or want to act on it.
  tries=0
  until wasession who-holds baileys/shop $here >"$top/out" 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 50 ] || break
  done
  check "until wasession who-holds does not see who is there" test $tries -lt 50
  (sleep 0.3 && kill "$holder") &
  background="$background $!"
  tries=0
  while wasession who-holds baileys/shop $here >"$top/out" 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 400 ] || break
  done
  check "while wasession who-holds does not see who has gone" test $tries -lt 400
  kill "$holder" 2>/dev/null

  tries=0
  while [ $tries -lt 30 ]; do
    tries=$((tries + 1))
    expect 0 "the $tries-th of many looks fails" wasession list --json $here
    json '.sessions | length == 1' "the $tries-th of many looks sees something else"
  done
  check "many looks leave something behind: $(find "$HOME" -type f)" \
    test "$(find "$HOME" | wc -l)" -eq 1
}
finish
