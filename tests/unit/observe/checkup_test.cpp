#include "observe/checkup.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "observe/files/files.h"
#include "observe/processes/processes.h"
#include "support/ended_process.h"
#include "support/fixtures.h"
#include "support/temporary_directory.h"
#include "unit/observe/live_child.h"

using namespace wasession;
using namespace wasession::observe;
using namespace wasession::test;

namespace {

/// A home with OpenClaw and others in it, whose directories let everybody through.
struct Home {
  TemporaryDirectory root;
  Snapshot snapshot;

  Home() {
    mode("", 0755);
    snapshot.taken_at =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }

  void mode(const std::string& below, mode_t bits) const {
    REQUIRE(::chmod(root.path(below).c_str(), bits) == 0);
  }

  /// A store with one session; a directory unless it is a database. Returns its path.
  std::string add(const std::string& below, Tool tool) {
    Session session;
    session.id = below;
    session.store.tool = tool;
    session.store.path = root.path(below);
    const bool database = tool == Tool::wacli || tool == Tool::whatsmeow;
    session.store.kind = database ? StoreKind::whatsmeow_database : StoreKind::baileys_directory;
    snapshot.sessions.push_back(session);
    return session.store.path;
  }

  /// An OpenClaw account, its directory closed as 2026.9 closes it.
  std::string add_account(const std::string& name) {
    const std::string below = "home/.openclaw/credentials/whatsapp/" + name;
    root.write_file(below + "/creds.json", "{}");
    mode(below, 0700);
    return add(below, Tool::openclaw);
  }

  std::string write_connection_lock(const std::string& account, const std::string& text) {
    return root.write_file("home/.openclaw/credentials/whatsapp/" + account + ".lock", text);
  }

  std::string write_gateway_lock(const std::string& text) const {
    return root.write_file("tmp/openclaw-0/gateway.47f47491.lock", text);
  }

  const Condition& look() {
    Environment environment;
    environment.home = root.path("home");
    environment.variables["TMPDIR"] = root.path("tmp");
    snapshot.condition = {};
    check_up(snapshot, environment);
    // The machine may have stale locks of its own.
    std::erase_if(snapshot.condition.stale_locks,
                  [&](const StaleLock& lock) { return !lock.path.starts_with(root.path()); });
    return snapshot.condition;
  }

  /// `path mode wanted`, paths below the root, one a line.
  std::string exposed() {
    std::string text;
    for (const ExposedSecret& secret : look().exposed) {
      std::array<char, 32> modes{};
      std::snprintf(modes.data(), modes.size(), " %04o %04o\n", secret.mode, secret.wanted_mode);
      text += secret.path.substr(root.path().size() + 1) + modes.data();
      CHECK(secret.identity == facts_of(secret.path).identity);
    }
    return text;
  }
};

std::uint64_t start_of(int pid) {
  const auto process = process_with(pid);
  REQUIRE(process);
  return process->identity.start;
}

void make_old(const std::string& path) {
  std::filesystem::last_write_time(
      path, std::filesystem::file_time_type::clock::now() - std::chrono::minutes(6));
}

}  // namespace

TEST_CASE("the lock of an ended process is stale, next to an auth directory and in /tmp") {
  Home home;
  home.add_account("biz");
  const int pid = ended_pid();
  const std::string connection = home.write_connection_lock("biz", connection_lock(pid, 77));
  const std::string gateway = home.write_gateway_lock(gateway_lock(pid, 0));
  const auto& stale = home.look().stale_locks;
  REQUIRE(stale.size() == 2);
  CHECK(stale[0].path == gateway);
  CHECK(stale[0].owner == ProcessIdentity{pid, 0});
  CHECK_FALSE(stale[0].session);
  CHECK(stale[1].path == connection);
  CHECK(stale[1].owner == ProcessIdentity{pid, 77});
  CHECK(stale[1].session == 0);
  for (const StaleLock& lock : stale) {
    CHECK(lock.identity == facts_of(lock.path).identity);
    CHECK_FALSE(lock.blocks);
  }
}

TEST_CASE("a lock of 2026.9 in the state directory is looked at without a session there") {
  Home home;
  const std::string lock = home.root.write_file("home/.openclaw/tmp/openclaw-0/gateway.state.lock",
                                                gateway_lock(ended_pid(), 5));
  REQUIRE(home.look().stale_locks.size() == 1);
  CHECK(home.look().stale_locks[0].path == lock);
}

