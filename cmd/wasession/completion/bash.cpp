#include <map>
#include <string_view>

#include <fmt/format.h>

#include "completion/scripts.h"

namespace wasession::cmd::completion {
namespace {

/// For bash 3.2 and later, with or without the package bash-completion. What is proposed may be the
/// name of a directory that somebody else made: it is quoted, and never given to compgen -W, which
/// would run what stands in it.
constexpr std::string_view kFunctions =
    R"bash(# bash completion for wasession, made by: wasession completion bash

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
)bash";

constexpr std::string_view kBegin = R"bash(
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
)bash";

/// The shell command that proposes the value.
std::string proposal(const Value& value) {
  switch (value.kind) {
    case ValueKind::choices:
      return fmt::format("_wasession_words {}", fmt::join(value.words, " "));
    case ValueKind::live:
      return fmt::format("_wasession_live{} {}", value.list ? "_list" : "", value.what);
    case ValueKind::files:
      return "_wasession_paths f";
    case ValueKind::directories:
      return "_wasession_paths d";
    case ValueKind::command:
    case ValueKind::other:
      break;
  }
  return ":";
}

/// A branch of `case "$command $previous"` for each kind of value.
std::string branches(const Tree& tree) {
  std::map<std::string, std::string> patterns;
  const auto add = [&](const std::string& command, const std::vector<Option>& options) {
    for (const Option& option : options) {
      if (option.value_name.empty()) continue;
      std::string& all = patterns[proposal(option.value)];
      for (const std::string& name : option.names)
        all += fmt::format("{}{}' {}'", all.empty() ? "" : " | ", command, name);
    }
  };
  for (const Command& command : tree.commands) add(command.name, command.options);
  add("*", tree.global);
  std::string text;
  for (const auto& [proposal, pattern] : patterns)
    text += fmt::format("    {}) {}; return ;;\n", pattern, proposal);
  return text;
}

std::string global_names_with_values(const Tree& tree) {
  std::string all;
  for (const Option& option : tree.global) {
    if (option.value_name.empty()) continue;
    all += fmt::format("{}{}", all.empty() ? "" : " | ", fmt::join(option.names, " | "));
  }
  return all;
}

std::string names(const std::vector<Option>& options) {
  std::string all;
  for (const Option& option : options) all += fmt::format(" {}", fmt::join(option.names, " "));
  return all;
}

}  // namespace

std::string bash_script(const Tree& tree) {
  std::string script(kFunctions);
  script += kBegin;
  script += fmt::format(
      "      {})\n"
      "        [[ ${{COMP_WORDS[i + 1]}} == '=' ]] && ((++i))\n"
      "        ((++i))\n"
      "        ;;\n"
      "      -*) ;;\n"
      "      *) command=$word ;;\n"
      "    esac\n"
      "  done\n"
      "  case \"$command $previous\" in\n"
      "{}"
      "  esac\n"
      "  case $command in\n",
      global_names_with_values(tree), branches(tree));
  std::string commands;
  for (const Command& command : tree.commands) {
    commands += " " + command.name;
    script +=
        fmt::format("    {})\n      if [[ $typed == -* ]]; then\n        _wasession_words{}{}\n",
                    command.name, names(command.options), names(tree.global));
    if (command.positional && command.positional->value.kind != ValueKind::command)
      script += fmt::format("      else\n        {}\n", proposal(command.positional->value));
    script += "      fi\n      ;;\n";
  }
  script += fmt::format(
      "    '') if [[ $typed == -* ]]; then _wasession_words{}; else _wasession_words{}; fi ;;\n"
      "  esac\n}}\n\ncomplete -F _wasession wasession\n",
      names(tree.global), commands);
  return script;
}

}  // namespace wasession::cmd::completion
