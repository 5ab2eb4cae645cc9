#include "model/selector.h"

#include <algorithm>
#include <random>
#include <string>

#include <doctest/doctest.h>

using namespace wasession;

namespace {

Session session(const std::string& id, const std::string& path, const std::string& phone = "",
                std::optional<std::uint8_t> key = {}) {
  Session value;
  value.id = id;
  value.store.path = path;
  if (!phone.empty()) value.credential.account.phone = phone;
  if (key) {
    value.credential.fingerprint = Fingerprint{};
    value.credential.fingerprint->bytes.fill(0x12);
    value.credential.fingerprint->bytes[1] = *key;
  }
  return value;
}

Snapshot machine() {
  Snapshot snapshot;
  snapshot.sessions = {
      session("openclaw/default", "/home/a/.openclaw/credentials/whatsapp/default", "15551234567",
              0xab),
      session("openclaw/backup", "/home/a/.openclaw/credentials/whatsapp/backup", "15551234567",
              0xab),
      session("wacli/default", "/home/a/.wacli/session.db", "15551234567", 0xcd),
      session("wacli/work", "/home/a/.wacli/accounts/work/session.db", "4915112345678", 0x34),
      session("baileys/new", "/srv/new"),
      session("baileys/news", "/srv/news"),
  };
  return snapshot;
}

/// Ids chosen, or the error.
std::string chosen(const Snapshot& snapshot, const std::vector<std::string>& selectors) {
  const Selection selection = select_sessions(snapshot, selectors);
  if (selection.error) {
    CHECK(selection.sessions.empty());
    return *selection.error;
  }
  std::string ids;
  for (const std::size_t i : selection.sessions) ids += snapshot.sessions.at(i).id + " ";
  return ids;
}

std::string chosen(const std::vector<std::string>& selectors) {
  return chosen(machine(), selectors);
}

}  // namespace

