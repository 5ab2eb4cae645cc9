#!/bin/sh
# The file system of the home is read-only, for root too: a container, a live image, a disk with errors.
# usage: sh home_may_be_mounted_read_only.sh WASESSION
. "$(dirname "$0")/lib.sh"
need unshare mount

store shop v9-linked-msgs
store old v9-logged-out-stale
unused old
store held v6-linked-msgs
photograph "$bots" >"$top/before"

# So that $read_only is read-only, and nothing else.
cat >"$top/inside" <<'END'
mount --bind "$read_only" "$read_only" && mount -o remount,bind,ro "$read_only" || exit 77
exec "$@"
END
export read_only="$HOME"
# inside COMMAND…: as root, of a user namespace when nobody else.
inside() { unshare -m sh "$top/inside" "$@"; }
inside true 2>/dev/null || inside() { unshare -rm sh "$top/inside" "$@"; }
inside true 2>/dev/null || skip "nothing may be mounted here"

# Its words are split on purpose.
# shellcheck disable=SC2086
{
  for ask in "list" "doctor" "purge-creds --logged-out --yes" "restore --list" \
    "disconnect --force"; do
    case $ask in restore*) where= ;; *) where=$here ;; esac
    expect 0 "$ask does not work when the home is read-only" inside wasession $ask $where
    err_is_empty "$ask is noisy about a registry that it does not use"
  done
  expect 0 "a store is not listed because its path can't be remembered" \
    inside wasession list --root "$bots" "$bots/shop"
  out_has "$bots/shop" "a store is not listed because its path can't be remembered"

  expect 3 "run without a lease does as if it were refused" \
    inside wasession run --account 15559990000 -- touch "$top/started"
  err_has "Read-only file system" "it is not told why there is no lease"
  check "a command was started without a lease" test ! -e "$top/started"
  expect 3 "a purge that can't be kept in quarantine is told as done" \
    inside wasession purge-creds --stale --yes $here
  out_has "Read-only file system" "it is not told why the purge failed"
}
photograph "$bots" >"$top/now"
check "a credential is gone and in no quarantine" cmp -s "$top/before" "$top/now"

# The stores are read-only and the home is not.
read_only=$bots
# shellcheck disable=SC2086
{
  expect 3 "a purge of a read-only store is told as done" \
    inside wasession purge-creds --stale --yes $here
  out_has "Read-only file system" "it is not told why the purge failed"
  expect 0 "restore --list does not work" wasession restore --list --json
}
out_has '"quarantine":[]' "what is still there stands in quarantine, too"
photograph "$bots" >"$top/now"
check "a read-only store is not what it was" cmp -s "$top/before" "$top/now"
finish
