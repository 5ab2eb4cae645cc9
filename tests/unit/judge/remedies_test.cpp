#include "judge/remedies.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <random>

#include <doctest/doctest.h>
#include <unistd.h>

#include "snapshot_builder.h"

using namespace wasession;
using namespace wasession::judge;
using namespace wasession::test;
using namespace std::chrono_literals;

namespace {

const std::vector<std::string> kHostile = {
    "",     "-rf",  "--",   "'",          "''",    "\"",          "\\",        "\\'",
    "a b",  "a\nb", "\n",   "; rm -rf /", "$(id)", "`id`",        "a'; id; '", "!!",
    "~",    "*",    "#x",   "\x1b[2J",    "\x7f",  "caf\xc3\xa9", "\xff\xfe",  "\r\nrm -rf /",
    "7\n7", "=ls",  "{a,b}"};

std::string random_name(std::mt19937& random) {
  std::string name;
  for (auto left = random() % 12; left > 0; --left) {
    name += static_cast<char>(1 + random() % 255);  // no file and no argument has a NUL
  }
  return name;
}

/// What bash prints when it runs the script, errors included.
std::string output_of(const std::string& script) {
  std::string path = "/tmp/wasession-remedy-XXXXXX";
  const int descriptor = ::mkstemp(path.data());
  REQUIRE(descriptor >= 0);
  const std::unique_ptr<FILE, int (*)(FILE*)> file(::fdopen(descriptor, "w"), std::fclose);
  REQUIRE(file != nullptr);
  std::fputs(script.c_str(), file.get());
  std::fflush(file.get());
  std::string output;
  {
    const std::unique_ptr<FILE, int (*)(FILE*)> shell(
        ::popen(("bash --norc " + path + " 2>&1").c_str(), "r"), ::pclose);
    REQUIRE(shell != nullptr);
    std::array<char, 4096> buffer{};
    for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), shell.get())) > 0;) {
      output.append(buffer.data(), n);
    }
  }
  CHECK_EQ(std::remove(path.c_str()), 0);
  return output;
}

bool is_one_line(const std::string& line) {
  return std::none_of(line.begin(), line.end(),
                      [](char c) { return (static_cast<unsigned char>(c) < ' ') || c == '\x7f'; });
}

/// A machine on which everything is wrong, and everything has this name.
SnapshotBuilder named(const std::string& name) {
  SnapshotBuilder machine;
  const std::string profile = "openclaw@" + name + "/";
  const auto a = machine.session(profile + name, 1);
  const auto b = machine.session("baileys/" + name, 1, Tool::baileys);
  const auto c = machine.session("wacli/" + name, 2, Tool::wacli);
  const auto d = machine.session("whatsmeow/" + name, 3, Tool::whatsmeow);
  machine.at(a).name = name;
  int pid = 10;
  for (const auto kind : {SupervisorKind::systemd, SupervisorKind::systemd_user,
                          SupervisorKind::pm2, SupervisorKind::docker, SupervisorKind::podman,
                          SupervisorKind::kubernetes, SupervisorKind::launchd}) {
    const auto process = machine.process(++pid, name);
    machine.process_at(process).supervisor = Supervisor{kind, name};
    machine.hold(pid % 2 == 0 ? a : b, process);
  }
  machine.incident(c, kReplaced, 1min);
  machine.at(d).credential.state = State::corrupt;
  machine.raw().condition.restorable = {d};
  machine.raw().condition.stale_locks = {{"/" + name + ".lock", {}, {}, a, true}};
  machine.raw().condition.exposed = {{"/" + name, {}, 0644, 0600, d}};
  const auto e = machine.session("baileys/x" + name, 4, Tool::baileys);
  machine.at(e).credential.state = State::logged_out;
  machine.at(machine.session("baileys/y" + name, 5, Tool::baileys)).activity = Activity::stale;
  machine.at(machine.session("wacli/y" + name, 6, Tool::wacli)).credential.state = State::pairing;
  machine.at(machine.raw().sessions.size() - 1).credential.last_used_at = ago(1h);
  Incident missing = SnapshotBuilder::untold(0, 1min);
  missing.kind = IncidentKind::credential_missing;
  missing.account = name;
  machine.add(missing);
  machine.process(99, "openclaw-gateway");
  return machine;
}

}  // namespace