TEST_SUITE("a SESSION on the command line") {
  TEST_CASE("left out means every session") {
    CHECK_EQ(chosen({}),
             "openclaw/default openclaw/backup wacli/default wacli/work baileys/new baileys/news ");
    CHECK_EQ(chosen(Snapshot{}, {}), "");
  }

  TEST_CASE("is an id, also one that another id begins with") {
    CHECK_EQ(chosen({"wacli/work"}), "wacli/work ");
    CHECK_EQ(chosen({"baileys/new"}), "baileys/new ");
  }

  TEST_CASE("is a phone number as people write it and means the whole account") {
    for (const char* phone : {"15551234567", "+15551234567", "+1 555-123-4567", "1-555 123 4567"}) {
      CHECK_EQ(chosen({phone}), "openclaw/default openclaw/backup wacli/default ");
    }
    CHECK_EQ(chosen({"+1555123456"}).find("no session matches '+1555123456'"), 0);
  }

  TEST_CASE("is a fingerprint's beginning and means every copy of one credential") {
    CHECK_EQ(chosen({"12ab"}), "openclaw/default openclaw/backup ");
    CHECK_EQ(chosen({"12AB1212"}), "openclaw/default openclaw/backup ");
    const std::string whole = machine().sessions[3].credential.fingerprint->hex();
    CHECK_EQ(chosen({whole}), "wacli/work ");
    CHECK_EQ(chosen({whole + "1"}).find("no session matches"), 0);
    CHECK_EQ(chosen({"12a"}).find("no session matches"), 0);
  }

  TEST_CASE("of digits only is a phone number first, then a fingerprint") {
    CHECK_EQ(chosen({"1234"}), "wacli/work ");
    Snapshot snapshot = machine();
    snapshot.sessions[4].credential.account.phone = "1234";
    CHECK_EQ(chosen(snapshot, {"1234"}), "baileys/new ");
  }

  TEST_CASE("that begins the fingerprints of two credentials is refused with the list") {
    Snapshot snapshot = machine();
    snapshot.sessions[4].credential.fingerprint = snapshot.sessions[0].credential.fingerprint;
    snapshot.sessions[4].credential.fingerprint->bytes[31] = 0xff;
    CHECK_EQ(
        chosen(snapshot, {"12ab"}),
        "'12ab' matches more than one session: openclaw/default, openclaw/backup, baileys/new");
  }

  TEST_CASE("is a store's path or the directory it lies in") {
    CHECK_EQ(chosen({"/home/a/.wacli/session.db"}), "wacli/default ");
    CHECK_EQ(chosen({"/home/a/.wacli"}), "wacli/default ");
    CHECK_EQ(chosen({"/home/a/.wacli/"}), "wacli/default ");
    CHECK_EQ(chosen({"/srv/new//"}), "baileys/new ");
    CHECK_EQ(chosen({"/srv"}), "baileys/new baileys/news ");
    CHECK_EQ(chosen({"/"}).find("no session matches '/'"), 0);
    Snapshot top;
    top.sessions = {session("baileys/auth", "/auth")};
    CHECK_EQ(chosen(top, {"/"}), "baileys/auth ");
  }

  TEST_CASE("is a glob over ids whose star also matches a slash") {
    CHECK_EQ(chosen({"*/default"}), "openclaw/default wacli/default ");
    CHECK_EQ(chosen({"w*k"}), "wacli/work ");
    CHECK_EQ(chosen({"baileys/new?"}), "baileys/news ");
    CHECK_EQ(chosen({"[ow]*/default"}), "openclaw/default wacli/default ");
    CHECK_EQ(chosen({"*zzz*"}).find("no session matches '*zzz*'"), 0);
  }

  TEST_CASE("is an id as it is, even when it has a glob's characters") {
    Snapshot snapshot = machine();
    snapshot.sessions[4].id = "baileys/[a]*";
    CHECK_EQ(chosen(snapshot, {"baileys/[a]*"}), "baileys/[a]* ");
  }

  TEST_CASE("is the beginning of one id") {
    CHECK_EQ(chosen({"wacli/w"}), "wacli/work ");
    CHECK_EQ(chosen({"openclaw"}), "openclaw/default openclaw/backup ");
    CHECK_EQ(chosen({"wacli"}), "'wacli' matches more than one session: wacli/default, wacli/work");
    CHECK_EQ(chosen({"baileys"}),
             "'baileys' matches more than one session: baileys/new, baileys/news");
  }

  TEST_CASE("that matches nothing names the nearest ids") {
    CHECK_EQ(chosen({"wacli/wrok"}).find("no session matches 'wacli/wrok'; nearest: wacli/work, "),
             0);
    CHECK_EQ(chosen({"defualt"}),
             "no session matches 'defualt'; nearest: openclaw/default, wacli/default, baileys/new");
    Snapshot two;
    two.sessions = {session("openclaw/default", "/a"), session("wacli/default", "/b")};
    CHECK_EQ(chosen(two, {"x"}),
             "no session matches 'x'; nearest: openclaw/default, wacli/default");
    CHECK_EQ(chosen(Snapshot{}, {"x"}), "no session matches 'x'; there is no session at all");
    CHECK_EQ(chosen({""}).find("no session matches ''"), 0);
    CHECK_EQ(chosen({"pid:1"}).find("no session matches 'pid:1'"), 0);
  }

  TEST_CASE("that is wrong beside a right one selects nothing") {
    CHECK_EQ(chosen({"wacli/work", "nobody at all"}).find("no session matches 'nobody at all'"), 0);
  }

  TEST_CASE("and another keep the order of the machine, each session once") {
    CHECK_EQ(chosen({"wacli/work", "*/default", "openclaw/default", "15551234567"}),
             "openclaw/default openclaw/backup wacli/default wacli/work ");
  }

  TEST_CASE("that matches nothing is told byte for byte, so that printing escapes it once") {
    Snapshot snapshot = machine();
    snapshot.sessions.resize(1);
    snapshot.sessions[0].id = "openclaw/\x1b[2J";
    const Selection selection = select_sessions(snapshot, std::vector<std::string>{"\x1b\\\n"});
    REQUIRE(selection.error);
    CHECK_EQ(*selection.error, "no session matches '\x1b\\\n'; nearest: openclaw/\x1b[2J");
  }

  TEST_CASE("of any kind names itself: every id, path, phone and fingerprint finds its session") {
    std::mt19937 random(29);
    Snapshot snapshot;
    for (int i = 0; i < 60; ++i) {
      std::string name;
      for (auto length = random() % 12 + 1; length > 0; --length) {
        name += "ab*?[]!-/ \n\xc3\xa9~#"[random() % 16];
      }
      Session value =
          session("baileys/" + std::to_string(i) + name, "/srv/" + std::to_string(i) + name,
                  std::to_string(15550000000 + i % 20));
      Fingerprint fingerprint;
      for (auto& byte : fingerprint.bytes) byte = static_cast<std::uint8_t>(random());
      value.credential.fingerprint = fingerprint;
      snapshot.sessions.push_back(value);
    }
    for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
      const Session& one = snapshot.sessions[i];
      CAPTURE(one.id);
      for (const std::string& selector :
           {one.id, one.store.path, *one.credential.account.phone,
            one.credential.fingerprint->hex(), one.credential.fingerprint->short_hex()}) {
        const Selection selection = select_sessions(snapshot, std::vector{selector});
        CHECK_MESSAGE(std::binary_search(selection.sessions.begin(), selection.sessions.end(), i),
                      selector << ": " << selection.error.value_or("another session"));
      }
    }
  }
}
