#!/bin/sh
# On a terminal: types a line and Tab into a real shell, and waits for what must appear.
# usage: sh terminal.sh WASESSION zsh|bash
set -u
shell=$2
for program in tmux "$shell"; do
  command -v $program >/dev/null || { echo "skipped: no $program"; exit 77; }
done
. "$(dirname "$0")/stage.sh"
unset TMUX
socket=$work/tmux
trap 'tmux -S "$socket" kill-server 2>/dev/null; rm -rf "$work"' EXIT
terminal() { tmux -S "$socket" "$@"; }

if [ "$shell" = zsh ]; then
  cat >"$work/.zshrc" <<END
fpath=($here/../../completions \$fpath)
autoload -U compinit && compinit -u -D
PS1='ready> ' LISTMAX=0
setopt nobeep noalwayslastprompt nolistambiguous
END
  start="env ZDOTDIR=$work zsh -d -i"
else
  printf '. %s\nPS1="ready> " HISTFILE=\nbind "set show-all-if-ambiguous on"\nbind "set page-completions off"\n' \
    "$here/../../completions/wasession.bash" >"$work/bashrc"
  start="bash --noprofile --rcfile $work/bashrc -i"
fi
terminal -f /dev/null new-session -d -x 160 -y 60 "$start"

# wait_for PATTERN: until a line of the screen has it, for 10 s at most.
wait_for() {
  tries=0
  until terminal capture-pane -p | grep -qe "$1"; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || return 1
    sleep 0.1
  done
}
clear_line() {
  terminal send-keys C-c
  terminal send-keys -R
  terminal clear-history
  terminal send-keys Enter
  wait_for '^ready>$'
}

check() {
  [ "$2" ] || return
  case $shell$1 in bash*'run '*' -- '*) return ;; esac
  clear_line
  terminal send-keys -l "$1"
  terminal send-keys Tab
  for word in $2; do
    wait_for "[ /,]$word\|^$word" || {
      complain "$shell doesn't show $word for \"$1\" and Tab; its screen:"
      terminal capture-pane -p | grep . >&2
    }
  done
}
wait_for '^ready>' || complain "$shell doesn't start"
each_case check

clear_line
terminal send-keys -l 'wasession list openclaw/x'
terminal send-keys Tab
wait_for 'touch\\ run' || complain "$shell doesn't quote the name of a directory"
terminal send-keys Enter
wait_for '^openclaw/x ' || complain "what $shell completed is not the session"
end
