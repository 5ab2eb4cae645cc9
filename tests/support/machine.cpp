#include "support/machine.h"

#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/fixtures.h"
#include "support/json_contract.h"

namespace wasession::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOpenClawConfig = R"(// OpenClaw's own configuration is JSON5.
{
  channels: {
    whatsapp: {
      accounts: {
        default: {},
        Biz: { authDir: '~/custom/biz', }, // not where the others are
      },
    },
  },
}
)";

}  // namespace

Machine::Machine() {
  fs::permissions(path(), fs::perms(0755));
  environment["HOME"] = directory_.make_directory("home");
}

std::string Machine::add_baileys(const std::string& below, const std::string& fixture) const {
  const std::string to = directory_.make_directory(below);
  fs::copy(baileys_fixture(fixture), to,
           fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  // An age in hours: one in seconds would differ between two looks at the same machine.
  fs::last_write_time(to + "/creds.json",
                      fs::file_time_type::clock::now() - std::chrono::minutes(90));
  return to;
}

std::string Machine::add_credentials(const std::string& below, const Json& creds) const {
  directory_.write_file(below + "/creds.json",
                        creds.dump(-1, ' ', false, Json::error_handler_t::replace));
  return path(below);
}

bool Machine::add_shared(const std::string& below, const std::string& fixture) const {
  const std::string from = shared_fixture(fixture);
  if (from.empty()) {
    MESSAGE("skipped: no fixture ", fixture, " in ../shared/fixtures (set WASESSION_SHARED)");
    return false;
  }
  fs::copy(from, directory_.make_directory(below),
           fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  return true;
}

bool Machine::add_usual_stores() const {
  directory_.write_file("home/.openclaw/openclaw.json", kOpenClawConfig);
  add_baileys("home/.openclaw/credentials/whatsapp/default", "v9-copy-A");
  add_baileys("home/.openclaw/credentials/whatsapp/default.bak", "v9-copy-B");
  add_baileys("home/custom/biz", "v14-linked-msgs");
  add_baileys("home/.openclaw-dev/credentials/whatsapp/default", "v6-linked-msgs");
  add_baileys("bots/lab", "v9-linked-msgs");
  add_baileys("bots/twin", "twin-baileys");
  const std::string wacli = "home/.local/state/wacli";
  if (!add_shared(wacli, "store-one")) return false;
  directory_.write_file(wacli + "/accounts/second/LOCK", "");  // wacli never deletes it
  return add_shared(wacli + "/accounts/second", "store-same-account");
}

void Machine::set_age(const std::string& below, std::chrono::hours age) const {
  fs::last_write_time(path(below), fs::file_time_type::clock::now() - age);
}

void Machine::hand_over() const {
  if (::geteuid() != 0) return;
  const auto give = [](const fs::path& file) {
    if (::lchown(file.c_str(), kPersonId, kPersonId) != 0)
      throw std::runtime_error("lchown failed");
  };
  give(path());
  for (const auto& entry : fs::recursive_directory_iterator(path())) give(entry.path());
}

Run Machine::run(const Arguments& arguments, const RunOptions& options) const {
  hand_over();
  return run_wasession(arguments, environment, options);
}

TerminalRun Machine::run_on_terminal(unsigned short columns, const Arguments& arguments,
                                     const RunOptions& options) const {
  hand_over();
  return test::run_on_terminal(columns, arguments, environment, options);
}

Machine::Json Machine::list(const Arguments& arguments) const {
  Arguments all = {"list", "--json"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const Run done = run(all);
  REQUIRE_MESSAGE(done.exit_status == 0, "list --json ended with ", done.exit_status, ": ",
                  done.err);
  const Json parsed = Json::parse(done.out, nullptr, false);
  REQUIRE_MESSAGE(!parsed.is_discarded(), "list --json printed no JSON: ", done.out);
  CHECK_MESSAGE(list_violations(parsed) == "", "list --json broke its contract: ", done.out);
  return parsed;
}

nlohmann::json session_of(const nlohmann::json& list, const std::string& id) {
  for (const auto& session : list.at("sessions")) {
    if (session.at("id") == id) return session;
  }
  FAIL_CHECK("no session ", id, " in ", list.dump(1));
  return nlohmann::json::object();
}

std::vector<std::string> ids_of(const nlohmann::json& list) {
  std::vector<std::string> ids;
  for (const auto& session : list.at("sessions")) ids.push_back(session.at("id"));
  return ids;
}

nlohmann::json creds_of(const std::string& fixture) {
  std::ifstream file(baileys_fixture(fixture) + "/creds.json");
  return nlohmann::json::parse(file);
}

}  // namespace wasession::test
