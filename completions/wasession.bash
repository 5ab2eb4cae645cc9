# bash completion for wasession, made by: wasession completion bash

# Proposes those of the lines "word<tab>about" on stdin that begin with what was typed.
_wasession_propose() {
  local word about
  while IFS=$'\t' read -r word about; do
    [[ $word == "$typed"* ]] || continue
    [[ $word == *[!A-Za-z0-9_./,:@=+-]* ]] && printf -v word %q "$word"
    COMPREPLY+=("$1$word")
  done
}

_wasession_words() { _wasession_propose '' < <(printf '%s\n' "$@"); }

_wasession_live() { _wasession_propose "${2-}" < <(command wasession __complete "$1" 2>/dev/null); }

# Several with commas between them: the last one is still being typed.
_wasession_live_list() {
  local before=
  [[ $typed == *,* ]] && before=${typed%,*},
  typed=${typed##*,}
  compopt -o nospace 2>/dev/null
  _wasession_live "$1" "$before"
}

# $1: f for files, d for directories, c for commands.
_wasession_paths() {
  local path
  [[ $1 == c ]] || compopt -o filenames 2>/dev/null
  while IFS= read -r path; do COMPREPLY+=("$path"); done < <(compgen "-$1" -- "$typed")
}

# The command behind `run --`, which begins with the word number $1.
_wasession_other_command() {
  if declare -F _command_offset >/dev/null; then
    _command_offset "$1"
  elif ((COMP_CWORD == $1)); then
    _wasession_paths c
  else
    _wasession_paths f
  fi
}

_wasession() {
  local typed=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' i word
  COMPREPLY=()
  # A "=" is a word of its own: --color=al is three.
  if [[ $typed == '=' ]]; then
    typed=
  elif [[ $previous == '=' ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; ++i)); do
    word=${COMP_WORDS[i]}
    if [[ $command && $word == -- ]]; then
      [[ $command == run ]] && _wasession_other_command $((i + 1))
      return
    fi
    [[ $command ]] && continue
    case $word in
      --root | --endpoint | --registry | --color)
        [[ ${COMP_WORDS[i + 1]} == '=' ]] && ((++i))
        ((++i))
        ;;
      -*) ;;
      *) command=$word ;;
    esac
  done
  case "$command $previous" in
    who-holds' --watch' | doctor' --since' | disconnect' --timeout' | purge-creds' --older-than' | purge-creds' --timeout' | serve' --listen' | serve' --host' | serve' --refresh' | serve' --since' | run' --wait' | *' --endpoint') :; return ;;
    doctor' --only') _wasession_live codes; return ;;
    run' --account') _wasession_live phones; return ;;
    disconnect' --keep' | run' --session') _wasession_live sessions; return ;;
    list' --sort') _wasession_live sort-keys; return ;;
    list' --columns') _wasession_live_list columns; return ;;
    *' --root') _wasession_paths d; return ;;
    doctor' --log' | serve' --unix' | serve' --token-file' | serve' --log' | *' --registry') _wasession_paths f; return ;;
    *' --color') _wasession_words auto always never; return ;;
    doctor' --fail-on' | serve' --fail-on') _wasession_words warning error; return ;;
  esac
  case $command in
    list)
      if [[ $typed == -* ]]; then
        _wasession_words --columns --sort --watch -h --help --version --json --redact --root --only-root --endpoint --registry --color -q --quiet -v --verbose
      else
        _wasession_live sessions
      fi
      ;;
    who-holds)
      if [[ $typed == -* ]]; then
        _wasession_words --deep --watch -h --help --version --json --redact --root --only-root --endpoint --registry --color -q --quiet -v --verbose
      else
        _wasession_live sessions
      fi
      ;;
    doctor)
      if [[ $typed == -* ]]; then
        _wasession_words --since --log --fix --fail-on --only -h --help --version --json --redact --root --only-root --endpoint --registry --color -q --quiet -v --verbose
      else
        _wasession_live sessions
      fi
      ;;
    disconnect)
      if [[ $typed == -* ]]; then
        _wasession_words --keep --force --timeout --dry-run -y --yes -h --help --version --json --redact --root --only-root --endpoint --registry --color -q --quiet -v --verbose
      else
        _wasession_live sessions
      fi
      ;;
    purge-creds)
      if [[ $typed == -* ]]; then
        _wasession_words --stale --logged-out --older-than --no-quarantine --force --timeout --dry-run -y --yes -h --help --version --json --redact --root --only-root --endpoint --registry --color -q --quiet -v --verbose
      else
        _wasession_live sessions
      fi
      ;;
    restore)
      if [[ $typed == -* ]]; then
        _wasession_words --list --dry-run -h --help --version --json --redact --root --only-root --endpoint --registry --color -q --quiet -v --verbose
      else
        _wasession_live quarantine
      fi
      ;;
    serve)
      if [[ $typed == -* ]]; then
        _wasession_words --unix --listen --allow-remote --token-file --host --show-numbers --refresh --since --log --fail-on -h --help --version --json --redact --root --only-root --endpoint --registry --color -q --quiet -v --verbose
      fi
      ;;
    run)
      if [[ $typed == -* ]]; then
        _wasession_words --session --account --wait --take-over --per-device -h --help --version --json --redact --root --only-root --endpoint --registry --color -q --quiet -v --verbose
      fi
      ;;
    completion)
      if [[ $typed == -* ]]; then
        _wasession_words -h --help --version --json --redact --root --only-root --endpoint --registry --color -q --quiet -v --verbose
      else
        _wasession_words bash zsh fish
      fi
      ;;
    '') if [[ $typed == -* ]]; then _wasession_words -h --help --version --json --redact --root --only-root --endpoint --registry --color -q --quiet -v --verbose; else _wasession_words list who-holds doctor disconnect purge-creds restore serve run completion; fi ;;
  esac
}

complete -F _wasession wasession
