# Every script of this folder begins with `. lib.sh`: a machine of its own below $top, and the
# binary under test on the PATH as `wasession`, as people have it. A script is run as
#   sh NAME.sh WASESSION
# and ends with `finish`: 1 when a check failed, 77 when the script can't run here at all.
# shellcheck shell=sh disable=SC2034
set -u
umask 022
failures=0
checks=0
background=

# skip WHY: the whole script.
skip() {
  echo "skipped: $1"
  exit 77
}

# need PROGRAM…
need() {
  for program in "$@"; do
    command -v "$program" >/dev/null || skip "there is no $program; ./dev test installs it"
  done
}

# fail HARM [DETAIL]: what is broken for who uses it, and what the last command said.
fail() {
  failures=$((failures + 1))
  echo "BROKEN: $1"
  [ $# -lt 2 ] || echo "    $2"
  for stream in out err; do
    [ ! -s "$top/$stream" ] || head -c 2000 "$top/$stream" | sed "s/^/    $stream: /"
  done
}

# check HARM COMMAND…: COMMAND must succeed.
check() {
  harm=$1
  shift
  checks=$((checks + 1))
  "$@" || fail "$harm" "not true: $(echo "$*" | head -c 300)"
}

# expect STATUS HARM COMMAND…: COMMAND must end with STATUS; $top/out and $top/err have its output.
expect() {
  wanted=$1
  harm=$2
  shift 2
  "$@" >"$top/out" 2>"$top/err" </dev/null
  ended "$?" "$wanted" "$harm" "$@"
}

# ended STATUS WANTED HARM COMMAND…: the same of a command that has run.
ended() {
  got=$1
  wanted=$2
  harm=$3
  shift 3
  checks=$((checks + 1))
  [ "$got" = "$wanted" ] ||
    fail "$harm" "status $got instead of $wanted: $(echo "$*" | head -c 300)"
  # Of other programs of this machine, which root looks into.
  sed -i '/^wasession: warning: the memory of process /d' "$top/err"
  # Its own status can be one that was expected.
  ! grep -qE 'Sanitizer|runtime error:' "$top/err" || fail "a sanitizer complained" "$*"
}

out_has() { check "$2" grep -qF -e "$1" "$top/out"; }
err_has() { check "$2" grep -qF -e "$1" "$top/err"; }
out_lacks() { check "$2" lacks "$1" "$top/out"; }
err_lacks() { check "$2" lacks "$1" "$top/err"; }
lacks() { ! grep -qF -e "$1" "$2"; }
err_is_empty() { check "$1" test ! -s "$top/err"; }

# json FILTER HARM: true of what was printed, which is one JSON text.
json() { check "$2" json_is_true "$1"; }
json_is_true() { jq -s -e "length == 1 and (.[0] | $1)" "$top/out" >/dev/null 2>&1; }

# eventually HARM COMMAND…: within 10 seconds.
eventually() {
  harm=$1
  shift
  tries=0
  until "$@" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 200 ] || break
    sleep 0.05
  done
  check "$harm" test $tries -lt 200
}

# store NAME FIXTURE: a linked and private credential in $bots/NAME, used just now.
store() {
  mkdir -p "$bots/$1"
  cp "$fixtures/$2"/* "$bots/$1"
  chmod 700 "$bots/$1"
  chmod 600 "$bots/$1"/*
}

# unused NAME: for 60 days.
unused() { touch -d '60 days ago' "$bots/$1"/*; }

# hold NAME: $holder is the pid of a process that certainly uses $bots/NAME.
hold() {
  rm -f "$top/ready"
  (cd / && exec sh -c 'exec 9>>"$1/pre-key-1.json"; : >"$2"; exec sleep 100' sh "$bots/$1" "$top/ready") &
  holder=$!
  background="$background $holder"
  eventually "(the test itself) nothing holds $1" test -e "$top/ready"
}

# lives PID: a process that has ended and is not yet waited for does not.
lives() {
  state=$(sed 's/.*) //; s/ .*//' "/proc/$1/stat" 2>/dev/null) || return 1
  [ "$state" != Z ]
}

