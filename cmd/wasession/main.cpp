#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "commands.h"
#include "memory.h"

namespace {

using wasession::cmd::Exit;

/// Answered before anything else is set up: scripts ask for it often, and an exception thrown by
/// the option parser would cost four times as much as the whole answer in a static binary.
bool answer_version(int argc, char** argv) {
  if (argc != 2 || std::string_view(argv[1]) != "--version") return false;
  fmt::print("wasession {}\n", WASESSION_VERSION);
  return true;
}

/// False, and said so, when what was printed did not reach its destination (a full disk).
bool written_out() {
  if (std::cout.flush() && std::fflush(stdout) == 0) return true;
  wasession::cmd::print_error(fmt::format("can't write the output: {}", std::strerror(errno)));
  return false;
}

/// The option parser asks for a subcommand before it complains about the word in its place.
std::string what_is_wrong(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> left = app.remaining();
  const bool no_subcommand = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  if (no_subcommand && !left.empty()) return fmt::format("no such command: {}", left.front());
  return error.what();
}

int run(int argc, char** argv) {
  wasession::cmd::prepare_memory();
  wasession::cmd::GlobalOptions global;
  int exit_code = Exit::kDone;
  CLI::App app{"Who uses which WhatsApp credential on this machine, and why WhatsApp answers 440"};
  app.name("wasession");
  app.set_version_flag("--version", std::string("wasession ") + WASESSION_VERSION);
  app.require_subcommand(1);
  app.footer(wasession::cmd::kExitStatusHelp);
  wasession::cmd::add_global_options(app, global);
  wasession::cmd::add_list(app, global, &exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& answer) {
    app.exit(answer);  // help or the version, to std::cout
    return written_out() ? Exit::kDone : Exit::kCannot;
  } catch (const CLI::ParseError& error) {
    wasession::cmd::print_error(what_is_wrong(app, error) + "; see wasession --help");
    return Exit::kWrongUsage;
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (answer_version(argc, argv)) return written_out() ? Exit::kDone : Exit::kCannot;
    return run(argc, argv);
  } catch (const std::exception& error) {
    wasession::cmd::print_error(error.what());
    return Exit::kCannot;
  }
}
