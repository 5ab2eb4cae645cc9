#!/bin/sh
# Colour: on a terminal, and never in what a script reads, unless it is asked for or refused.
# usage: sh colour_is_for_terminals.sh WASESSION
. "$(dirname "$0")/lib.sh"
need_terminal
escape=$(printf '\033[')

coloured() { out_has "$escape" "$1"; }
plain() { out_lacks "$escape" "$1"; }

store lab v9-copy-A
store copy v9-copy-B
# Its words are split on purpose.
# shellcheck disable=SC2086
for ask in "list" "doctor" "who-holds" "purge-creds baileys/copy --dry-run"; do
  case $ask in who-holds) status=1 ;; *) status=0 ;; esac
  expect $status "$ask does not work" wasession $ask $here
  plain "$ask writes escapes into a file"
  expect $status "$ask with --color always" wasession $ask --color always $here
  coloured "$ask | less -R has no colour although it was asked for"
  expect $status "$ask with NO_COLOR" env NO_COLOR=1 wasession $ask --color always $here
  coloured "$ask: NO_COLOR in the profile is stronger than the option of this one call"
  wasession $ask $here 2>&1 | cat >"$top/out"
  plain "$ask writes escapes into a pipe"

  on_terminal $status "$ask does not work on a terminal" 80 "wasession $ask $here"
  coloured "$ask is without colour on a terminal"
  on_terminal $status "$ask with --color never" 80 "wasession $ask --color never $here"
  plain "$ask has colour although --color never refuses it"
  on_terminal $status "$ask with NO_COLOR" 80 "NO_COLOR=1 wasession $ask $here"
  plain "$ask does not know NO_COLOR"
  on_terminal $status "$ask with an empty NO_COLOR" 80 "NO_COLOR= wasession $ask $here"
  coloured "$ask takes an empty NO_COLOR for a wish (no-color.org)"
  on_terminal $status "$ask with TERM=dumb" 80 "TERM=dumb wasession $ask $here"
  plain "$ask writes escapes to a terminal that shows them as text"

  expect $status "$ask --json" wasession $ask --json --color always $here
  plain "$ask --json has escapes that no parser reads"
  on_terminal $status "$ask --json on a terminal" 80 "wasession $ask --json $here"
  plain "$ask --json has escapes on a terminal, where it may be copied from"
done

# What goes to a file has no colour, whatever stderr is.
on_terminal 0 "output to a file does not work on a terminal" 80 \
  "wasession list $here >'$top/file'"
cp "$top/file" "$top/out"
plain "a file that was written from a terminal has escapes"
out_has "baileys/copy" "a file that was written from a terminal lacks the list"
# shellcheck disable=SC2086
expect 2 "a word that is no colour" wasession list --color sometimes $here
err_has "sometimes" "the wrong word is not named"
finish
