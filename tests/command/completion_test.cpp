#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/machine.h"

using namespace wasession::test;

namespace {

using Lines = std::vector<std::string>;

/// The lines that `__complete WHAT` prints. It may never fail or say anything: that would be
/// written into the line that somebody is typing.
Lines proposed(const Machine& machine, const std::string& what) {
  const Run run = machine.run({"__complete", what});
  CHECK_MESSAGE(run.exit_status == 0, run.err);
  Lines lines;
  for (std::size_t at = 0; at < run.out.size();) {
    const std::size_t end = run.out.find('\n', at);
    lines.push_back(run.out.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

bool has(const Lines& lines, const std::string& line) {
  return std::ranges::find(lines, line) != lines.end();
}

bool any_begins(const Lines& lines, const std::string& text) {
  return std::ranges::any_of(lines, [&](const auto& line) { return line.starts_with(text); });
}

const std::string kStores = "home/.openclaw/credentials/whatsapp/";

}  // namespace

TEST_CASE("sessions and numbers that a look has seen are proposed, with what they are") {
  const Machine machine;
  machine.add_baileys(kStores + "shop", "v6-linked-msgs");
  CHECK(proposed(machine, "sessions").empty());
  for (const char* command : {"list", "who-holds", "doctor"}) {
    std::filesystem::remove_all(machine.path("home/.local"));
    machine.run({command});
    const Lines lines = proposed(machine, "sessions");
    INFO(command);
    CHECK(has(lines, "openclaw/shop\t15550003006 device 12 linked"));
    CHECK(any_begins(lines, "15550003006\t"));
    CHECK(any_begins(proposed(machine, "phones"), "15550003006\t"));
  }
}

TEST_CASE("a session that is gone is proposed no more after the next look") {
  const Machine machine;
  const std::string gone = machine.add_baileys(kStores + "gone", "v6-linked-msgs");
  machine.run({"list"});
  CHECK(any_begins(proposed(machine, "sessions"), "openclaw/gone\t"));
  std::filesystem::remove_all(gone);
  machine.run({"list"});
  CHECK_FALSE(any_begins(proposed(machine, "sessions"), "openclaw/gone\t"));
}

TEST_CASE("--only-root leaves nothing for completions") {
  const Machine machine;
  machine.add_baileys("bots/shop", "v6-linked-msgs");
  machine.run({"list", "--only-root", "--root", machine.path("bots")});
  CHECK(proposed(machine, "sessions").empty());
}

TEST_CASE("an id that can't be typed as it is shown is not proposed") {
  const Machine machine;
  machine.add_baileys(kStores + "a\nopenclaw/false", "v6-linked-msgs");
  machine.add_baileys(kStores + "b\tc", "v6-linked-msgs");
  machine.add_baileys(kStores + "\x1b[2J", "v6-linked-msgs");
  machine.add_baileys(kStores + "plain", "v6-linked-msgs");
  machine.run({"list"});
  for (const std::string& line : proposed(machine, "sessions")) {
    CHECK_MESSAGE((line.starts_with("openclaw/plain\t") || !line.starts_with("openclaw/")), line);
  }
}

TEST_CASE("what is in quarantine is proposed until it is restored") {
  const Machine machine;
  machine.add_baileys(kStores + "shop", "v6-linked-msgs");
  CHECK(machine.run({"purge-creds", "openclaw/shop", "--yes"}).exit_status == 0);
  const Lines lines = proposed(machine, "quarantine");
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("\topenclaw/shop, ") != std::string::npos);
  CHECK(machine.run({"restore", lines[0].substr(0, lines[0].find('\t'))}).exit_status == 0);
  CHECK(proposed(machine, "quarantine").empty());
}

TEST_CASE("columns, sort keys and finding codes are proposed without a registry") {
  const Machine machine;
  CHECK(any_begins(proposed(machine, "columns"), "jid\t"));
  CHECK_FALSE(any_begins(proposed(machine, "sort-keys"), "jid\t"));
  CHECK(any_begins(proposed(machine, "codes"), "copied-credential\t"));
}

TEST_CASE("a damaged registry costs the proposals, and nothing else") {
  const Machine machine;
  machine.files().write_file("home/.local/state/wasession/registry.db", "not a database");
  CHECK(proposed(machine, "sessions").empty());
  CHECK(machine.run({"__complete", "nonsense"}).exit_status == 2);
}
