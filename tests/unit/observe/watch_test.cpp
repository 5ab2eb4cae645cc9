#include "observe/processes/watch.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <functional>
#include <set>
#include <string>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "observe/processes/processes.h"
#include "support/temporary_directory.h"

namespace wasession::observe {
namespace {

using test::TemporaryDirectory;

constexpr std::chrono::hours kForEver{24};

/// A child that does `work` over and over until it is killed: whenever the watch begins, there is
/// more to see.
class Worker {
 public:
  explicit Worker(const std::function<void()>& work) : pid_(::fork()) {
    if (pid_ != 0) return;
    while (true) {
      work();
      ::usleep(2000);
    }
  }
  ~Worker() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  int pid() const { return pid_; }

 private:
  int pid_;
};

void write_to(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0 || ::write(file, "{}", 2) != 2) ::_exit(1);
  ::close(file);
}

Store baileys(const std::string& path) {
  Store store;
  store.path = path;
  return store;
}

Store whatsmeow(const std::string& path) {
  Store store;
  store.kind = StoreKind::whatsmeow_database;
  store.path = path;
  return store;
}

/// True, with a message, where the kernel or the file system does not let the tests watch.
bool not_permitted(const TemporaryDirectory& files) {
  const std::vector<Store> stores = {baileys(files.path())};
  const WatchResult result = watch_writes(stores, std::chrono::milliseconds(0), nullptr);
  if (result.warnings.empty()) return false;
  MESSAGE("skipped: " << result.warnings.front().what);
  return true;
}

/// Watches until each of these files was seen written.
WatchResult watch_until(const std::vector<Store>& stores, std::set<std::string> files) {
  return watch_writes(stores, kForEver, nullptr, [&](const WriteSeen& write) {
    files.erase(write.file);
    return !files.empty();
  });
}

TEST_CASE("who writes creds.json is named by its pid and start, each file once") {
  const TemporaryDirectory files;
  if (not_permitted(files)) return;
  const Worker worker([&] {
    write_to(files.path("notes.txt"));
    write_to(files.path("creds.json"));
    write_to(files.path("pre-key-7.json"));
  });
  const std::vector<Store> stores = {baileys(files.path())};
  std::size_t before = 0;
  const WatchResult result =
      watch_writes(stores, kForEver, nullptr, [&](const WriteSeen&) { return ++before < 2; });
  REQUIRE(result.writes.size() == 2);
  const auto process = process_with(worker.pid());
  REQUIRE(process.has_value());
  for (const WriteSeen& write : result.writes) {
    CHECK(write.process == process->identity);
    CHECK_MESSAGE(write.file != "notes.txt", "a file that is no part of the store counts");
  }
  CHECK(result.writes[0].file != result.writes[1].file);
}

TEST_CASE("a creds.json that is replaced by a rename is seen, as OpenClaw 2026.9 does it") {
  const TemporaryDirectory files;
  if (not_permitted(files)) return;
  const Worker worker([&] {
    const std::string temporary = files.path(".creds.123.tmp");
    write_to(temporary);
    std::rename(temporary.c_str(), files.path("creds.json").c_str());
  });
  const auto result = watch_until({baileys(files.path())}, {"creds.json"});
  REQUIRE(result.writes.size() == 1);
  CHECK(result.writes[0].process.pid == worker.pid());
}

TEST_CASE("two writers of two stores are told apart, databases in one directory too") {
  const TemporaryDirectory files;
  if (not_permitted(files)) return;
  files.make_directory("bot");
  const Worker first([&] { write_to(files.path("a.db-wal")); });
  const Worker second([&] { write_to(files.path("b.db")); });
  const Worker third([&] { write_to(files.path("bot/session-1.json")); });
  const std::vector<Store> stores = {whatsmeow(files.path("a.db")), whatsmeow(files.path("b.db")),
                                     baileys(files.path("bot"))};
  const auto result = watch_until(stores, {"a.db-wal", "b.db", "session-1.json"});
  REQUIRE(result.writes.size() == 3);
  const int pids[] = {first.pid(), second.pid(), third.pid()};
  for (const WriteSeen& write : result.writes) CHECK(write.process.pid == pids[write.store]);
}

TEST_CASE("who only reads, or opens a file for writing and writes nothing, is no writer") {
  const TemporaryDirectory files;
  if (not_permitted(files)) return;
  files.write_file("creds.json", "{}");
  files.write_file("device-list-1.json", "{}");
  // The marker is written last: when it is seen, the others would have been.
  const Worker reader([&] {
    for (const int mode : {O_RDONLY, O_RDWR}) {
      const int file = ::open(files.path("creds.json").c_str(), mode | O_CLOEXEC);
      char byte = 0;
      if (::read(file, &byte, 1) != 1) ::_exit(1);
      ::close(file);
    }
    write_to(files.path("device-list-1.json"));
    write_to(files.path("tctoken-1.json"));
  });
  const std::vector<Store> stores = {baileys(files.path())};
  watch_until(stores, {"tctoken-1.json"});
  const auto result = watch_until(stores, {"device-list-1.json", "tctoken-1.json"});
  for (const WriteSeen& write : result.writes) CHECK(write.file != "creds.json");
}

TEST_CASE("a stop ends the watch at once, before it and within it") {
  const TemporaryDirectory files;
  if (not_permitted(files)) return;
  const std::vector<Store> stores = {baileys(files.path())};
  volatile std::sig_atomic_t stop = 1;
  CHECK(watch_writes(stores, kForEver, &stop).writes.empty());

  stop = false;
  const Worker worker([&] { write_to(files.path("creds.json")); });
  const auto result = watch_writes(stores, kForEver, &stop, [&](const WriteSeen&) {
    stop = true;
    return true;
  });
  CHECK(result.writes.size() == 1);
}

TEST_CASE("a store that is gone, or became a link, gives a warning and hides no other") {
  const TemporaryDirectory files;
  if (not_permitted(files)) return;
  files.make_directory("real");
  files.make_link("link", files.path("real"));
  files.make_directory("good");
  const Worker worker([&] {
    write_to(files.path("real/creds.json"));
    write_to(files.path("good/creds.json"));
  });
  const std::vector<Store> stores = {baileys(files.path("gone")), baileys(files.path("link")),
                                     baileys(files.path("good"))};
  const auto result = watch_until(stores, {"creds.json"});
  CHECK(result.warnings.size() == 2);
  REQUIRE(result.writes.size() == 1);
  CHECK(result.writes[0].store == 2);
}

TEST_CASE("without the permission a watch says so at once") {
  const TemporaryDirectory files;
  const int child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    if (::getuid() == 0 && ::setuid(61234) != 0) ::_exit(2);
    const std::vector<Store> stores = {baileys(files.path())};
    const auto result = watch_writes(stores, kForEver, nullptr);
    ::_exit(result.warnings.size() == 1 && result.writes.empty() ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("only files that a holder writes count") {
  const Store bot = baileys("/bots/a");
  for (const char* file : {"creds.json", "creds.json.bak", "pre-key-1.json", "session-1.0.json"}) {
    CHECK(is_written_by_holders(bot, file));
  }
  for (const char* file : {"", "creds.json~", ".creds.1.tmp", "notes.json", "wacli.db"}) {
    CHECK_FALSE(is_written_by_holders(bot, file));
  }
  const Store database = whatsmeow("/stores/wacli.db");
  for (const char* file : {"wacli.db", "wacli.db-wal", "wacli.db-journal"}) {
    CHECK(is_written_by_holders(database, file));
  }
  for (const char* file : {"", "wacli.db-shm", "wacli.db2", "other.db", "creds.json", "wacli.d"}) {
    CHECK_FALSE(is_written_by_holders(database, file));
  }
}

}  // namespace
}  // namespace wasession::observe
