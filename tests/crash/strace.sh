#!/bin/sh
# Makes each system call that changes a file fail, and kills the process at each, in purge-creds,
# restore, doctor --fix and run. After each the next wasession must have settled what was left, and every
# byte must be at its place or come back from quarantine. Each call is killed at and fails with one
# of the errors in turn; with WASESSION_CRASH=all in the environment with every one of them.
# Prints the number of points tried; exit 1 when something was lost, 77 when strace can't be used.
# usage: sh strace.sh WASESSION CRASH_DATABASE FIXTURES SCENARIO
set -u
wasession=$1
database=$2
fixture=$3/v9-linked-msgs/creds.json
scenario=$4
command -v strace >/dev/null || { echo "skipped: there is no strace; ./dev setup installs it"; exit 77; }
strace -f --seccomp-bpf -e trace=none true >/dev/null 2>&1 ||
  { echo "skipped: strace may not trace here (ptrace is not permitted)"; exit 77; }

top=$(mktemp -d) || exit 2
trap 'rm -rf "$top"' EXIT
trap 'exit 2' INT TERM
chmod 755 "$top"
m=$top/machine
points=0
lost=0

# One name each: inject counts each system call by itself.
calls="mkdir mkdirat rename renameat renameat2 link linkat unlink unlinkat rmdir write pwrite64
  fsync fdatasync ftruncate fchmod fchmodat fchown fchownat chown utimensat"

# run ARGS…: wasession on the machine, which is all in $m.
run() {
  env -i PATH="$PATH" HOME="$m/home" XDG_STATE_HOME="$m/state" XDG_RUNTIME_DIR="$m" \
    "$@" >"$top/out" 2>&1
}

complain() {
  lost=$((lost + 1))
  echo "LOST: $scenario, $point: $1"
  sed 's/^/    /' "$top/out"
  find "$m" | sed 's/^/    /'
}

# Every file's mode, owner, time and bytes, and the directory's mode.
photograph() {
  (cd "$1" && stat -c '%a %u %g' . &&
    find . -type f -printf '%p %m %U %G %T@\n' -exec sha256sum {} \; | sort)
}

unfinished() {
  ls "$m/state/wasession/quarantine" 2>/dev/null | grep -E '\.(moving|restoring|deleting|aside)$'
}

entry() {
  ls "$m/state/wasession/quarantine" 2>/dev/null | grep -E '^[0-9]{8}-[0-9]{6}-[0-9a-f]{6}$' | head -n 1
}

# settle: what the next run does about it.
settle() {
  run "$wasession" restore --list --only-root --root "$m/below"
  [ -z "$(unfinished)" ] || complain "the next run left $(unfinished)"
}

# back: whatever is in quarantine by now is restored, unless it already was.
back() {
  id=$(entry)
  [ -n "$id" ] || return 0
  grep -q '"restored_at"' "$m/state/wasession/quarantine/$id/manifest.json" && return 0
  run "$wasession" restore "$id" --only-root --root "$m/below" || complain "restore $id failed"
}

check_directory() {
  settle
  back
  photograph "$m/below/bot" >"$top/now" 2>&1
  cmp -s "$top/now" "$top/expected" || complain "the directory is not what it was"
}

check_database() {
  settle
  back
  "$database" print "$m/below/session.db" >"$top/now" 2>&1
  cmp -s "$top/now" "$top/expected" || complain "the database is not what it was"
}

# A fix may have been done or not; what it was about is whole, and the next one does the rest.
check_fix() {
  settle
  run "$wasession" doctor --fix --only-root --root "$m/home" || :
  whatsapp=$m/home/.openclaw/credentials/whatsapp
  [ "$(ls -A "$whatsapp")" = default ] || complain "beside the directory is more: $(ls -A "$whatsapp")"
  # What is in a private directory need not be private itself.
  [ "$(stat -c %a "$whatsapp/default")" = 700 ] || complain "others may read the credential"
  cmp -s "$whatsapp/default/creds.json" "$top/creds.json" || complain "creds.json is not what it was"
}

# A start that failed or was killed leaves nothing that keeps the next one, or the gateway, waiting;
# and a disk that is full when the locks are written keeps nobody off.
check_run() {
  case $point in
    pwrite64*ENOSPC) [ "$status" -eq 0 ] || complain "a full disk stopped it" ;;
  esac
  run "$wasession" run --account "$account" -- true || complain "the next start is kept off"
  lock=$m/home/.openclaw/credentials/whatsapp/default.lock
  [ ! -e "$lock" ] || grep -q '"starttime": [0-9]' "$lock" || complain "the gateway is locked out for ever"
  [ "$(ls "$m/state/wasession/leases")" = "$account.lock" ] || complain "another lease came to be"
}

