#include "usage.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace wasession::cmd {
namespace {

/// How many letters must be put in, left out, changed or swapped with their neighbour.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> steps(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        steps[i][j] = i + j;
        continue;
      }
      const std::size_t changed = steps[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      steps[i][j] = std::min({steps[i - 1][j] + 1, steps[i][j - 1] + 1, changed});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) steps[i][j] = std::min(steps[i][j], steps[i - 2][j - 2] + 1);
    }
  }
  return steps[a.size()][b.size()];
}

/// The one of `names` that was probably meant; empty when none is near, or several begin so.
std::string near(const std::string& word, const std::vector<std::string>& names) {
  const std::size_t longest = 32;
  if (word.size() < 2 || word.size() > longest) return "";
  std::vector<std::string> completed;
  std::ranges::copy_if(names, std::back_inserter(completed),
                       [&](const std::string& name) { return name.starts_with(word); });
  if (!completed.empty()) return completed.size() == 1 ? completed.front() : "";
  const auto nearest = std::ranges::min_element(
      names, {}, [&](const std::string& name) { return distance(word, name); });
  const std::size_t tolerated = std::max<std::size_t>(1, word.size() / 3);
  return nearest != names.end() && distance(word, *nearest) <= tolerated ? *nearest : "";
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!command->get_group().empty()) names.push_back(command->get_name());
  }
  return names;
}

void add_option_names(const CLI::App& app, std::vector<std::string>& names) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
}

std::string with_suggestion(const std::string& complaint, const std::string& word,
                            const std::vector<std::string>& names, const std::string& help) {
  const std::string meant = near(word, names);
  if (meant.empty()) return fmt::format("{}: {}; see {}", complaint, word, help);
  return fmt::format("{}: {}; did you mean {}? See {}", complaint, word, meant, help);
}

std::string unexpected(const CLI::App& app, const CLI::App* command,
                       const std::vector<std::string>& words, const std::string& help) {
  const auto option =
      std::ranges::find_if(words, [](const std::string& word) { return word.starts_with('-'); });
  if (option == words.end())
    return fmt::format("one word too many: {}; see {}", words.front(), help);
  const std::string name = option->substr(0, option->find('='));
  std::vector<std::string> names;
  add_option_names(app, names);
  if (command != nullptr) add_option_names(*command, names);
  return with_suggestion("no such option", name, names, help);
}

}  // namespace

std::string start_screen() {
  return "wasession: which program uses which WhatsApp credential on this machine\n"
         "\n"
         "When something is broken (status 440, conflict, logged out):\n"
         "  wasession doctor                why, and what to type\n"
         "  wasession who-holds             which process uses which credential\n"
         "  wasession disconnect --force    end every conflict, and keep the right one\n"
         "  wasession purge-creds SESSION   remove a credential; restore brings it back\n"
         "\n"
         "So that it can't happen again: wasession run -- COMMAND\n"
         "Everything else: wasession --help, man wasession\n";
}

std::string what_is_wrong(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<CLI::App*> parsed = app.get_subcommands();
  const CLI::App* const command = parsed.empty() ? nullptr : parsed.front();
  const std::string help =
      fmt::format("wasession {}--help", command ? command->get_name() + " " : "");
  const std::vector<std::string> words = app.remaining(true);
  // The option parser asks for a subcommand before it complains about the word in its place.
  const bool no_command = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && !command;
  if (no_command && !words.empty() && !words.front().starts_with('-'))
    return with_suggestion("no such command", words.front(), command_names(app), help);
  const bool extra = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
  if ((no_command || extra) && !words.empty()) return unexpected(app, command, words, help);
  return fmt::format("{}; see {}", no_command ? "no command is given" : error.what(), help);
}

}  // namespace wasession::cmd
