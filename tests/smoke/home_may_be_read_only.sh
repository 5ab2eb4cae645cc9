#!/bin/sh
# A home where nothing can be written: a read-only image, ProtectHome=read-only, a full quota.
# usage: sh home_may_be_read_only.sh WASESSION
. "$(dirname "$0")/lib.sh"
# Permissions stop everybody but root.
ordinary "$@"

store shop v9-linked-msgs
store old v9-logged-out-stale
unused old
usual=$HOME/.openclaw/credentials/whatsapp/default
mkdir -p "$usual"
cp "$fixtures/v9-copy-A"/* "$usual"
chmod 700 "$usual"
chmod 600 "$usual"/*
chmod 500 "$HOME"
touch "$HOME/probe" 2>/dev/null && skip "permissions stop nobody here"
photograph "$HOME" >"$top/home.before"
photograph "$bots" >"$top/before"

expect 0 "the usual places are not listed" wasession list
out_has "$usual" "a store in a read-only home is missing"
for ask in "list" "doctor" "list --json" "doctor --json" "who-holds $usual"; do
  case $ask in who-holds*) status=1 ;; *) status=0 ;; esac
  # Its words are split on purpose.
  # shellcheck disable=SC2086
  expect $status "$ask gives no answer because the registry can't be kept" \
    wasession $ask --root "$bots"
  check "$ask prints nothing because the registry can't be kept" test -s "$top/out"
done
expect 0 "list with a registry elsewhere" \
  wasession list --root "$bots" --registry "$top/registry.db"
err_lacks "registry" "--registry does not help when the home is read-only"

expect 3 "run without a lease does as if it were refused" \
  wasession run --account 15559990000 -- touch "$top/started"
err_has ".local/state/wasession" "it is not told which place can't be written"
check "a command was started without a lease" test ! -e "$top/started"

expect 3 "a purge that can't be kept in quarantine is told as done" \
  wasession purge-creds --stale --yes --only-root --root "$bots"
out_has "FAILED" "a purge that could not be done does not say so"
expect 0 "restore --list does not work in a read-only home" wasession restore --list
photograph "$bots" >"$top/now"
check "a credential is gone and in no quarantine" cmp -s "$top/before" "$top/now"
chmod 700 "$HOME"
chmod 500 "$HOME"
photograph "$HOME" >"$top/now"
check "something was written into the home" cmp -s "$top/home.before" "$top/now"

chmod 700 "$HOME"
expect 0 "the purge does not work when the home can be written again" \
  wasession purge-creds --stale --yes --only-root --root "$bots"
finish
