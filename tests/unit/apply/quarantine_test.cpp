#include <fmt/format.h>
#include <sys/file.h>

#include "apply/processes.h"
#include "unit/apply/quarantine_support.h"
#include "unit/observe/live_child.h"

using namespace wasession;
using namespace wasession::test;
using Names = std::vector<std::string>;

TEST_CASE("a purged directory comes back exactly: names, bytes, modes, owners, times") {
  Purging purging;
  if (::geteuid() == 0) {
    REQUIRE(::chown((purging.store + "/pre-key-1.json").c_str(), 61234, 61235) == 0);
    REQUIRE(::chown(purging.store.c_str(), 61234, 61235) == 0);
  }
  purging.add(std::string("session-\xff\xfe% line\nbreak.json"), "odd", 0600);
  const Inventory before = inventory_of(purging.store);
  const struct stat directory = status_of(purging.store);
  const Outcome outcome = purging.take();
  REQUIRE_MESSAGE(outcome.result == Result::done, outcome.detail);
  CHECK_FALSE(std::filesystem::exists(purging.store));
  CHECK(outcome.detail ==
        "6 files moved to quarantine as " + purging.only_entry().id + "; the directory is removed");
  const Outcome restored = purging.restore();
  REQUIRE_MESSAGE(restored.result == Result::done, restored.detail);
  CHECK(inventory_of(purging.store) == before);
  CHECK(status_of(purging.store).st_mode == directory.st_mode);
  CHECK(status_of(purging.store).st_uid == directory.st_uid);
  CHECK(status_of(purging.store).st_gid == directory.st_gid);
}