# faults_at N: what happens at the n-th call.
faults_at() {
  [ "${WASESSION_CRASH:-}" = all ] && { echo "ENOSPC EIO EXDEV EACCES KILL"; return; }
  # SQLite makes hundreds of calls, and does not care which error it is.
  [ "$check" = check_database ] && { [ $(($1 % 2)) = 0 ] && echo EIO || echo KILL; return; }
  case $(($1 % 4)) in 0) echo ENOSPC KILL ;; 1) echo EIO KILL ;; 2) echo EXDEV KILL ;; 3) echo EACCES KILL ;; esac
}

# at_each_point COMMAND…: from the machine in $top/before.
at_each_point() {
  point="no fault"
  fresh
  run strace -f --seccomp-bpf -o "$top/trace" -e "trace=$(echo $calls | tr ' ' ,)" "$@" ||
    complain "it fails by itself"
  for call in $calls; do
    # The counter is each thread's own.
    count=$(grep -E "^[0-9]+ +$call\\(" "$top/trace" | cut -d' ' -f1 | sort | uniq -c |
      sort -rn | sed -n '1s/^ *\([0-9]*\).*/\1/p')
    n=1
    while [ "$n" -le "${count:-0}" ]; do
      for fault in $(faults_at "$n"); do
        [ "$fault" = KILL ] && inject="signal=KILL" || inject="error=$fault"
        point="$call number $n: $fault"
        fresh
        run strace -f --seccomp-bpf -o /dev/null -e "inject=$call:$inject:when=$n" "$@"
        status=$?
        points=$((points + 1))
        $check
      done
      n=$((n + 1))
    done
  done
  echo "$scenario: $points points tried, $lost lost"
  [ "$points" -ge "$fewest" ] || complain "that is fewer than $fewest"
}

fresh() {
  rm -rf "$m"
  cp -a "$top/before" "$m"
}

# What every scenario begins with is left in $top/before.
keep() {
  rm -rf "$top/before"
  mv "$m" "$top/before"
}

# purged WHAT: the machine after a purge.
purged() {
  run "$wasession" purge-creds "$1" --yes --only-root --root "$m/below" || complain "no purge"
  keep
  id=$(ls "$top/before/state/wasession/quarantine" | grep -v lock)
}

prepare_directory() {
  check=check_directory
  mkdir -m 750 "$m/below/bot"
  cp "$fixture" "$m/below/bot/creds.json"
  cp "$fixture" "$m/below/bot/creds.json.bak"
  echo '{"private":1}' >"$m/below/bot/pre-key-1.json"
  chmod 600 "$m/below/bot/creds.json"
  touch -d '2026-11-01 12:34:56.789' "$m"/below/bot/*
  photograph "$m/below/bot" >"$top/expected"
}

prepare_database() {
  check=check_database
  "$database" make "$m/below/session.db"
  "$database" print "$m/below/session.db" >"$top/expected"
}

prepare_fix() {
  check=check_fix
  whatsapp=$m/home/.openclaw/credentials/whatsapp
  mkdir -p "$whatsapp/default"
  cp "$fixture" "$top/creds.json"
  cp "$fixture" "$whatsapp/default/creds.json"
  chmod 755 "$whatsapp/default"
  chmod 644 "$whatsapp/default/creds.json"
  # The first pid that Linux never gives.
  echo '{"pid":4194304,"createdAt":"2026-11-22T15:30:32.946Z"}' >"$whatsapp/default.lock"
}

prepare_run() {
  check=check_run
  account=15553334444
  calls="$calls flock execve"
  mkdir -p "$m/home/.openclaw/credentials/whatsapp/default"
  cp "$fixture" "$m/home/.openclaw/credentials/whatsapp/default/creds.json"
  # Of a gateway that was killed: it is taken over.
  echo '{"pid":4194304,"createdAt":"2026-11-22T15:30:32.946Z","starttime":7}' \
    >"$m/home/.openclaw/credentials/whatsapp/default.lock"
}

point="before the first fault"
fewest=40
device=15550101012
mkdir -p "$m/below" "$m/home"
case $scenario in
  purge-directory)
    prepare_directory
    keep
    at_each_point "$wasession" purge-creds baileys/bot --yes --only-root --root "$m/below"
    ;;
  restore-directory)
    prepare_directory
    purged baileys/bot
    at_each_point "$wasession" restore "$id" --only-root --root "$m/below"
    ;;
  purge-database)
    prepare_database
    keep
    at_each_point "$wasession" purge-creds $device --yes --only-root --root "$m/below"
    ;;
  restore-database)
    prepare_database
    purged $device
    at_each_point "$wasession" restore "$id" --only-root --root "$m/below"
    ;;
  fix)
    prepare_fix
    keep
    fewest=5
    # Without --only-root it would fix the stores of whoever runs this.
    at_each_point "$wasession" doctor --fix --only-root --root "$m/home"
    ;;
  run)
    prepare_run
    keep
    fewest=30
    WASESSION_CRASH=all
    at_each_point "$wasession" run --account $account -- true
    ;;
  *)
    echo "no such scenario: $scenario" >&2
    exit 2
    ;;
esac
[ "$lost" -eq 0 ]
