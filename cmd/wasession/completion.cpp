#include <cerrno>
#include <cstring>
#include <exception>
#include <memory>

#include <fmt/format.h>

#include "commands.h"
#include "completion/live.h"
#include "completion/scripts.h"
#include "report/escape.h"
#include "terminal.h"

namespace wasession::cmd {
namespace {

int print(const std::string& text) {
  if (write_output(text)) return kDone;
  print_error(fmt::format("can't write the output: {}", std::strerror(errno)));
  return kCannot;
}

std::string script_of(const std::string& shell, const completion::Tree& tree) {
  if (shell == "bash") return completion::bash_script(tree);
  if (shell == "zsh") return completion::zsh_script(tree);
  return completion::fish_script(tree);
}

/// A line of `word<tab>about` each. A word that can't be typed as it is shown is left out: it would
/// mean another session, or none.
std::string lines(const std::vector<completion::Word>& words) {
  std::string text;
  for (const completion::Word& word : words) {
    if (report::printable(word.text) != word.text) continue;
    text += fmt::format("{}\t{}\n", word.text, report::printable(word.about));
  }
  return text;
}

int run_complete(const GlobalOptions& global, const std::string& what) {
  const completion::LiveKind* const kind = completion::find_live_words(what);
  if (kind == nullptr) {
    print_error(fmt::format("nothing is called {} in completions", what));
    return kWrongUsage;
  }
  const Look look = prepare_look(global, {});
  registry::Opening opening;
  if (!look.registry_file.empty())
    opening = registry::open_registry(look.registry_file, registry::Access::read_only);
  return print(lines(kind->words(opening.registry.get())));
}

}  // namespace

void add_completion(CLI::App& app, const GlobalOptions& global, int* exit_code) {
  const auto shell = std::make_shared<std::string>();
  CLI::App* const command =
      app.add_subcommand("completion", "Print the completion script of a shell");
  command->add_option("SHELL", *shell, "Whose script")
      ->type_name("")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->required();
  finish_command(*command);
  command->callback([&app, shell, exit_code] {
    *exit_code = print(script_of(*shell, completion::tree_of(app)));
  });

  const auto what = std::make_shared<std::string>();
  CLI::App* const complete =
      app.add_subcommand("__complete", "The words that completions propose")->group("");
  complete->add_option("WHAT", *what, "Which words")->required();
  complete->callback([&global, what, exit_code] { *exit_code = run_complete(global, *what); });
}

}  // namespace wasession::cmd
