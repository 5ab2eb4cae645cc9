#include <cstring>
#include <exception>
#include <string_view>

#include <fmt/format.h>

#include "commands.h"

namespace {

using wasession::cmd::Exit;

/// Answered before anything else is set up: scripts ask for it often, and an exception thrown by
/// the option parser would cost four times as much as the whole answer in a static binary.
bool answer_version(int argc, char** argv) {
  if (argc != 2 || std::string_view(argv[1]) != "--version") return false;
  fmt::print("wasession {}\n", WASESSION_VERSION);
  return true;
}

int run(int argc, char** argv) {
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
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? Exit::kDone : Exit::kWrongUsage;
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return answer_version(argc, argv) ? Exit::kDone : run(argc, argv);
  } catch (const std::exception& error) {
    wasession::cmd::print_error(error.what());
    return Exit::kCannot;
  }
}
