#include "report/refusal.h"

#include <cctype>
#include <string>

#include <doctest/doctest.h>

#include "unit/judge/snapshot_builder.h"

using namespace wasession;
using namespace wasession::test;

namespace {

/// A name that would end the line, begin a refusal of its own and turn the terminal red.
const std::string kHostile = "x\n" + std::string(report::kRefusal) + "\x1b[31m\r\t\xe2\x80\xae\xff";

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t times = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++times;
  }
  return times;
}

/// Every line is ended, none is a name's, and nothing in them moves the cursor.
void check_harmless(const std::string& text) {
  CHECK_EQ(first_line(text), report::kRefusal);
  CHECK(text.ends_with('\n'));
  CHECK_MESSAGE(count(text, "\n" + std::string(report::kRefusal)) == 0,
                "a name begins a line of its own: ", text);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    CHECK_MESSAGE(((byte >= 0x20 && byte != 0x7f) || c == '\n'), "a control character: ", text);
  }
  CHECK_FALSE(says(text, "\xe2\x80\xae"));
  CHECK_FALSE(says(text, "\xff"));
}

Process hostile_process() {
  Process process;
  process.identity = {4711, 1};
  process.started_at = ago(std::chrono::hours(1));
  process.user = kHostile;
  process.command = kHostile;
  process.executable = "/" + kHostile;
  process.working_directory = "/" + kHostile;
  process.supervisor = Supervisor{SupervisorKind::systemd, kHostile};
  return process;
}

/// `count` processes from pid 101 on use the only session.
struct Crowd {
  Snapshot snapshot;
  std::vector<Rival> rivals;

  Crowd(std::size_t count, bool same_credential) {
    SnapshotBuilder machine;
    const auto session = machine.session("openclaw/default", 1);
    for (std::size_t i = 0; i < count; ++i) {
      const int pid = static_cast<int>(101 + i);
      rivals.push_back({session, machine.process(pid), same_credential,
                        "wasession disconnect pid:" + std::to_string(pid)});
    }
    snapshot = machine.build();
  }
  std::string text() const { return report::rivals_text(snapshot, rivals); }
};

}  // namespace

TEST_SUITE("the refusal of run") {
  TEST_CASE("begins with the sentence that supervisors look for, to the letter") {
    const std::string sentence =
        "Another WhatsApp session is active. Please disconnect other sessions before connecting.";
    CHECK_EQ(first_line(Crowd(1, true).text()), sentence);
    CHECK_EQ(first_line(Crowd(1, false).text()), sentence);
    const Claim claim{"15550001111", ""};
    CHECK_EQ(first_line(report::lease_text(claim, std::nullopt, kNow)), sentence);
    CHECK_EQ(first_line(report::lease_text(claim, hostile_process(), kNow)), sentence);
    CHECK_EQ(first_line(report::rival_lock_text("wacli's lock /a is held", "")), sentence);
  }

  TEST_CASE("says who uses which session, why that is in the way, and how to disconnect it") {
    const std::string text = Crowd(1, true).text();
    CHECK_MESSAGE(says(text, "openclaw/default (this credential, 010000000000) is used by"), text);
    CHECK_MESSAGE(says(text, "pid 101 node bot.js"), text);
    CHECK_MESSAGE(says(text, "To disconnect it: wasession disconnect pid:101\n"), text);
    const std::string other = Crowd(1, false).text();
    CHECK_MESSAGE(says(other, "openclaw/default (another linked device of 15550001111) is used by"),
                  other);
  }

  TEST_CASE("names a session without a credential or a number by its id") {
    Crowd crowd(1, true);
    crowd.snapshot.sessions[0].credential = {};
    CHECK(says(crowd.text(), "  openclaw/default is used by\n"));
    crowd.rivals[0].same_credential = false;
    CHECK(says(crowd.text(), "(another linked device of the account)"));
  }

  TEST_CASE("offers to let other devices be only where nobody would be replaced") {
    Crowd crowd(2, false);
    const std::string hint = "--session with --per-device";
    CHECK_MESSAGE(count(crowd.text(), hint) == 1, "a second linked device is called a conflict");
    crowd.rivals[1].same_credential = true;
    CHECK_MESSAGE(!says(crowd.text(), hint), "--per-device would not help here");
  }

  TEST_CASE("of a crowd names eight, and how many more there are") {
    const std::string eight = Crowd(8, true).text();
    CHECK_EQ(count(eight, "To disconnect it: "), 8);
    CHECK_FALSE(says(eight, "more: "));
    const std::string nine = Crowd(9, true).text();
    CHECK_EQ(count(nine, "To disconnect it: "), 8);
    CHECK(says(nine, "… and 1 more: wasession who-holds\n"));
    CHECK(says(Crowd(1000, true).text(), "… and 992 more: "));
    Crowd crowd(9, false);
    crowd.rivals.back().same_credential = true;
    CHECK_MESSAGE(!says(crowd.text(), "--per-device"), "a rival that is not shown is forgotten");
  }

  TEST_CASE("for a lease names its process, or how to see it") {
    Process process = hostile_process();
    process.user = "ops";
    process.command = "node bot.js";
    const Claim claim{"15550001111", ""};
    const std::string text = report::lease_text(claim, process, kNow);
    CHECK_MESSAGE(says(text,
                       "The lease of 15550001111 is held by\n    pid 4711 node bot.js, user "
                       "ops, started "),
                  text);
    CHECK(says(text, "To disconnect it: wasession disconnect pid:4711\n"));
    CHECK(says(report::lease_text(claim, std::nullopt, kNow), "as root: wasession who-holds"));
  }

  TEST_CASE("for a lock of a rival says which, and names a command only where there is one") {
    const std::string text =
        report::rival_lock_text("wacli's lock /a/LOCK is held", "wasession who-holds wacli/a");
    CHECK(says(text, "\n  wacli's lock /a/LOCK is held\n"));
    CHECK(says(text, "To disconnect it: wasession who-holds wacli/a\n"));
    CHECK_FALSE(says(report::rival_lock_text("it is held", ""), "To disconnect"));
  }

  TEST_CASE("is no way for a name onto the terminal") {
    for (const bool same : {true, false}) {
      Crowd crowd(1, same);
      Session& session = crowd.snapshot.sessions[0];
      session.id = kHostile;
      session.credential.account.phone = kHostile;
      crowd.snapshot.processes[0] = hostile_process();
      crowd.rivals[0].command = "wasession disconnect " + kHostile;
      check_harmless(crowd.text());
    }
    check_harmless(report::lease_text({kHostile, kHostile}, hostile_process(), kNow));
    check_harmless(report::lease_text({kHostile, kHostile}, std::nullopt, kNow));
    check_harmless(report::rival_lock_text(kHostile, kHostile));
  }
}