ends() { ! lives "$1"; }

# cron LINE: as cron runs it, without a terminal.
cron() { env -i HOME="$HOME" PATH=/usr/bin:/bin SHELL=/bin/sh setsid --wait /bin/sh -c "$1"; }

# terminal COLUMNS LINE: on a pseudo terminal so wide; it shows $top/out, and ends as LINE does.
terminal() {
  SHELL=/bin/sh script -qec "stty cols $1; $2" /dev/null </dev/null >"$top/shown" 2>"$top/err"
  terminal_status=$?
  tr -d '\r' <"$top/shown" >"$top/out"
  return $terminal_status
}

# on_terminal STATUS HARM COLUMNS LINE
on_terminal() {
  terminal "$3" "$4"
  ended $? "$1" "$2" "on a terminal: $4"
}

need_terminal() {
  need script stty
  script --version 2>/dev/null | grep -q util-linux || skip "script(1) is not that of util-linux"
}

# own_credentials DIRECTORY: of nobody else. A key that is also in the memory of another test would
# be found there, by root; copies stay copies.
own_credentials() {
  for creds in "$1"/*/creds.json; do
    old=$(grep -o '"noiseKey".*' "$creds" | grep -o '"data": *"[^"]*"' | sed -n '2s/.*"\(.*\)"/\1/p')
    sed -i "s|$old|$(head -c 32 /dev/urandom | base64)|" "$1"/*/creds.json
  done
}

# photograph DIRECTORY: every file's name, mode and bytes.
photograph() { (cd "$1" && find . -printf '%p %m\n' | sort && find . -type f -exec sha256sum {} + | sort); }

# ordinary "$@": the rest of the script is done by somebody who is not root, and has no account.
ordinary() {
  [ "$(id -u)" -eq 0 ] || return 0
  need setpriv
  cp "$scripts"/*.sh "$top/scripts/"
  chown -R 61234:61234 "$top"
  person="setpriv --reuid 61234 --regid 61234 --clear-groups"
  $person test -x "$wasession" || { rm "$top/bin/wasession" && cp "$wasession" "$top/bin/wasession"; }
  (cd / && SMOKE_TOP=$top $person sh "$top/scripts/$(basename "$0")" "$@")
  exit $?
}

end_background() {
  for pid in $background; do kill "$pid" 2>/dev/null; done
}

finish() {
  echo "$checks checks, $failures broken"
  [ "$failures" -eq 0 ] && [ "$checks" -gt 0 ] && exit 0
  exit 1
}

scripts=$(cd "$(dirname "$0")" && pwd)
if [ -n "${SMOKE_TOP:-}" ]; then
  top=$SMOKE_TOP
  trap end_background EXIT
else
  wasession=$(realpath "${1:?usage: sh NAME.sh WASESSION}") || exit 2
  top=$(mktemp -d "${TMPDIR:-/tmp}/smoke.XXXXXX") || exit 2
  trap 'end_background; chmod -R u+w "$top"; rm -rf "$top"' EXIT
  # So deep that whoever works in the directory of temporary files does not stand near the stores.
  mkdir -p "$top/home" "$top/srv/whatsapp/bots" "$top/bin" "$top/scripts"
  cp -R "$scripts/../fixtures/baileys" "$top/fixtures"
  own_credentials "$top/fixtures"
  ln -s "$wasession" "$top/bin/wasession"
  chmod 755 "$top"
fi
trap 'exit 2' INT TERM
bots=$top/srv/whatsapp/bots
fixtures=$top/fixtures
here="--only-root --root $bots"
# Nobody else's settings, and nobody else's home.
for variable in $(env | sed -n 's/^\(WASESSION_[A-Z_]*\|XDG_[A-Z_]*\|OPENCLAW_[A-Z_]*\|NO_COLOR\|COLUMNS\)=.*/\1/p'); do
  unset "$variable"
done
export HOME="$top/home" PATH="$top/bin:$PATH" LC_ALL=C.UTF-8 TERM=xterm
