#!/bin/sh
# `./dev bench run`: `wasession run` beside flock(1), as an ordinary user, on the account of one
# Baileys directory that OpenClaw would use too.
set -eu
build=$(cd "$1" && pwd)
rounds=${BENCH_ROUNDS:-500}
account=15553334444
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
mkdir -p "$data/home/.openclaw/credentials/whatsapp"
cp -R tests/fixtures/baileys/v9-linked-msgs "$data/home/.openclaw/credentials/whatsapp/default"
cp "$build/wasession" "$build/tests/bench/bench_leases" "$data"
as_user=
if [ "$(id -u)" -eq 0 ]; then
  chown -R 61234:61234 "$data"
  as_user="setpriv --reuid 61234 --regid 61234 --clear-groups"
fi
measure() {
  # shellcheck disable=SC2086
  (cd "$data" && $as_user env -i "PATH=$PATH" "HOME=$data/home" ./bench_leases "$@")
}
measure cost "$rounds" ./wasession "$account" ./file
measure handover "$rounds" ./wasession "$account" ./file
measure contend "$((rounds * 2))" ./wasession "$account" ./file
