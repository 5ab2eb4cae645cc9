#!/bin/sh
# `wasession list --json | jq -r '.sessions[].id' | xargs -n1 wasession who-holds`, and its relatives.
# usage: sh ids_go_through_xargs.sh WASESSION
. "$(dirname "$0")/lib.sh"
need jq xargs

store shop v9-linked-msgs
store lab v9-copy-A
store "name with blanks" v6-linked-msgs
store "it's" v14-linked-msgs
hold shop

: >"$top/err"
# Their words are split on purpose.
# shellcheck disable=SC2086
{
  # With -n1 xargs ends with 123 when one of them is held by nobody.
  wasession list --json baileys/shop baileys/lab $here | jq -r '.sessions[].id' |
    xargs -n1 wasession who-holds $here >"$top/out" 2>"$top/err"
  ended $? 123 "the line of the manual" "list | jq | xargs -n1 who-holds"
  out_has "pid $holder" "the holder is not found by xargs"

  # Names with blanks and quotes, as people give directories.
  wasession list --json $here | jq -r '.sessions[].id' |
    xargs -d '\n' -n1 wasession list --columns id $here -- >"$top/out" 2>"$top/err"
  ended $? 0 "an id with blanks or quotes can't be given back" "list | jq | xargs -d '\\n' list"
  check "not every id came back: $(cat "$top/out")" test "$(grep -c '^baileys/' "$top/out")" -eq 4
  wasession list --json $here | jq -r '.sessions[].store.path' | tr '\n' '\0' |
    xargs -0 wasession list --json $here -- >"$top/out" 2>"$top/err"
  ended $? 0 "paths with blanks or quotes can't be given back" "list | jq | xargs -0 list"
  json '.sessions | length == 4' "not every path came back"
  for key in fingerprint fingerprint_sha256 account.phone; do
    wasession list --json $here | jq -r ".sessions[].$key" |
      xargs wasession list --json $here -- >"$top/out" 2>"$top/err"
    ended $? 0 "what stands in .$key can't be given back" "list | jq .$key | xargs list"
    json '.sessions | length == 4' "not every $key came back"
  done

  # The pids of who-holds lead back to the session.
  wasession who-holds --json $here | jq -r '.sessions[].holders[] | select(.confidence == "certain") | "pid:\(.pid)"' |
    xargs wasession list --json $here >"$top/out" 2>"$top/err"
  ended $? 0 "a pid of who-holds can't be given back" "who-holds | jq | xargs list"
  json '[.sessions[].id] == ["baileys/shop"]' "a pid of who-holds leads to another session"

  # Nothing found: xargs runs it once without a word, or not at all with -r.
  jq -n -r 'empty' | xargs wasession purge-creds --yes $here >"$top/out" 2>"$top/err"
  ended $? 123 "an empty list of xargs purges everything" "xargs purge-creds"
  check "an empty list of xargs has purged something" test -f "$bots/lab/creds.json"

  # The remedies are command lines for a shell.
  printf '{' >"$bots/it's/creds.json"
  touch -d '1 hour ago' "$bots/it's/creds.json"
  wasession doctor --json $here |
    jq -r '.findings[] | select(.code == "corrupt-credentials").remedy[] | select(startswith("wasession"))' \
      >"$top/remedy" 2>"$top/err"
  sed "s|\$| --yes $here|" "$top/remedy" >"$top/remedy.sh"
  expect 0 "a command of doctor can't be pasted: $(cat "$top/remedy.sh")" sh "$top/remedy.sh"
  check "the command of doctor did something else" test ! -e "$bots/it's/creds.json"
}
finish