TEST_CASE("the lock of a live process is not stale") {
  Home home;
  home.add_account("biz");
  const LiveChild child([] { return std::string(); });
  for (const std::uint64_t start : {start_of(child.pid()), std::uint64_t{0}}) {
    CAPTURE(start);
    home.write_connection_lock("biz", connection_lock(child.pid(), start));
    home.write_gateway_lock(gateway_lock(child.pid(), start));
    CHECK(home.look().stale_locks.empty());
  }
}

TEST_CASE("a lock whose pid went to another process is stale") {
  Home home;
  home.add_account("biz");
  const LiveChild child([] { return std::string(); });
  home.write_connection_lock("biz", connection_lock(child.pid(), start_of(child.pid()) - 1));
  CHECK(home.look().stale_locks.size() == 1);
}

TEST_CASE("the lock of a zombie is stale: its descriptors are closed") {
  Home home;
  home.add_account("biz");
  const Zombie zombie;
  home.write_connection_lock("biz", connection_lock(zombie.pid(), start_of(zombie.pid())));
  CHECK(home.look().stale_locks.size() == 1);
}

TEST_CASE("a lock that a process has open is not stale, whatever pid it names (a container's)") {
  Home home;
  home.add_account("biz");
  const std::string path = home.write_connection_lock("biz", connection_lock(ended_pid(), 77));
  const LiveChild holder([&] { return std::to_string(::open(path.c_str(), O_RDWR | O_CLOEXEC)); });
  CHECK(home.look().stale_locks.empty());
}

TEST_CASE("an empty or garbled lock blocks OpenClaw, once it is too old to be half written") {
  Home home;
  home.add_account("biz");
  for (const std::string text : {"", "{\"pid\": 12", "pid=12\n"}) {
    CAPTURE(text);
    const std::string path = home.write_connection_lock("biz", text);
    CHECK(home.look().stale_locks.empty());
    make_old(path);
    REQUIRE(home.look().stale_locks.size() == 1);
    CHECK(home.look().stale_locks[0].blocks);
    CHECK(home.look().stale_locks[0].owner.pid == 0);
  }
}

TEST_CASE("a lock that names nobody is OpenClaw's to reclaim") {
  Home home;
  home.add_account("biz");
  make_old(home.write_connection_lock("biz", "{\"createdAt\": \"2026-11-22T15:30:32.946Z\"}"));
  CHECK(home.look().stale_locks.empty());
}

TEST_CASE("what is no lock file is never called stale") {
  Home home;
  home.add_account("biz");
  const std::string text = connection_lock(ended_pid(), 77);
  const std::string below = "home/.openclaw/credentials/whatsapp/biz.lock";
  SUBCASE("a symbolic link to one") {
    home.root.make_link(below, home.root.write_file("elsewhere", text));
  }
  SUBCASE("proper-lockfile's directory") {
    home.root.make_directory(below);
  }
  SUBCASE("a FIFO") {
    REQUIRE(::mkfifo(home.root.path(below).c_str(), 0600) == 0);
  }
  SUBCASE("a lock directory that is a symbolic link") {
    home.root.write_file("other/gateway.47f47491.lock", gateway_lock(ended_pid(), 0));
    home.root.make_link("tmp/openclaw-0", home.root.path("other"));
  }
  SUBCASE("a role other than the gateway's") {
    std::string agent = gateway_lock(ended_pid(), 0);
    agent.insert(1, "\"role\":\"agent-embedded\",");
    home.write_gateway_lock(agent);
  }
  SUBCASE("wacli's LOCK, which the kernel frees") {
    home.root.write_file("home/.wacli/session.db", "");
    home.root.write_file("home/.wacli/LOCK", "pid=" + std::to_string(ended_pid()) + "\n");
    home.add("home/.wacli/session.db", Tool::wacli);
  }
  SUBCASE("the lock file of another bot, whose format nobody knows") {
    home.root.write_file("bot/creds.json", "{}");
    home.root.write_file("bot.lock", text);
    home.add("bot", Tool::baileys);
  }
  CHECK(home.look().stale_locks.empty());
}