TEST_SUITE("a remedy") {
  TEST_CASE("quotes every name so that a shell reads exactly its bytes") {
    std::vector<std::string> names = kHostile;
    std::mt19937 random(20261122);
    for (int i = 0; i < 2000; ++i) names.push_back(random_name(random));
    std::string script = "export LC_ALL=C\n";
    std::string expected;
    for (const std::string& name : names) {
      const std::string word = quoted(name);
      CHECK_MESSAGE(is_one_line(word), "a quoted name breaks the line: ", word);
      script += "printf '%s\\0' " + word + "\n";
      expected += name + '\0';
    }
    CHECK_MESSAGE(output_of(script) == expected, "bash reads another name than the one quoted");
  }

  TEST_CASE("leaves plain words plain") {
    CHECK_EQ(quoted("/srv/bots/a-1_b.json"), "/srv/bots/a-1_b.json");
    CHECK_EQ(quoted("a b"), "'a b'");
    CHECK_EQ(quoted("it's"), "'it'\\''s'");
    CHECK_EQ(quoted("a\nb"), "$'a\\012b'");
  }

  TEST_CASE("is never more than its lines, whatever sessions, units and accounts are called") {
    std::vector<std::string> names = kHostile;
    std::mt19937 random(4);
    for (int i = 0; i < 100; ++i) names.push_back(random_name(random));
    // Each command is replaced by a function that shows its name: what else runs, shows.
    const std::string harmless =
        "PATH=/nonexistent\nfor c in cp chmod systemctl pm2 docker podman "
        "openclaw wacli wasession sudo curl; do eval \"$c() { echo ran $c; }\"; done\n"
        "command_not_found_handle() { echo unknown \"$1\"; }\n";
    for (const std::string& name : names) {
      std::string script = harmless;
      std::string expected;
      for (const Finding& finding : judged(named(name))) {
        for (const std::string& line : finding.remedy) {
          CHECK_MESSAGE(is_one_line(line), "a remedy has a line break: ", line);
          script += line + "\n";
          if (line.starts_with("#")) continue;
          expected += "ran " + line.substr(0, line.find(' ')) + "\n";
        }
      }
      REQUIRE_FALSE(expected.empty());
      CHECK_MESSAGE(output_of(script) == expected, "another command would run for ", quoted(name));
    }
  }

  TEST_CASE("takes no name for an option") {
    SnapshotBuilder machine = named("-x");
    for (const Finding& finding : judged(machine)) {
      for (const std::string& line : finding.remedy) {
        const bool bare = line.find(" -x") != std::string::npos;
        CHECK_MESSAGE((!bare || line.find(" -- ") != std::string::npos || line.starts_with("#")),
                      "a name stands as an option in: ", line);
      }
    }
  }

  TEST_CASE("names the tool's own commands for its own stores") {
    SnapshotBuilder machine;
    machine.session("openclaw@work/biz", 1);
    machine.session("wacli/default", 2, Tool::wacli);
    CHECK_EQ(relink_commands(machine.at(0)),
             std::vector<std::string>{
                 "openclaw --profile=work channels logout --channel whatsapp --account=biz",
                 "openclaw --profile=work channels login --channel whatsapp --account=biz"});
    CHECK_EQ(relink_commands(machine.at(1)),
             std::vector<std::string>{"wacli --store=/srv/wacli/default auth logout",
                                      "wacli --store=/srv/wacli/default auth"});
  }

  TEST_CASE("for a copy never asks WhatsApp to log out, for that would end the other copy") {
    SnapshotBuilder machine;
    machine.session("wacli/copy", 1, Tool::wacli);
    CHECK_EQ(purge_command(machine.at(0)), "wasession purge-creds wacli/copy");
  }
}
