/// `wasession run` on a staged machine.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "command/change.h"
#include "support/running.h"

namespace wasession::test {

inline const std::string kRefused =
    "Another WhatsApp session is active. Please disconnect other sessions before connecting.";

/// The account of the fixtures v9-copy-A and v9-copy-B.
inline const std::string kAccount = "15550001111";

/// `wasession run OPTIONS… -- COMMAND…`, looking only at what is below bots/.
inline Machine::Arguments starting(const Machine& machine, const Machine::Arguments& options,
                                   const Machine::Arguments& command) {
  Machine::Arguments arguments = below_bots(machine, "run", options);
  arguments.emplace_back("--");
  arguments.insert(arguments.end(), command.begin(), command.end());
  return arguments;
}

/// A command that says so when it has started, and then does nothing for a long time.
inline const Machine::Arguments kStays = {"sh", "-c", "echo started $$; exec sleep 1000"};

/// Two directories with one credential, and one of another account.
struct Bots {
  Machine machine;
  std::string a = machine.add_baileys("bots/a", "v9-copy-A");
  std::string b = machine.add_baileys("bots/b", "v9-copy-B");
  std::string other = machine.add_baileys("bots/other", "v6-linked-msgs");

  Run run(const Machine::Arguments& options, const Machine::Arguments& command) const {
    return machine.run(starting(machine, options, command));
  }
};

inline std::string lease_path(const Machine& machine, const std::string& account) {
  return machine.path("home/.local/state/wasession/leases/" + account + ".lock");
}

inline std::string content_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace wasession::test
