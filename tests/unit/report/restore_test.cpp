#include "report/restore.h"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "report/escape.h"
#include "report/redact.h"
#include "support/json_contract.h"

using namespace wasession;
using namespace wasession::report;
using Json = nlohmann::json;

namespace {

constexpr Time kNow{std::chrono::seconds(1'795'000'000)};

Quarantined entry(const std::string& id, std::chrono::hours age,
                  const std::vector<std::uint64_t>& sizes) {
  Quarantined made;
  made.id = id;
  made.session = "baileys/shop";
  made.path = "/srv/shop";
  made.quarantined_at = kNow - age;
  made.expires_at = made.quarantined_at + kQuarantineLife;
  for (const std::uint64_t size : sizes) {
    made.files.emplace_back();
    made.files.back().size = size;
  }
  return made;
}

QuarantineReport report_of(std::vector<Quarantined> entries) {
  return {kNow, "shop", std::move(entries), {}};
}

}  // namespace

TEST_SUITE("the quarantine's listing") {
  TEST_CASE("says until when each entry can be restored, and which one was") {
    using std::chrono::hours;
    std::vector<Quarantined> entries = {
        entry("a1", hours(5), {900, 123}), entry("b2", hours(28 * 24), {1024}),
        entry("c3", hours(31 * 24), {5 * 1024 * 1024 + 300'000}), entry("d4", hours(48), {})};
    entries[3].restored_at = kNow - hours(1);
    CHECK(quarantine_text(report_of(entries), 120, Style{}) ==
          "ID  SESSION       PURGED   EXPIRES          FILES     SIZE  PATH\n"
          "a1  baileys/shop  5h ago   in 29d               2   1023 B  /srv/shop\n"
          "b2  baileys/shop  28d ago  in 2d                1  1.0 KiB  /srv/shop\n"
          "c3  baileys/shop  31d ago  expired              1  5.3 MiB  /srv/shop\n"
          "d4  baileys/shop  2d ago   restored 1h ago      0      0 B  /srv/shop\n");
  }

  TEST_CASE("of an empty quarantine says so") {
    CHECK(quarantine_text(report_of({}), 80, Style{}) == "nothing is in quarantine\n");
  }

  TEST_CASE("fits the terminal and keeps the id that is to be copied whole") {
    Quarantined long_names = entry("20261123T001122Z-4f2a", std::chrono::hours(1), {1});
    long_names.session = "whatsmeow/" + std::string(60, 'n');
    long_names.path = "/srv/" + std::string(200, 'p');
    for (std::size_t width = 70; width <= 150; ++width) {
      const std::string text = quarantine_text(report_of({long_names}), width, Style{});
      CHECK_MESSAGE(text.find(long_names.id + " ") != std::string::npos, text);
      const std::string row = text.substr(text.find('\n') + 1);
      CHECK_MESSAGE(display_width(row.substr(0, row.size() - 1)) <= width, text);
    }
  }

  TEST_CASE("with hostile names stays one line for each entry") {
    Quarantined hostile = entry("x\n\x1b[2J", std::chrono::hours(1), {1});
    hostile.session = "baileys/a\nb\xff";
    hostile.path = "/srv/\x1b]0;x\x07\n";
    const std::string text = quarantine_text(report_of({hostile}), 200, Style{});
    CHECK(std::count(text.begin(), text.end(), '\n') == 2);
    for (const char c : text) CHECK_MESSAGE((c == '\n' || c >= ' '), text);
    CHECK(test::quarantine_violations(Json::parse(quarantine_json(report_of({hostile})))) == "");
  }

  TEST_CASE("keeps its contract, and has no key for what didn't happen") {
    std::vector<Quarantined> entries = {entry("a1", std::chrono::hours(5), {900, 124}),
                                        entry("b2", std::chrono::hours(1), {})};
    entries[1].restored_at = kNow;
    QuarantineReport report = report_of(entries);
    report.warnings = {{"/state/quarantine/z", "its manifest cannot be read"}};
    const Json json = Json::parse(quarantine_json(report));
    CHECK(test::quarantine_violations(json) == "");
    CHECK(test::quarantine_violations(Json::parse(quarantine_json(report_of({})))) == "");
    CHECK(json["quarantine"][0]["files"] == 2);
    CHECK(json["quarantine"][0]["bytes"] == 1024);
    CHECK_FALSE(json["quarantine"][0].contains("restored_at"));
    CHECK(json["quarantine"][1]["restored_at"] == rfc3339(kNow));
    CHECK(json["warnings"].size() == 1);
    for (const auto& member : json["quarantine"][0].items()) {
      Json broken = json;
      broken["quarantine"][0].erase(member.key());
      CHECK_MESSAGE(test::quarantine_violations(broken) != "", member.key());
    }
  }

  TEST_CASE("redacted, holds no phone number and no name") {
    Snapshot snapshot;
    snapshot.sessions.emplace_back();
    snapshot.sessions.back().credential.account.name = "Anna Lab";
    std::vector<Quarantined> entries = {entry("4f2a", std::chrono::hours(1), {1})};
    entries[0].session = "baileys/anna lab-15550001111";
    entries[0].path = "/home/anna/15550001111/Anna Lab";
    entries[0].jid = Jid{"15550001111", {}, 7, "s.whatsapp.net"};
    entries[0].files[0].name = "session-15550001111.0.json";
    redact(entries, snapshot);
    CHECK(entries[0].id == "4f2a");
    CHECK(entries[0].session == "baileys/***-15*******11");
    CHECK(entries[0].path == "/home/***/15*******11/***");
    CHECK(entries[0].jid->user == "15*******11");
    CHECK(entries[0].files[0].name == "session-15********1.0.json");
  }
}
