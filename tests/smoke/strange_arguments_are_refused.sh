#!/bin/sh
# Arguments that go wrong in scripts: empty variables, newlines, broken bytes, a whole file, `--`.
# usage: sh strange_arguments_are_refused.sh WASESSION
. "$(dirname "$0")/lib.sh"

store shop v9-linked-msgs
store --json v9-copy-A
photograph "$bots" >"$top/before"
long=$(head -c 100000 /dev/zero | tr '\0' x)
broken=$(printf 'a\377b\033[31m')
lines=$(printf 'a\nb')
escape=$(printf '\033')

# Its words are split on purpose; ARGUMENT is the last word of each.
# shellcheck disable=SC2086
for ask in "list" "disconnect --yes" "disconnect --force --keep" "purge-creds --yes" \
  "purge-creds --yes --older-than" "list --columns" "list --color" "list --endpoint" \
  "doctor --since" "who-holds --watch"; do
  for argument in "$long" "$broken" "$lines" "" "pid:-1" "99999999999999999999"; do
    case "$ask $argument" in "purge-creds --yes --older-than "[0-9]*) continue ;; esac
    name=$(printf %s "$argument" | head -c 20 | tr -c '[:print:]' '?')
    expect 2 "a wrong word is not told from an answer: $ask '$name'" wasession $ask "$argument" $here
    check "it is not told what is wrong with: $ask '$name'" test -s "$top/err"
    check "a wrong word prints on stdout: $ask '$name'" test ! -s "$top/out"
    check "the message has more than its line: $ask '$name'" test "$(wc -l <"$top/err")" -eq 1
    err_lacks "$escape" "a word writes escapes to the terminal: $ask '$name'"
    check "the message has broken bytes: $ask '$name'" \
      iconv -f UTF-8 -t UTF-8 -o /dev/null "$top/err"
  done
done
for argument in "$long" "$broken" "$lines" "" .. /; do
  expect 2 "a wrong quarantine id is not told from an answer" wasession restore "$argument"
  expect 2 "a wrong account is not told from a refusal" wasession run --account "$argument" -- true
  expect 2 "a wrong session is not told from a refusal" \
    wasession run --session "$argument" --only-root --root "$bots" -- true
done
photograph "$bots" >"$top/now"
check "a wrong word has changed something" cmp -s "$top/before" "$top/now"

# Behind -- stand names, whatever they look like.
# shellcheck disable=SC2086
{
  expect 0 "a name behind -- is not found" wasession list $here -- baileys/shop
  expect 0 "a name that looks like an option is not found" wasession list $here -- baileys/--json
  out_lacks '"schema"' "a name behind -- is taken for an option"
  expect 2 "an option behind -- is an option still" wasession list $here -- --json
  expect 2 "a word that is no option is taken for one" wasession list $here -x
  expect 2 "run starts something without --" wasession run --account 15559990000 touch "$top/started"
  expect 2 "run without a command does nothing and is content" wasession run --account 15559990000 --
  expect 0 "a second -- is not the command's" wasession run --account 15559990000 -- echo -- -x
  out_has "-- -x" "a second -- is not the command's"
}
check "run starts something without --" test ! -e "$top/started"

# An empty variable in a script: "$session" is no session, and not all of them.
hold shop
session=
# shellcheck disable=SC2086
{
  expect 2 "an empty variable disconnects" wasession disconnect "$session" --force $here
  expect 2 "an empty variable purges" wasession purge-creds "$session" --force $here
  expect 2 "an empty --root is the working directory" wasession list --only-root --root "$session"
}
check "an empty variable has ended somebody" lives "$holder"
check "an empty variable has purged something" test -f "$bots/shop/creds.json"
finish
