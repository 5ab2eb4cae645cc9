/// disconnect, purge-creds and restore on a staged machine.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/json_contract.h"
#include "support/machine.h"

namespace wasession::test {

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// `wasession COMMAND ARGS…` for what is below bots/.
inline Machine::Arguments below_bots(const Machine& machine, const std::string& command,
                                     const Machine::Arguments& more) {
  Machine::Arguments arguments = {command, "--only-root", "--root", machine.path("bots")};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

/// The answer in JSON, which keeps its contract, of a command that ends with `status`.
inline Machine::Json answer(const Machine& machine, const std::string& command,
                            Machine::Arguments more, int status) {
  more.emplace_back("--json");
  const Run run = machine.run(below_bots(machine, command, more));
  CHECK_MESSAGE(run.exit_status == status, command, " ended with ", run.exit_status, ": ", run.err,
                run.out);
  const auto parsed = Machine::Json::parse(run.out, nullptr, false);
  REQUIRE_MESSAGE(!parsed.is_discarded(), "no JSON: ", run.out, run.err);
  const std::string faults =
      parsed.contains("quarantine") ? quarantine_violations(parsed) : plan_violations(parsed);
  CHECK_MESSAGE(faults == "", faults, run.out);
  return parsed;
}

/// For a terminal on which a person types this.
inline RunOptions typing(const std::string& text) {
  RunOptions options;
  options.typed = text;
  return options;
}

/// Every file below a directory of the machine, with its mode and content.
inline std::map<std::string, std::string> files_below(const Machine& machine,
                                                      const std::string& below) {
  namespace fs = std::filesystem;
  std::map<std::string, std::string> files;
  if (!fs::exists(machine.path(below))) return files;
  for (const auto& entry : fs::recursive_directory_iterator(machine.path(below))) {
    std::ifstream stream(entry.path(), std::ios::binary);
    const auto mode = static_cast<unsigned>(entry.symlink_status().permissions());
    std::string content = std::to_string(mode) + " ";
    if (entry.is_regular_file()) content += {std::istreambuf_iterator<char>(stream), {}};
    files[entry.path().lexically_relative(machine.path(below)).string()] = content;
  }
  return files;
}

/// The kinds of the steps of a plan or of an outcome, in order.
inline std::vector<std::string> kinds_of(const Machine::Json& steps) {
  std::vector<std::string> kinds;
  for (const auto& step : steps) kinds.push_back(step.at("step"));
  return kinds;
}

/// True when every step was done, or skipped because an earlier one had done it.
inline bool all_went_well(const Machine::Json& answer) {
  return std::ranges::all_of(answer.at("outcome"),
                             [](const auto& one) { return one.at("result") != "failed"; });
}

}  // namespace wasession::test
