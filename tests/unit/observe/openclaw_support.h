/// A machine with OpenClaw on it, staged in a temporary directory.
#pragma once

#include <filesystem>
#include <string>

#include "observe/places/openclaw.h"
#include "support/temporary_directory.h"

namespace wasession::test {

/// A user `alice` whose gateway runs in a directory of its own, with nothing installed.
struct Machine {
  TemporaryDirectory root;
  observe::Environment environment;

  Machine() {
    environment.home = root.make_directory("alice");
    environment.working_directory = root.make_directory("work");
  }

  /// A linked account's directory. Returns its path.
  std::string link(const std::string& below) const {
    root.write_file(below + "/creds.json", "{}");
    return root.path(below);
  }

  observe::Places places() const { return observe::openclaw_places(environment); }
};

/// One place a line, paths below the machine's root: `name path [configured] [profile]`.
inline std::string described(const observe::Places& places, const Machine& machine) {
  std::string text;
  for (const observe::Place& place : places.places) {
    const auto path = std::filesystem::path(place.path).lexically_relative(machine.root.path());
    text += place.name + " " + path.string() + (place.configured ? " configured" : "") +
            (place.profile.empty() ? "" : " @" + place.profile) + "\n";
  }
  for (const Warning& warning : places.warnings) {
    text += "! " + warning.path + ": " + warning.what + "\n";
  }
  return text;
}

}  // namespace wasession::test
