// The journal of a service, through a journalctl of our own.
#include <cstdlib>

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
