/// What the shells' completions need to know of the command line, taken from the option parser.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace wasession::cmd::completion {

/// What is proposed for a value; nothing for one of any other kind.
enum class ValueKind { other, choices, live, files, directories, command };

struct Value {
  ValueKind kind = ValueKind::other;
  std::vector<std::string> words;  ///< of choices
  std::string what;                ///< of live: the word for `wasession __complete`
  bool list = false;               ///< several with commas between them
};

struct Option {
  std::vector<std::string> names;  ///< with their dashes, the long one last
  std::string help;
  std::string value_name;  ///< empty for a flag
  Value value;
  bool repeatable = false;
};

struct Positional {
  std::string name;
  Value value;
  bool repeatable = false;
};

struct Command {
  std::string name;
  std::string help;
  std::vector<Option> options;
  std::optional<Positional> positional;
};

struct Tree {
  std::vector<Option> global;
  std::vector<Command> commands;
};

/// Hidden commands and options are left out.
Tree tree_of(const CLI::App& app);

}  // namespace wasession::cmd::completion
