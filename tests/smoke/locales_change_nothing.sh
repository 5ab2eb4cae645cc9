#!/bin/sh
# The locale of cron is C, that of a person is not: the same bytes, and no broken ones, in each.
# usage: sh locales_change_nothing.sh WASESSION
. "$(dirname "$0")/lib.sh"
need jq iconv

store shop v9-linked-msgs
store "Büro 漢字 🎉" v9-copy-A
store "$(printf 'not\377utf8')" v9-copy-B
store "$(printf 'two\nlines')" v6-linked-msgs

# Times tick, and the processes of the machine come and go.
same() {
  sed 's/"generated_at":"[^"]*"//; s/[0-9]* of [0-9]* processes//; s/"unattributed":.*//; s/"warnings":.*//' "$1"
}

# Its words are split on purpose.
# shellcheck disable=SC2086
for ask in "list --json" "list --columns id,phone,state,path" "doctor --json" "doctor" \
  "who-holds --json" "purge-creds baileys/shop --dry-run --json" "restore --list --json"; do
  case $ask in who-holds*) status=1 ;; *) status=0 ;; esac
  case $ask in restore*) where= ;; *) where=$here ;; esac
  expect $status "$ask does not work" env LC_ALL=C.UTF-8 wasession $ask $where
  same "$top/out" >"$top/expected"
  for locale in LC_ALL=C LC_ALL=POSIX LC_ALL=de_DE.UTF-8 LC_ALL=ja_JP.eucJP LC_ALL=xx_XX.no-such \
    LC_ALL= "-u LC_ALL LANG=C" "-u LC_ALL LC_NUMERIC=de_DE.UTF-8"; do
    expect $status "$ask does not work with $locale" env $locale wasession $ask $where
    err_is_empty "$ask with $locale is noisy"
    same "$top/out" >"$top/now"
    check "$ask says something else with $locale: $(diff "$top/expected" "$top/now" | head -n 4)" \
      cmp -s "$top/expected" "$top/now"
    check "$ask writes broken bytes with $locale" iconv -f UTF-8 -t UTF-8 -o /dev/null "$top/out"
  done
done

# shellcheck disable=SC2086
expect 0 "no list in the C locale" env LC_ALL=C wasession list --json $here
json 'any(.sessions[]; .id == "baileys/Büro 漢字 🎉")' "a name that is not ASCII is lost in the C locale"
json 'any(.sessions[]; .id == "baileys/not\\xffutf8")' "a byte that is not UTF-8 is not told as \\xNN"
# What a script got from list, it can give back: all but a byte that no JSON can have.
cp "$top/out" "$top/list"
for i in 0 1 2 3; do
  id=$(jq -r ".sessions[$i].id" "$top/list")
  case $id in *xff*) continue ;; esac
  # shellcheck disable=SC2086
  expect 0 "an id of list is not known to list: $id" env LC_ALL=C wasession list --json $here -- "$id"
  json '.sessions | length == 1' "an id of list names several sessions: $id"
done
finish
