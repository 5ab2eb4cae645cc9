#!/bin/sh
# Whatever the umask of a cron daemon or a container is: what wasession keeps is its owner's alone, and
# what it puts back is as it was.
# usage: sh umask_leaks_no_secret.sh WASESSION
. "$(dirname "$0")/lib.sh"
need jq

# As careless as it comes: quarantine must not make it worse, and restore not change it.
store shop v9-linked-msgs
store old v9-logged-out-stale
chmod 755 "$bots/old"
chmod 644 "$bots/old"/*
chmod 640 "$bots/old/creds.json"
unused old
photograph "$bots" >"$top/before"

for mask in 000 022 027 077; do
  export HOME="$top/home.$mask"
  mkdir "$HOME"
  state=$HOME/.local/state/wasession
  # masked STATUS HARM WORDS…
  masked() {
    wanted_status=$1
    harm_here="$2 (umask $mask)"
    shift 2
    (umask $mask && exec wasession "$@" >"$top/out" 2>"$top/err" </dev/null)
    ended $? "$wanted_status" "$harm_here" wasession "$@"
  }
  masked 0 "list does not work" list --root "$bots" "$bots/shop"
  masked 0 "purge-creds does not work" purge-creds --stale --yes --only-root --root "$bots"
  check "the credential is still there" test ! -e "$bots/old/creds.json"
  masked 0 "run does not work" run --account 15559990000 -- sh -c 'umask'
  check "run changes the umask of its command" test "$(cat "$top/out")" = 0$mask

  # What is in quarantine keeps its modes for restore: the directory around it is what keeps others out.
  check "others may read the registry (umask $mask)" test "$(stat -c %a "$state/registry.db")" = 600
  for place in "$state" "$state/quarantine" "$state/leases"; do
    check "others may look into ${place##*/} (umask $mask)" test "$(stat -c %a "$place")" = 700
  done
  for entry in "$state"/quarantine/*-*; do
    check "others may look into a quarantine entry (umask $mask)" test "$(stat -c %a "$entry")" = 700
    check "others may read its manifest (umask $mask)" test "$(stat -c %a "$entry/manifest.json")" = 600
  done
  check "others may read a lease (umask $mask)" test -z "$(find "$state/leases" -perm /077)"

  masked 0 "restore --list does not work" restore --list --json
  id=$(jq -r '.quarantine[0].id' "$top/out")
  masked 0 "restore does not work" restore "$id"
  photograph "$bots" >"$top/now"
  check "restore changed a mode or a byte (umask $mask): $(diff "$top/before" "$top/now" | head -n 4)" \
    cmp -s "$top/before" "$top/now"
done
finish
