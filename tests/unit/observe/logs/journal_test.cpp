// The journal of a service, through a journalctl of our own.
#include <csignal>
#include <cstdlib>
#include <optional>
#include <utility>

#include "observe/logs/journal_memory.h"
#include "unit/observe/logs/support.h"

using namespace logs_test;

namespace {

/// PATH begins with this directory as long as it lives.
class FirstInPath {
 public:
  explicit FirstInPath(const std::string& directory) : before_(std::getenv("PATH")) {
    ::setenv("PATH", (directory + ":" + before_).c_str(), 1);
  }
  FirstInPath(const FirstInPath&) = delete;
  FirstInPath& operator=(const FirstInPath&) = delete;
  ~FirstInPath() { ::setenv("PATH", before_.c_str(), 1); }

 private:
  std::string before_;
};

Snapshot read_usual_places(const std::string& home) {
  Snapshot snapshot;
  observe::Environment environment;
  environment.working_directory = "/";
  environment.home = home;
  observe::Progress progress;
  observe::read_logs(snapshot, {Time{}, {}, true}, environment, nullptr, progress);
  return snapshot;
}

}  // namespace

TEST_CASE("OpenClaw's unit of a user is read from the journal, beside the file of launchd") {
  const registry_test::Directory home;
  std::filesystem::create_directories(home.path(".config/systemd/user"));
  std::filesystem::create_directories(home.path(".openclaw/logs"));
  std::filesystem::create_directories(home.path("bin"));
  registry_test::write_file(home.path(".config/systemd/user/openclaw-gateway.service"), "[Unit]\n");
  const std::string closed =
      " [whatsapp] Web connection closed (status 440). Retry 1/12 in 2.18s… (conflict)\n";
  registry_test::write_file(home.path(".openclaw/logs/gateway.log"),
                            "2026-11-22T15:20:49.337Z" + closed);
  const std::string journalctl = home.path("bin/journalctl");
  registry_test::write_file(
      journalctl, "#!/bin/sh\necho \"$@\" >'" + home.path("asked") + "'\ncat <<'END'\n" +
                      "2026-11-22T15:28:50+0000 vm node[4711]: 2026-11-22T15:28:49.337Z" + closed +
                      "END\n");
  std::filesystem::permissions(journalctl, std::filesystem::perms::owner_all);
  const FirstInPath path(home.path("bin"));
  const Snapshot snapshot = read_usual_places(home.path());
  const auto of_journal = [](const Incident& incident) {
    return incident.source == "journal of openclaw-gateway.service" && incident.pid == 4711;
  };
  CHECK_EQ(std::count_if(snapshot.incidents.begin(), snapshot.incidents.end(), of_journal), 1);
  const auto of_file = [&](const Incident& incident) {
    return incident.source == home.path(".openclaw/logs/gateway.log");
  };
  CHECK_EQ(std::count_if(snapshot.incidents.begin(), snapshot.incidents.end(), of_file), 1);
  const std::string asked = registry_test::read_file(home.path("asked"));
  CHECK(asked.find("--user-unit=openclaw-gateway.service") != std::string::npos);
}

namespace {

/// A journalctl that prints the file `journal`, notes what it was asked for, and can break off.
class Journal {
 public:
  Journal() {
    std::filesystem::create_directories(home.path("bin"));
    const std::string journalctl = home.path("bin/journalctl");
    registry_test::write_file(journalctl, "#!/bin/sh\necho \"$@\" >>'" + home.path("asked") +
                                              "'\ncat '" + home.path("journal") + "'\n");
    std::filesystem::permissions(journalctl, std::filesystem::perms::owner_all);
    path_.emplace(home.path("bin"));
  }

