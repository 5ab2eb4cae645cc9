#include "support/machine.h"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace wasession::test;
using Json = nlohmann::json;

namespace {

/// What a person must be told of one session.
struct Expected {
  std::string id;
  std::string path;  ///< below the machine's directory
  std::string phone;
  unsigned device;
  std::string fingerprint;
  std::vector<std::string> same_credential_as;
  std::vector<std::string> same_account_as;
};

void check_session(const Machine& machine, const Json& list, const Expected& expected) {
  INFO("session ", expected.id);
  const Json session = session_of(list, expected.id);
  CHECK(session["store"]["path"] == machine.path(expected.path));
  CHECK(session["account"]["phone"] == expected.phone);
  CHECK(session["device"] == expected.device);
  CHECK(session["fingerprint"] == expected.fingerprint);
  CHECK(session["state"] == "linked");
  CHECK(session["problems"] == Json::array());
  CHECK_MESSAGE(session["same_credential_as"] == Json(expected.same_credential_as),
                "the copies of one credential are not marked as such");
  CHECK_MESSAGE(session["same_account_as"] == Json(expected.same_account_as),
                "other devices of the account are not told apart from copies");
}

void check_sessions(const Machine& machine, const Json& list,
                    const std::vector<Expected>& expected) {
  for (const Expected& session : expected) check_session(machine, list, session);
  CHECK_MESSAGE(list["sessions"].size() == expected.size(),
                "not each store is shown exactly once: ", Json(ids_of(list)).dump());
}

const std::string kState = "home/.openclaw/credentials/whatsapp/";

std::vector<Expected> baileys_sessions(const std::vector<std::string>& twins) {
  return {
      {"openclaw/default",
       kState + "default",
       "15550001111",
       13,
       "3a4b522e6286",
       {"openclaw/default.bak"},
       {}},
      {"openclaw/default.bak",
       kState + "default.bak",
       "15550001111",
       13,
       "3a4b522e6286",
       {"openclaw/default"},
       {}},
      {"openclaw/biz", "home/custom/biz", "155500030014", 19, "2cb1022e2987", {}, {}},
      {"openclaw@dev/default",
       "home/.openclaw-dev/credentials/whatsapp/default",
       "15550003006",
       12,
       "1c74cec16228",
       {},
       {}},
      {"baileys/lab", "bots/lab", "15553334444", 3, "f1ebc9a2bd9b", {}, {}},
      {"baileys/twin", "bots/twin", "15558884739", 12, "1403b25aaa45", twins, {}},
  };
}

}  // namespace

TEST_CASE("OpenClaw's accounts, wacli's stores and a bot's folder are each shown once") {
  const Machine machine;
  const bool with_wacli = machine.add_usual_stores();
  auto expected = baileys_sessions(with_wacli ? std::vector<std::string>{"wacli/default"}
                                              : std::vector<std::string>{});
  if (with_wacli) {
    expected.push_back({"wacli/default",
                        "home/.local/state/wacli/session.db",
                        "15558884739",
                        12,
                        "1403b25aaa45",
                        {"baileys/twin"},
                        {}});
    const std::string second = "home/.local/state/wacli/accounts/second/session.db";
    expected.push_back(
        {"wacli/second", second, "15554031682", 12, "fae95aa5ef81", {}, {"wacli/second#2"}});
    expected.push_back(
        {"wacli/second#2", second, "15554031682", 15, "cffc21e9bbc3", {}, {"wacli/second"}});
  }
  check_sessions(machine, machine.list({"--root", machine.path("bots")}), expected);
}

TEST_CASE("a search from above finds the same sessions under the same names") {
  const Machine machine;
  machine.add_usual_stores();
  const Json usual = machine.list({"--root", machine.path("bots")});
  const Json searched = machine.list_all();
  CHECK(ids_of(searched) == ids_of(usual));
}

TEST_CASE("account, name, LID, times and JID are those that the library wrote") {
  const Machine machine;
  const std::string path = machine.add_baileys("bots/lab", "v6-linked-msgs");
  machine.set_age("bots/lab/creds.json", std::chrono::hours(31 * 24));
  const Json session = session_of(machine.list_all(), "baileys/lab");
  const Json account = {
      {"phone", "15550003006"}, {"lid", "200000279822014"}, {"name", "Lab Phone"}};
  CHECK(session["account"] == account);
  CHECK(session["jid"] == "15550003006:12@s.whatsapp.net");
  CHECK(session["linked_at"] == "2026-11-22T15:38:44Z");
  CHECK(session["fingerprint_sha256"] ==
        "1c74cec16228923a18254732eb1a36d1307b768637d68fb4da776f785334d04d");
  CHECK(session["tool"] == "baileys");
  CHECK(session["store"] ==
        Json({{"kind", "baileys-directory"}, {"path", path}, {"configured", false}}));
  CHECK_MESSAGE(session["activity"] == "stale", "unused for 31 days, and not called stale");
}

