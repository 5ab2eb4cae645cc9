#include "model/lease.h"

#include <chrono>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace wasession;

namespace {

/// Names as nobody would choose them: bytes that the text itself gives a meaning, and any other.
class HostileNames {
 public:
  explicit HostileNames(unsigned seed) : random_(seed) {}

  std::string name() {
    static const std::string kMeaning[] = {
        "\n", "\\", "=", "\\n", "end", "pid=1", "\r", std::string(1, '\0'), "\n\n"};
    std::string text;
    for (std::size_t i = random_() % 8; i > 0; --i) {
      text += random_() % 2 == 0 ? kMeaning[random_() % std::size(kMeaning)]
                                 : std::string(1, static_cast<char>(random_()));
    }
    return text;
  }

  std::vector<std::string> names() {
    std::vector<std::string> list;
    for (std::size_t i = random_() % 4; i > 0; --i) list.push_back(name());
    return list;
  }

  LeaseRecord record() {
    LeaseRecord record;
    record.claim = {name(), random_() % 2 == 0 ? name() : ""};
    record.process.pid = static_cast<int>(random_() % 0x7fffffff) + 1;
    record.process.start = (std::uint64_t{random_()} << 32) + random_();
    record.since = Time(std::chrono::seconds(random_()));
    record.command = name();
    record.stores = names();
    record.guards = names();
    return record;
  }

 private:
  std::mt19937 random_;
};

bool are_same(const LeaseRecord& a, const LeaseRecord& b) {
  return a.claim == b.claim && a.process == b.process && a.since == b.since &&
         a.command == b.command && a.stores == b.stores && a.guards == b.guards;
}

LeaseRecord usual_record() {
  return {{"15550001111", "aabbccddeeff"},
          {4711, 107315},
          Time(std::chrono::seconds(1'795'000'000)),
          "node",
          {"/srv/bot/auth"},
          {"/home/u/.wacli/LOCK"}};
}

Session session_of(const Account& account, const std::string& path) {
  Session session;
  session.credential.account = account;
  session.store.path = path;
  return session;
}

}  // namespace

TEST_SUITE("the text of a lease") {
  TEST_CASE("gives back what was written into it, whatever bytes the names have") {
    HostileNames hostile(6);
    for (int round = 0; round < 5000; ++round) {
      const LeaseRecord record = hostile.record();
      const std::string text = lease_text(record);
      const auto parsed = parse_lease(text);
      REQUIRE_MESSAGE(parsed, "a lease can't be read any more: ", text);
      REQUIRE_MESSAGE(are_same(*parsed, record), "somebody else is named than wrote it: ", text);
    }
  }

  TEST_CASE("that is cut anywhere names nobody") {
    HostileNames hostile(7);
    for (int round = 0; round < 200; ++round) {
      const std::string text = lease_text(hostile.record());
      for (std::size_t length = 0; length < text.size(); ++length) {
        REQUIRE_MESSAGE(!parse_lease(text.substr(0, length)),
                        "half a record, as of a full disk, is believed: ", text.substr(0, length));
      }
    }
  }

  TEST_CASE("may have lines of a later version, which say nothing to this one") {
    std::string text = lease_text(usual_record());
    text.insert(text.find("command="), "host=vm\npid2=5\nENDED=\n=\n");
    const auto parsed = parse_lease(text);
    REQUIRE(parsed);
    CHECK(are_same(*parsed, usual_record()));
  }

  TEST_CASE("ends where it says so: what an earlier, longer one left behind it is not read") {
    const auto parsed = parse_lease(lease_text(usual_record()) + "pid=1\nstore=/elsewhere\n\xff");
    REQUIRE(parsed);
    CHECK(are_same(*parsed, usual_record()));
  }

  TEST_CASE("that is none names nobody") {
    for (const std::string text :
         {"", "\n", "end\n", "pid=4711\n", "pid=0\nend\n", "pid=-1\nend\n", "pid=\nend\n",
          "pid=x\nend\n", "pid=4711x\nend\n", "pid= 4711\nend\n", "pid=99999999999\nend\n",
          "pid=4711\nstart=-1\nend\n", "pid=4711\nstart=18446744073709551616\nend\n",
          "pid=4711\nsince=yesterday evening\nend\n", "pid=4711\nsince=\nend\n",
          "pid=4711\nno equals sign\nend\n", "{\"pid\": 4711}\n", "pid=4711\r\nend\r\n"}) {
      CHECK_MESSAGE(!parse_lease(text), "it names somebody: ", text);
    }
    CHECK_MESSAGE(!parse_lease("pid=12093\nacquired_at=2026-11-22T15:31:08.388467044Z\n"),
                  "the text of wacli's lock is taken for a lease");
  }

  TEST_CASE("lies in lines that a person can read") {
    CHECK(
        lease_text(usual_record()) ==
        "pid=4711\nstart=107315\nsince=2026-11-18T11:06:40Z\naccount=15550001111\n"
        "device=aabbccddeeff\ncommand=node\nstore=/srv/bot/auth\nguard=/home/u/.wacli/LOCK\nend\n");
  }
}

TEST_SUITE("the file of a lease") {
  TEST_CASE("is the account's: its phone number, else its LID, else the store's path") {
    const Account both{"15550001111", "987654321", "Ann"};
    const Account hidden{std::nullopt, "987654321", std::nullopt};
    CHECK(account_key(session_of(both, "/a")) == "15550001111");
    CHECK(account_key(session_of(hidden, "/a")) == "lid-987654321");
    const std::string unlinked = account_key(session_of({}, "/a"));
    CHECK(unlinked.starts_with("store-"));
    CHECK_MESSAGE(unlinked == account_key(session_of({}, "/a")),
                  "two that start the same unlinked bot would both get it");
    CHECK_MESSAGE(unlinked != account_key(session_of({}, "/b")),
                  "unlinked bots keep each other from being linked");
  }

  TEST_CASE("of an unlinked store is a plain name, whatever its path has in it") {
    HostileNames hostile(8);
    for (int round = 0; round < 500; ++round) {
      const std::string file =
          lease_file({account_key(session_of({}, "/srv/" + hostile.name())), ""});
      CHECK_MESSAGE(file.find_first_not_of("storelck-.0123456789abcdef") == std::string::npos,
                    file);
      CHECK(file.ends_with(kLeaseSuffix));
    }
  }

  TEST_CASE("is one for the account, and one for each device of it") {
    CHECK(lease_file({"15550001111", ""}) == "15550001111.lock");
    CHECK(lease_file({"15550001111", "aabbccddeeff"}) == "15550001111.aabbccddeeff.lock");
  }
}