TEST_CASE("readable credentials are listed with the mode that closes them; key files are not") {
  Home home;
  home.root.write_file("bot/creds.json", "{}");
  home.root.write_file("bot/creds.json.bak", "{}");
  home.root.write_file("bot/session-1.0.json", "{}");
  home.root.write_file("wa/session.db", "");
  home.root.write_file("wa/session.db-wal", "");
  home.root.write_file("wa/session.db-shm", "");
  home.add("bot", Tool::baileys);
  home.add("wa/session.db", Tool::wacli);
  home.add("wa/session.db", Tool::wacli);  // its second device
  home.mode("bot", 0755);
  home.mode("wa", 0711);
  for (const char* file : {"bot/session-1.0.json", "wa/session.db", "wa/session.db-shm"}) {
    home.mode(file, 0644);
  }
  home.mode("bot/creds.json", 0640);
  home.mode("bot/creds.json.bak", 0400);
  home.mode("wa/session.db-wal", 0604);
  CHECK(home.exposed() ==
        "bot 0755 0700\nbot/creds.json 0640 0600\n"
        "wa/session.db 0644 0600\nwa/session.db-wal 0604 0600\n");
  CHECK(home.snapshot.condition.exposed.back().session == 1);
}

TEST_CASE("credentials that no other user can reach are not exposed") {
  Home home;
  home.root.write_file("home/bot/creds.json", "{}");
  home.root.write_file("home/bot/wa.db", "");
  home.add("home/bot", Tool::baileys);
  home.add("home/bot/wa.db", Tool::whatsmeow);
  home.mode("home/bot/creds.json", 0666);
  home.mode("home/bot/wa.db", 0666);
  home.mode("home/bot", 0755);
  home.mode("home", 0755);
  REQUIRE(home.look().exposed.size() == 3);
  SUBCASE("the store's own directory is closed") {
    home.mode("home/bot", 0700);
  }
  SUBCASE("the home is closed") {
    home.mode("home", 0700);
  }
  SUBCASE("the home can be listed and not entered") {
    home.mode("home", 0744);
  }
  SUBCASE("something far above is closed") {
    home.mode("", 0700);
  }
  CHECK(home.exposed().empty());
}

TEST_CASE("a directory that serves other purposes too stays as open as it is") {
  Home home;
  home.root.write_file("site/creds.json", "{}");
  home.root.make_directory("site/public");
  home.add("site", Tool::baileys);
  home.mode("site", 0755);
  home.mode("site/creds.json", 0644);
  CHECK(home.exposed() == "site/creds.json 0644 0600\n");
}

TEST_CASE("OpenClaw's flat credentials directory is closed, though others are in it") {
  Home home;
  home.root.write_file("home/.openclaw/credentials/creds.json", "{}");
  home.root.make_directory("home/.openclaw/credentials/whatsapp");
  home.add("home/.openclaw/credentials", Tool::openclaw);
  home.mode("home/.openclaw/credentials", 0755);
  home.mode("home/.openclaw/credentials/creds.json", 0600);
  CHECK(home.exposed() == "home/.openclaw/credentials 0755 0700\n");
}

TEST_CASE("symbolic links and special files in the place of secrets are passed over") {
  Home home;
  home.root.make_directory("bot");
  home.mode("bot", 0711);
  home.add("bot", Tool::baileys);
  const std::string victim = home.root.write_file("victim", "");
  home.mode("victim", 0644);
  home.root.make_link("bot/creds.json", victim);
  REQUIRE(::mkfifo(home.root.path("bot/creds.json.bak").c_str(), 0666) == 0);
  home.mode("bot", 0711);
  CHECK(home.exposed() == "bot 0711 0700\n");
}

TEST_CASE("a creds.json that is missing, empty or broken is restorable from a good backup") {
  Home home;
  home.add_account("biz");
  home.snapshot.sessions[0].credential.problems = {"creds.json is …"};
  const std::string below = "home/.openclaw/credentials/whatsapp/biz/";
  const std::string good = baileys_fixture("v9-linked-msgs") + "/creds.json";
  std::filesystem::copy_file(good, home.root.path(below + "creds.json.bak"));
  const std::vector<std::size_t> first = {0};
  const std::vector<std::size_t> none;
  home.root.write_file(below + "creds.json", "");
  CHECK(home.look().restorable == first);
  home.root.write_file(below + "creds.json", "{\"noiseKey\":");
  CHECK(home.look().restorable == first);
  std::filesystem::remove(home.root.path(below + "creds.json"));
  CHECK(home.look().restorable == first);

  home.root.write_file(below + "creds.json.bak", "{\"noiseKey\":");
  CHECK(home.look().restorable == none);
  std::filesystem::remove(home.root.path(below + "creds.json.bak"));
  CHECK(home.look().restorable == none);
  std::filesystem::copy_file(good, home.root.path(below + "creds.json.bak"));
  std::filesystem::copy_file(good, home.root.path(below + "creds.json"));
  CHECK_MESSAGE(home.look().restorable == none, "a good creds.json needs no backup");
}