TEST_CASE("a database's devices have their names, LIDs and times") {
  const Machine machine;
  if (!machine.add_shared("home/.wacli", "store-one")) return;
  REQUIRE(machine.add_shared("old", "v11"));
  const Json list = machine.list({"--root", machine.path("old")});
  const Json wacli = session_of(list, "wacli/default");
  CHECK(wacli["tool"] == "wacli");
  CHECK(wacli["store"]["kind"] == "whatsmeow-database");
  CHECK(wacli["store"]["configured"] == true);
  CHECK(wacli["account"]["name"] == "Fixture 1");
  CHECK(wacli["account"]["lid"] == "100108912193173");
  CHECK(wacli["linked_at"] == "2026-11-19T15:29:12Z");
  const Json old = session_of(list, "whatsmeow/session");
  CHECK(old["fingerprint"] == "9ab253806e41");
  CHECK(old["account"]["lid"] == "100108865566488");
}

TEST_CASE("one credential in three stores of two kinds is one credential") {
  const Machine machine;
  machine.add_baileys("twin", "twin-baileys");
  if (!machine.add_shared("one", "store-one")) return;
  machine.add_shared("stale", "store-stale-lock");
  const Json list = machine.list_all();
  REQUIRE(list["sessions"].size() == 3);
  for (const Json& session : list["sessions"]) {
    CHECK(session["fingerprint"] == "1403b25aaa45");
    CHECK(session["same_credential_as"].size() == 2);
    CHECK(session["same_account_as"] == Json::array());
  }
}

TEST_CASE("a copy and another linked device of the same account are not mixed up") {
  const Machine machine;
  machine.add_baileys("first", "v9-copy-A");
  machine.add_baileys("copy", "v9-copy-B");
  Json other = creds_of("v9-copy-A");
  other["me"]["id"] = "15550001111:14@s.whatsapp.net";
  other["noiseKey"] = creds_of("v9-pairing-code-pending")["noiseKey"];
  machine.add_credentials("other", other);
  const Json list = machine.list_all();
  check_sessions(machine, list,
                 {{"baileys/first",
                   "first",
                   "15550001111",
                   13,
                   "3a4b522e6286",
                   {"baileys/copy"},
                   {"baileys/other"}},
                  {"baileys/copy",
                   "copy",
                   "15550001111",
                   13,
                   "3a4b522e6286",
                   {"baileys/first"},
                   {"baileys/other"}},
                  {"baileys/other",
                   "other",
                   "15550001111",
                   14,
                   "9b303cc6a4a1",
                   {},
                   {"baileys/copy", "baileys/first"}}});
}

TEST_CASE("a directory that was copied while a QR code or a pairing code waits is not linked") {
  const Machine machine;
  machine.add_baileys("code", "v9-pairing-code-pending");
  machine.files().write_file("home/.openclaw/openclaw.json", "{}");
  machine.files().make_directory("home/.openclaw/credentials/whatsapp/default");
  const Json list = machine.list({"--root", machine.path("code")});
  const Json code = session_of(list, "baileys/code");
  CHECK(code["state"] == "pairing");
  CHECK(code["account"]["phone"] == "15559990000");
  CHECK_MESSAGE(!code.contains("device"), "a pending pairing code is shown as a linked device");
  CHECK_FALSE(code.contains("linked_at"));
  const Json unpaired = session_of(list, "openclaw/default");
  CHECK(unpaired["state"] == "unpaired");
  CHECK(unpaired["account"] == Json::object());
  CHECK(unpaired["problems"] == Json::array());
  for (const char* absent : {"jid", "device", "fingerprint", "linked_at"}) {
    CHECK_MESSAGE(!unpaired.contains(absent), absent, " of a directory without a credential");
  }
}

TEST_CASE("the link that OpenClaw's migration leaves does not double its sessions") {
  const Machine machine;
  machine.add_baileys("home/.openclaw/credentials/whatsapp/default", "v9-copy-A");
  machine.files().make_link("home/.clawdbot", machine.path("home/.openclaw"));
  const Json list = machine.list();
  REQUIRE(list["sessions"].size() == 1);
  CHECK(list["sessions"][0]["same_credential_as"] == Json::array());
}

TEST_CASE("two runs over an unchanged machine print the same, sorted by id") {
  const Machine machine;
  machine.add_usual_stores();
  Json first = machine.list_all();
  Json second = machine.list_all();
  for (Json* list : {&first, &second}) list->erase("generated_at");
  CHECK(first == second);
  const auto ids = ids_of(first);
  CHECK(std::is_sorted(ids.begin(), ids.end()));
}

TEST_CASE("a machine without credentials is no failure, and says so") {
  const Machine machine;
  const Run table = machine.run({"list"});
  CHECK(table.exit_status == 0);
  CHECK(table.out == "");
  CHECK(table.err.find("no WhatsApp credentials found") != std::string::npos);
  CHECK(machine.list()["sessions"] == Json::array());
}