TEST_CASE("an entry says what it holds, privately and under names that nobody takes for keys") {
  Purging purging;
  const Inventory before = inventory_of(purging.store);
  REQUIRE(purging.take().result == Result::done);
  const Quarantined entry = purging.only_entry();
  CHECK(entry.session == "baileys/bot");
  CHECK(entry.path == purging.store);
  CHECK(entry.directory_mode == 0750);
  CHECK(entry.expires_at - entry.quarantined_at == std::chrono::days(30));
  CHECK_FALSE(entry.restored_at);
  REQUIRE(entry.files.size() == before.size());
  CHECK(entry.files[0].name == "creds.json.bak");
  CHECK(entry.files[1].name == "creds.json");
  CHECK(sha256_hex(entry.files[2].sha256) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (const QuarantinedFile& file : entry.files) {
    const auto& [mode, uid, gid, modified, bytes] = before.at(file.name);
    CHECK(file.mode == (mode & 07777));
    CHECK(file.uid == uid);
    CHECK(file.size == bytes.size());
  }
  CHECK(names_in(purging.entry_path()) ==
        Names{"0000", "0001", "0002", "0003", "0004", "manifest.json"});
  CHECK(mode_of(purging.means.quarantine) == 0700);
  CHECK(mode_of(purging.entry_path()) == 0700);
  CHECK(mode_of(purging.entry_path() + "/manifest.json") == 0600);
  CHECK_MESSAGE(
      content_of(purging.entry_path() + "/manifest.json").find("noiseKey") == std::string::npos,
      "a manifest holds no content");
}

TEST_CASE("a second purge and a second restore find nothing to do, and say so") {
  Purging purging;
  REQUIRE(purging.take().result == Result::done);
  const Outcome again = purging.take();
  CHECK(again.result == Result::skipped);
  CHECK(again.detail == "it is gone already");
  REQUIRE(purging.restore().result == Result::done);
  const Outcome twice = purging.restore();
  CHECK(twice.result == Result::failed);
  CHECK_FALSE(twice.could_not);
  CHECK(twice.detail.find("was restored at 20") != std::string::npos);
  CHECK(purging.only_entry().restored_at);
}

TEST_CASE("neighbours in a flat OpenClaw directory stay, and the directory with them") {
  Purging purging;
  const Names neighbours = {"oauth.json",      "whatsapp-allowFrom.json", "whatsapp-pairing.json",
                            "telegram-x.json", "creds.json.old",          "sessions.json",
                            "pre-key-1.txt"};
  for (const std::string& name : neighbours) purging.add(name, "somebody's " + name, 0600);
  purging.root.write_file("bots/bot/whatsapp/biz/creds.json", "another account's");
  purging.root.write_file("bots/bot/session-directory.json/creds.json", "a trap");
  purging.root.make_link("bots/bot/session-link.json", purging.root.write_file("victim", "v"));
  REQUIRE(::mkfifo((purging.store + "/session-fifo.json").c_str(), 0600) == 0);
  Inventory expected = inventory_of(purging.store);
  for (const char* name : {"creds.json", "creds.json.bak", "pre-key-1.json",
                           "session-15550101010.0.json", "app-state-sync-key-AAAA__=.json"}) {
    expected.erase(name);
  }
  StepKind kind = StepKind::quarantine;
  SUBCASE("to quarantine") {}
  SUBCASE("for good") {
    kind = StepKind::erase;
  }
  const Outcome outcome = purging.take(kind);
  CHECK(outcome.result == Result::done);
  CHECK(outcome.detail.find("3 not regular stay (session-directory.json, session-fifo.json, "
                            "session-link.json), 8 files of others stay (") != std::string::npos);
  CHECK(inventory_of(purging.store) == expected);
  CHECK(content_of(purging.store + "/whatsapp/biz/creds.json") == "another account's");
  CHECK(content_of(purging.store + "/session-directory.json/creds.json") == "a trap");
  CHECK(content_of(purging.root.path("victim")) == "v");
}

TEST_CASE("erasing leaves neither files nor an entry") {
  Purging purging;
  const Outcome outcome = purging.take(StepKind::erase);
  CHECK(outcome.detail == "5 files deleted; the directory is removed");
  CHECK_FALSE(std::filesystem::exists(purging.store));
  CHECK_FALSE(std::filesystem::exists(purging.means.quarantine));
}

TEST_CASE("nothing is touched while a process that held it lives, or when it was interrupted") {
  Purging purging;
  const Inventory before = inventory_of(purging.store);
  StepKind kind = StepKind::quarantine;
  SUBCASE("quarantine") {}
  SUBCASE("erase") {
    kind = StepKind::erase;
  }
  {
    const LiveChild child([] { return std::string(); });
    purging.step.purge->ended = {{ended_pid(), 1}, {child.pid(), 0}};
    const Outcome outcome = purging.take(kind);
    CHECK(outcome.result == Result::failed);
    CHECK(outcome.detail == fmt::format("process {} is alive", child.pid()));
  }
  const volatile std::sig_atomic_t interrupted = 1;
  purging.means.interrupted = &interrupted;
  CHECK(purging.take(kind).result == Result::failed);
  CHECK(inventory_of(purging.store) == before);
}

TEST_CASE("what took the store's place is left alone, and not followed") {
  Purging purging;
  std::filesystem::rename(purging.store, purging.root.path("kept"));
  SUBCASE("a symbolic link to the very store") {
    purging.root.make_link("bots/bot", purging.root.path("kept"));
  }
  SUBCASE("another directory") {
    purging.root.write_file("bots/bot/creds.json", "another");
  }
  SUBCASE("a file") {
    purging.root.write_file("bots/bot", "a file");
  }
  SUBCASE("a symbolic link above") {
    std::filesystem::rename(purging.root.path("kept"), purging.root.path("bot"));
    std::filesystem::remove(purging.root.path("bots"));
    purging.root.make_link("bots", purging.root.path());
  }
  const Inventory above = inventory_of(purging.root.path());
  for (const StepKind kind : {StepKind::quarantine, StepKind::erase}) {
    const Outcome outcome = purging.take(kind);
    CHECK_MESSAGE(outcome.result == Result::failed, "the credential stands somewhere still");
    CHECK_FALSE(outcome.could_not);
    CHECK(inventory_of(purging.root.path()) == above);
  }
  CHECK(purging.entries().empty());
}

TEST_CASE("a restore never overwrites, and changes nothing when it refuses") {
  Purging purging;
  REQUIRE(purging.take().result == Result::done);
  std::string reason;
  SUBCASE("a new link") {
    purging.root.write_file("bots/bot/creds.json", "new");
    reason = "creds.json is there already: a new link would be overwritten";
  }
  SUBCASE("a link of other key files") {
    purging.root.write_file("bots/bot/pre-key-9.json", "new");
    reason = "pre-key-9.json is there already: two links would be mixed";
  }
  SUBCASE("a symbolic link in a file's place") {
    purging.root.make_link("bots/bot/creds.json", purging.root.path("nowhere"));
    reason = "creds.json is there already: a new link would be overwritten";
  }
  SUBCASE("a symbolic link in the directory's place") {
    purging.root.make_link("bots/bot", purging.root.make_directory("elsewhere"));
    reason = "a symbolic link is on the way to its place";
  }
  SUBCASE("no directory above") {
    std::filesystem::remove(purging.root.path("bots"));
    reason = "the directory that it was in is gone";
  }
  const Inventory before = inventory_of(purging.store);
  const Outcome outcome = purging.restore();
  CHECK(outcome.result == Result::failed);
  CHECK_FALSE(outcome.could_not);
  CHECK(outcome.detail == reason);
  CHECK(inventory_of(purging.store) == before);
  CHECK_FALSE(purging.only_entry().restored_at);
  CHECK_FALSE(apply::has_unfinished(purging.means.quarantine));
}

TEST_CASE("an entry whose bytes or manifest have changed is not restored") {
  Purging purging;
  REQUIRE(purging.take().result == Result::done);
  purging.step.purge->quarantine_id = purging.only_entry().id;
  const std::string entry = purging.entry_path();
  SUBCASE("a byte") {
    std::ofstream(entry + "/0001", std::ios::in | std::ios::out) << 'X';
  }
  SUBCASE("a file") {
    std::filesystem::remove(entry + "/0003");
  }
  SUBCASE("half a manifest") {
    std::filesystem::resize_file(entry + "/manifest.json", 300);
  }
  SUBCASE("a manifest that would write elsewhere") {
    std::string text = content_of(entry + "/manifest.json");
    text.replace(text.find("creds.json.bak"), 14, "../../.profile");
    std::ofstream(entry + "/manifest.json") << text;
  }
  SUBCASE("a manifest that would write something that is no credential") {
    std::string text = content_of(entry + "/manifest.json");
    text.replace(text.find("creds.json.bak"), 14, "authorized_key");
    std::ofstream(entry + "/manifest.json") << text;
  }
  const Outcome outcome = purging.take(StepKind::restore);
  CHECK(outcome.result == Result::failed);
  CHECK(outcome.could_not);
  CHECK_FALSE(std::filesystem::exists(purging.store));
}

TEST_CASE("a quarantine that is not ours, or no directory, is not used") {
  Purging purging;
  const Inventory before = inventory_of(purging.store);
  const std::string& path = purging.means.quarantine;
  purging.root.make_directory("state");
  SUBCASE("a symbolic link") {
    std::filesystem::create_directory_symlink(purging.root.make_directory("elsewhere"), path);
  }
  SUBCASE("a file") {
    purging.root.write_file("state/quarantine", "");
  }
  SUBCASE("another user's") {
    if (::geteuid() != 0) return;
    purging.root.make_directory("state/quarantine");
    REQUIRE(::chown(path.c_str(), 61234, 61234) == 0);
  }
  SUBCASE("in the store itself") {
    purging.means.quarantine = purging.store + "/quarantine";
  }
  SUBCASE("none") {
    purging.means.quarantine.clear();
  }
  CHECK(purging.take().result == Result::failed);
  CHECK(inventory_of(purging.store) == before);
}

TEST_CASE("a quarantine that others could enter is closed to them") {
  Purging purging;
  purging.root.make_directory("state/quarantine");
  REQUIRE(::chmod(purging.means.quarantine.c_str(), 0755) == 0);
  REQUIRE(purging.take().result == Result::done);
  CHECK(mode_of(purging.means.quarantine) == 0700);
}

TEST_CASE("an entry is deleted when its time is over, restored or not, and not a moment earlier") {
  Purging purging;
  REQUIRE(purging.take().result == Result::done);
  SUBCASE("restored") {
    REQUIRE(purging.restore().result == Result::done);
  }
  SUBCASE("not restored") {}
  const Time end = purging.only_entry().expires_at;
  CHECK(apply::expire(purging.means, end - std::chrono::seconds(1)).empty());
  CHECK(purging.entries().size() == 1);
  CHECK(apply::expire(purging.means, end).empty());
  CHECK(names_in(purging.means.quarantine) == Names{"lock"});
}

TEST_CASE("while another wasession works in the quarantine nothing is recovered or expired") {
  Purging purging;
  REQUIRE(purging.take().result == Result::done);
  const std::string entry = purging.entry_path();
  std::filesystem::rename(entry, entry + ".moving");
  {
    const LiveChild child([&] {
      const int lock = ::open((purging.means.quarantine + "/lock").c_str(), O_RDWR | O_CLOEXEC);
      return std::string(::flock(lock, LOCK_EX) == 0 ? "locked" : "not locked");
    });
    REQUIRE(child.said() == "locked");
    CHECK(apply::has_unfinished(purging.means.quarantine));
    CHECK(apply::recover(purging.means).empty());
    CHECK(std::filesystem::exists(entry + ".moving"));
    purging.means.timeout = std::chrono::milliseconds(1);
    purging.root.write_file("bots/bot/creds.json", "new");
    purging.judge();
    const Outcome outcome = purging.take();
    CHECK(outcome.result == Result::failed);
    CHECK(outcome.detail == "another wasession is at work in the quarantine");
  }
  const auto warnings = apply::recover(purging.means);
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].path == purging.store);
  CHECK_FALSE(apply::has_unfinished(purging.means.quarantine));
  CHECK(purging.entries().size() == 1);
}

TEST_CASE("a credential that a client writes anew while it is purged is said to be in use") {
  Purging purging;
  class Rewriting : public apply::Changes {
   public:
    std::string path;
    int replace(const apply::Descriptor& directory, const std::string& from,
                const std::string& to) override {
      // The manifest's second version: everything has been moved.
      if (++manifests == 2) std::ofstream(path) << "new";
      return Changes::replace(directory, from, to);
    }
    int manifests = 0;
  } rewriting;
  rewriting.path = purging.store + "/creds.json";
  purging.means.changes = &rewriting;
  const Outcome outcome = purging.take();
  CHECK(outcome.result == Result::failed);
  CHECK_FALSE(outcome.could_not);
  CHECK(outcome.detail.find("creds.json was written again meanwhile: a program still uses it") !=
        std::string::npos);
  CHECK(content_of(rewriting.path) == "new");
  CHECK(purging.only_entry().files.size() == 5);
}