  void prints(const std::vector<std::string>& clocks) const {
    std::string text;
    for (const std::string& clock : clocks) {
      text += "2026-11-22T" + clock + "+0000 vm node[4711]: 2026-11-22T" + clock +
              ".337Z [whatsapp] Web connection closed (status 440). Retry 1/12 in 2.18s… "
              "(conflict)\n";
    }
    registry_test::write_file(home.path("journal"), text);
  }
  long asked() const {
    const std::string lines = registry_test::read_file(home.path("asked"));
    return std::count(lines.begin(), lines.end(), '\n');
  }
  bool was_asked_since(Time time) const {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch();
    return registry_test::read_file(home.path("asked"))
               .find("--since=@" + std::to_string(seconds.count())) != std::string::npos;
  }

  registry_test::Directory home;

 private:
  std::optional<FirstInPath> path_;
};

const observe::logs::JournalUnit kUnit{"openclaw-gateway.service", true};

Time at(int hour, int minute) {
  using namespace std::chrono;
  return sys_days(year(2026) / 11 / 22) + hours(hour) + minutes(minute);
}

std::size_t incidents(const observe::logs::LogReading& reading) {
  return reading.settled.size() + reading.unsettled.size();
}

}  // namespace

TEST_CASE("a journal is read once a minute, and then only what is new") {
  const Journal journal;
  observe::JournalMemory memory;
  journal.prints({"09:00:00", "10:19:00"});
  CHECK(incidents(memory.read(kUnit, at(8, 0), at(10, 20))) == 2);
  CHECK(incidents(memory.read(kUnit, at(8, 0), at(10, 20) + std::chrono::seconds(59))) == 2);
  CHECK_MESSAGE(journal.asked() == 1, "journalctl runs at each look");
  // Of these the first was read before, and is within the overlap.
  journal.prints({"10:19:00", "10:21:30"});
  CHECK(incidents(memory.read(kUnit, at(8, 0), at(10, 22))) == 3);
  CHECK(journal.asked() == 2);
  CHECK(journal.was_asked_since(at(10, 18)));
  journal.prints({"10:21:30"});
  CHECK_MESSAGE(incidents(memory.read(kUnit, at(9, 30), at(10, 30))) == 2,
                "what is older than `since` still counts");
}

TEST_CASE("journalctl can be ended by a signal, whichever the thread that reads leaves to others") {
  const Journal journal;
  registry_test::write_file(
      journal.home.path("bin/journalctl"),
      "#!/bin/sh\nkill -TERM $$\necho >'" + journal.home.path("went-on") + "'\n");
  sigset_t ending;
  sigset_t before;
  ::sigemptyset(&ending);
  ::sigaddset(&ending, SIGTERM);
  REQUIRE(::pthread_sigmask(SIG_BLOCK, &ending, &before) == 0);
  static_cast<void>(wasession::observe::logs::read_journal(kUnit, at(8, 0), at(10, 20)));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  CHECK_MESSAGE(!std::filesystem::exists(journal.home.path("went-on")),
                "who stops the service waits until journalctl has read all");
}

TEST_CASE("what a reading of the journal missed, because it broke off, is read by the next") {
  const Journal journal;
  observe::JournalMemory memory;
  journal.prints({"10:19:00"});
  CHECK(incidents(memory.read(kUnit, at(8, 0), at(10, 20))) == 1);
  CHECK(memory.read(kUnit, at(8, 0), at(10, 20)).fault.empty());
  {
    // More than 256 MiB: it breaks off before the newest lines.
    const std::string path = journal.home.path("journal");
    registry_test::write_file(path, "");
    std::filesystem::resize_file(path, (std::uintmax_t{256} << 20) + 65536);
    CHECK_FALSE(memory.read(kUnit, at(8, 0), at(10, 25)).fault.empty());
  }
  journal.prints({"10:19:00", "10:22:00", "10:29:00"});
  CHECK_MESSAGE(incidents(memory.read(kUnit, at(8, 0), at(10, 30))) == 3,
                "10:22 lies in the gap that the broken reading left");
  CHECK_FALSE(journal.was_asked_since(at(10, 23)));
}
