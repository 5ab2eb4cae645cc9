#!/bin/sh
# Exit statuses as scripts use them: in `if`, `case`, `&&` and `||`.
# usage: sh exit_statuses_steer_if_and_case.sh WASESSION
. "$(dirname "$0")/lib.sh"

store shop v9-linked-msgs
store lab v9-copy-A
store copy v9-copy-B
: >"$top/err"
: >"$top/out"
# Its words are split on purpose.
# shellcheck disable=SC2086
{
  if wasession doctor $here >"$top/out" 2>&1; then healthy=yes; else healthy=no; fi
  check "'if wasession doctor' is not true on a healthy machine" test $healthy = yes
  if wasession who-holds baileys/shop $here >"$top/out" 2>&1; then held=yes; else held=no; fi
  check "'if wasession who-holds' is true although nobody holds it" test $held = no

  hold shop
  wasession who-holds baileys/shop $here >"$top/out" 2>&1 && held=yes
  check "'who-holds &&' does not see the holder" test $held = yes

  hold lab
  hold copy
  case $(wasession doctor $here >"$top/out" 2>&1; echo $?) in
    0) is=healthy ;; 1) is=ill ;; 2) is=misused ;; *) is=unknown ;;
  esac
  check "case takes a conflict for: $is" test $is = ill
  expect 0 "doctor about a session that is well tells of another one" \
    wasession doctor baileys/shop $here

  expect 1 "a purge that left something standing is taken for done" \
    wasession purge-creds baileys/shop --yes $here
  for wrong in "" "lost" "list --lost" "list baileys/lost" "who-holds pid:x" "doctor --since lost" \
    "disconnect baileys/lost --force" "purge-creds --yes" "restore lost" "run" "run --wait" \
    "list --json --color lost"; do
    expect 2 "wrong usage is not told from an answer: wasession $wrong" wasession $wrong $here
    check "nothing on stderr says what is wrong with: wasession $wrong" test -s "$top/err"
    check "a wrong word prints on stdout: wasession $wrong" test ! -s "$top/out"
  done
  expect 3 "a lease that cannot be taken is taken for a rival" \
    env HOME=/dev/null wasession run --account 15559990000 -- true
}

# run passes the status of its command on, and refuses with 75 without starting it.
account=15559990000
for status in 0 1 2 3 75 255; do
  expect $status "run changes the status of its command" \
    wasession run --account $account -- sh -c "exit $status"
done
expect 127 "a command that is not there looks like one that failed" \
  wasession run --account $account -- "$top/no-such-program"
expect 126 "a command that can't be run looks like one that failed" \
  wasession run --account $account -- "$bots/shop/creds.json"
expect 143 "run hides the signal that ended its command" \
  sh -c "wasession run --account $account -- sh -c 'kill -TERM \$\$'"
expect 0 "run eats words behind --" wasession run --account $account -- echo --json -q -- --help
check "run changes words behind --" test "$(cat "$top/out")" = "--json -q -- --help"

(cd / && exec wasession run --account $account -- sh -c ": >$top/started; exec sleep 100") \
  >/dev/null 2>&1 &
first=$!
background="$background $first"
eventually "run does not start its command" test -e "$top/started"
expect 75 "the second start is not refused with 75" \
  wasession run --account $account -- touch "$top/second"
check "the second command was started all the same" test ! -e "$top/second"
check "the refusal does not begin with the sentence that everybody greps for" \
  test "$(head -n 1 "$top/err")" = \
  "Another WhatsApp session is active. Please disconnect other sessions before connecting."
err_has "pid $first" "the refusal does not name who is active"
kill "$first"
wait "$first" 2>/dev/null
expect 0 "the account is not free when its user has ended" \
  wasession run --account $account -- true
finish
