#include <algorithm>
#include <cctype>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "support/machine.h"

using namespace wasession::test;

namespace {

/// Who must not be recognised: numbers, LIDs and push names of everything that is staged.
const std::vector<std::string> kPeople = {"15550001111",
                                          "15550003006",
                                          "15553334444",
                                          "15556667777",
                                          "155500030014",
                                          "15559990000",
                                          "15558884739",
                                          "15554031682",
                                          "200000205971254",
                                          "200000279822014",
                                          "200000254503474",
                                          "200000117619210",
                                          "200000154278927",
                                          "100108912193173",
                                          "Lab Phone",
                                          "Anna Lab",
                                          "Mock",
                                          "Fixture 1",
                                          "Fixture 2"};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string digits_of(const std::string& text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
               [](char c) { return c >= '0' && c <= '9'; });
  return digits;
}

/// Stores whose directories are named after people, healthy, broken, and looked for in vain.
struct NamedMachine {
  Machine machine;

  NamedMachine() {
    machine.add_usual_stores();
    machine.add_baileys("bots/15550001111", "v9-copy-A");
    machine.add_baileys("bots/+1 555-000-3006", "v6-linked-msgs");
    machine.add_baileys("bots/Anna Lab", "v9-logged-out-stale");
    machine.add_baileys("bots/code 15559990000", "v9-pairing-code-pending");
    machine.files().write_file("bots/broken-15553334444/creds.json", "{\"me\":");
    machine.files().write_file("bots/15553334444/.openclaw/openclaw.json", "{oops 15553334444");
    machine.files().make_directory("bots/15556667777/creds.json");
  }

  std::vector<std::string> arguments(const std::vector<std::string>& more) const {
    std::vector<std::string> all = {"list",
                                    "--redact",
                                    "--only-root",
                                    "--root",
                                    machine.path(),
                                    "--root",
                                    machine.path("missing 15550001111")};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
};

void check_nobody_named(const std::string& text, const std::string& where) {
  for (const std::string& person : kPeople) {
    CHECK_MESSAGE(lower(text).find(lower(person)) == std::string::npos, where, " names ", person,
                  ": ", text);
  }
  for (const std::string& line : lines_of(text)) {
    CHECK_MESSAGE(digits_of(line).find("15550003006") == std::string::npos, where,
                  " holds a number with separators in it: ", line);
  }
}

}  // namespace

TEST_CASE("--redact names nobody in any output, path, id, problem, warning or error") {
  const NamedMachine named;
  for (const std::vector<std::string>& more : std::vector<std::vector<std::string>>{
           {},
           {"-v"},
           {"--json"},
           {"--columns", "id,phone,lid,name,jid,path,same-credential"},
           {"baileys/nobody"},
           {"baileys/"}}) {
    const Run run = named.machine.run(named.arguments(more));
    INFO("arguments: ", nlohmann::json(more).dump());
    check_nobody_named(run.out, "stdout");
    check_nobody_named(run.err, "stderr");
  }
}

TEST_CASE("without --redact the same outputs do name people, so that the test above can fail") {
  const NamedMachine named;
  auto arguments = named.arguments({"--json"});
  std::erase(arguments, "--redact");
  const Run run = named.machine.run(arguments);
  for (const char* person : {"15550001111", "15550003006", "Anna Lab", "200000117619210"}) {
    CHECK(run.out.find(person) != std::string::npos);
  }
  CHECK(run.err.find("15553334444") != std::string::npos);
  CHECK(run.err.find("15550001111") != std::string::npos);
}

TEST_CASE("--redact keeps what a bug report needs: the fingerprints, the devices and the groups") {
  const NamedMachine named;
  const auto list = named.machine.list({"--redact", "--only-root", "--root", named.machine.path()});
  bool copies_seen = false;
  for (const auto& session : list["sessions"]) {
    if (session.value("fingerprint", "") != "3a4b522e6286") continue;
    copies_seen = true;
    CHECK(session["device"] == 13);
    CHECK(session["account"]["phone"] == "15*******11");
    CHECK(session["same_credential_as"].size() == 2);
  }
  CHECK(copies_seen);
}

TEST_CASE("a redacted run remembers real paths, not masked ones") {
  Machine machine;
  machine.add_baileys("bots/15550003006", "v6-linked-msgs");
  CHECK(machine.run({"list", "--redact", "--root", machine.path("bots")}).exit_status == 0);
  CHECK(ids_of(machine.list()) == std::vector<std::string>{"baileys/15550003006"});
}
