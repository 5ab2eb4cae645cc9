// The tables that people see, word for word. A snapshot that differs is either a fault or a change
// to be reviewed: WASESSION_WRITE_SNAPSHOTS=1 writes the new text, git diff shows what changed.
#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/machine.h"

using namespace wasession::test;

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
  return text;
}

void check_snapshot(const std::string& name, const Machine& machine, const std::string& shown) {
  const std::string file =
      std::string(WASESSION_SOURCE_DIR) + "/tests/command/snapshots/" + name + ".txt";
  const std::string text = replaced(shown, machine.path(), "/machine");
  if (std::getenv("WASESSION_WRITE_SNAPSHOTS") != nullptr) std::ofstream(file) << text;
  std::ifstream stream(file);
  const std::string expected{std::istreambuf_iterator<char>(stream), {}};
  CHECK_MESSAGE(text == expected, "differs from ", file);
}

/// Every kind of row, with ages that stay: nothing in it depends on ../shared or on today.
void add_every_kind(const Machine& machine) {
  machine.files().write_file("home/.openclaw/openclaw.json", "{}");
  machine.add_baileys("home/.openclaw/credentials/whatsapp/default", "v9-copy-A");
  machine.add_baileys("home/.openclaw/credentials/whatsapp/default.bak", "v9-copy-B");
  machine.add_baileys("home/.openclaw-dev/credentials/whatsapp/default", "v6-linked-msgs");
  machine.add_baileys("bots/lab", "v14-linked-msgs");
  machine.add_baileys("bots/anna", "v9-logged-out-stale");
  machine.add_baileys("bots/soon", "v9-pairing-code-pending");
  machine.files().write_file("bots/broken/creds.json", "{\"me\":");
  machine.files().make_directory("home/.openclaw-waiting/credentials/whatsapp/default");
  using std::chrono::hours;
  const std::string state = "/credentials/whatsapp/default";
  for (const auto& [below, age] : std::vector<std::pair<std::string, int>>{
           {"home/.openclaw" + state + "/creds.json", 1},
           {"home/.openclaw" + state + ".bak/creds.json", 5 * 24},
           {"home/.openclaw-dev" + state + "/creds.json", 30},
           {"home/.openclaw-waiting" + state, 2},
           {"bots/lab/creds.json", 12},
           {"bots/anna/creds.json", 40 * 24},
           {"bots/soon/creds.json", 3},
           {"bots/broken/creds.json", 7}}) {
    machine.set_age(below, hours(age));
  }
}

}  // namespace

TEST_CASE("the table of every kind of session") {
  const Machine machine;
  add_every_kind(machine);
  const std::vector<std::string> list = {"list", "--only-root", "--root", machine.path()};
  const auto with = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all = list;
    all.insert(all.end(), more.begin(), more.end());
    const Run run = machine.run(all);
    CHECK(run.exit_status == 0);
    return run.out + run.err;
  };
  check_snapshot("list", machine, with({}));
  check_snapshot("list-every-column", machine,
                 with({"--columns",
                       "id,tool,phone,lid,name,device,jid,fingerprint,state,activity,"
                       "used,same-credential,path"}));
  check_snapshot("list-redacted", machine,
                 with({"--redact", "--columns", "id,phone,lid,name,jid,same-credential"}));
  check_snapshot("list-one", machine, with({"openclaw/default"}));
  check_snapshot("list-sorted-by-use", machine, with({"--sort", "used", "--columns", "id,used"}));
}

TEST_CASE("the table on terminals of 40, 80 and 120 columns") {
  const Machine machine;
  add_every_kind(machine);
  constexpr std::array<unsigned short, 3> kWidths = {40, 80, 120};
  for (const unsigned short columns : kWidths) {
    const TerminalRun run = machine.run_on_terminal(
        columns, {"list", "--color", "never", "--only-root", "--root", machine.path(), "--columns",
                  "id,phone,device,fingerprint,state,used,same-credential"});
    check_snapshot("list-" + std::to_string(columns) + "-columns", machine, run.shown);
  }
}
