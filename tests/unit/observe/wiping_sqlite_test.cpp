#include "observe/stores/wiping_sqlite.h"

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "observe/stores/whatsmeow_database.h"
#include "unit/observe/whatsmeow_support.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WASESSION_SHADOWED_MEMORY 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define WASESSION_SHADOWED_MEMORY 1
#endif
#endif
#ifndef WASESSION_SHADOWED_MEMORY
#define WASESSION_SHADOWED_MEMORY 0
#endif

namespace wasession::observe {
namespace {

using namespace wasession::test;

constexpr char kMask = 0x5a;

/// A key that this process never holds in the clear: the search would find its own needle.
struct MaskedKey {
  std::string bytes;

  bool is_at(const char* place) const {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (place[i] != static_cast<char>(bytes[i] ^ kMask)) return false;
    }
    return true;
  }
};

std::string in_hex(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(byte) & 0xffU);
    text += digits;
  }
  return text;
}

MaskedKey from_hex(const std::string& text) {
  MaskedKey key;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    key.bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  }
  return key;
}

bool memory_can_be_searched() {
  if (WASESSION_SHADOWED_MEMORY == 0 && std::filesystem::exists("/proc/self/maps")) return true;
  MESSAGE("skipped: no /proc, or a sanitizer's shadow memory is too large to be searched");
  return false;
}

/// How often the key stands in this process's writable memory.
int copies_in_memory(const MaskedKey& key) {
  int found = 0;
  std::ifstream maps("/proc/self/maps");
  const int memory = ::open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  REQUIRE(memory >= 0);
  std::vector<char> chunk(1 << 20);
  for (std::string line; std::getline(maps, line);) {
    unsigned long start = 0;
    unsigned long end = 0;
    char mode[5] = {};
    if (std::sscanf(line.c_str(), "%lx-%lx %4s", &start, &end, mode) != 3 || mode[1] != 'w') {
      continue;
    }
    const std::size_t overlap = key.bytes.size() - 1;
    for (unsigned long at = start; at < end; at += chunk.size() - overlap) {
      const ssize_t got =
          ::pread(memory, chunk.data(), std::min(chunk.size(), end - at), static_cast<off_t>(at));
      for (ssize_t i = 0; i + static_cast<ssize_t>(key.bytes.size()) <= got; ++i) {
        if (key.is_at(chunk.data() + i)) ++found;
      }
      std::fill(chunk.begin(), chunk.end(), '\0');
    }
  }
  ::close(memory);
  return found;
}

/// Lets another process make a database with a noise key of its own, so that no copy of the key can
/// be left here by the making.
MaskedKey make_database_elsewhere(const std::function<void(const std::string& noise_key)>& make) {
  Child child([&](const Child::Report& report) {
    std::string key(32, '\0');
    // Not SQLite's generator: this process would draw the same bytes from its own copy.
    if (::getentropy(key.data(), key.size()) != 0) ::_exit(1);
    make(key);
    for (char& byte : key) byte = static_cast<char>(byte ^ kMask);
    report(in_hex(key));
  });
  const MaskedKey key = from_hex(child.wait_for_line());
  REQUIRE(key.bytes.size() == 32);
  return key;
}

void set_noise_key(const std::string& path, const std::string& key) {
  SQLite::Database database(path, kCreate);
  SQLite::Statement update(database, "UPDATE whatsmeow_device SET noise_key = ?");
  update.bind(1, key.data(), static_cast<int>(key.size()));
  update.exec();
}

}  // namespace

TEST_CASE("SQLite's memory is wiped as soon as it is freed, whoever used SQLite first") {
  REQUIRE(sqlite_wipes_memory());
  auto* const block = static_cast<char*>(sqlite3_malloc(100));
  for (int i = 0; i < 100; ++i) block[i] = 'x';
  CHECK(sqlite3_msize(block) >= 100);
  auto* const larger = static_cast<char*>(sqlite3_realloc(block, 5000));
  CHECK(std::string(larger, 100) == std::string(100, 'x'));
  sqlite3_free(larger);
}

TEST_CASE("no private key is left in memory after a store was read") {
  if (!memory_can_be_searched()) return;
  const DatabaseDirectory directory;
  const std::string path = directory.path("a.db");
  MaskedKey key;
  SUBCASE("in rollback mode") {
    key = make_database_elsewhere(
        [&](const std::string& noise_key) { make_database(path, {{.noise_key = noise_key}}); });
  }
  SUBCASE("in a -wal") {
    key = make_database_elsewhere([&](const std::string& noise_key) {
      SQLite::Database database(path, kCreate);
      database.exec("PRAGMA journal_mode=WAL");
      create_schema(database);
      insert_device(database, {.noise_key = noise_key});
      // The database is left without being closed, as by a crash.
      std::filesystem::copy(path, path + ".copy");
      std::filesystem::copy(path + "-wal", path + ".copy-wal");
    });
    std::filesystem::rename(path + ".copy", path);
    std::filesystem::rename(path + ".copy-wal", path + "-wal");
  }
  SUBCASE("in a hot journal") {
    key = make_database_elsewhere([&](const std::string& noise_key) {
      make_database(path, {{.noise_key = noise_key}});
      SQLite::Database database(path, kCreate);
      database.exec("PRAGMA cache_size=1; BEGIN; UPDATE whatsmeow_device SET noise_key = x'00'");
      for (int i = 0; i < 50; ++i) database.exec("INSERT INTO filler VALUES (zeroblob(4000))");
      std::filesystem::copy(path, path + ".copy");
      std::filesystem::copy(path + "-journal", path + ".copy-journal");
    });
    std::filesystem::rename(path + ".copy", path);
    std::filesystem::rename(path + ".copy-journal", path + "-journal");
  }
  SUBCASE("in wacli's session.db") {
    const auto fixtures = shared_fixtures();
    if (!fixtures) return;
    key = make_database_elsewhere([&](const std::string& noise_key) {
      std::filesystem::copy_file(*fixtures / "store-one" / "session.db", path);
      std::filesystem::permissions(path, std::filesystem::perms::owner_all);
      set_noise_key(path, noise_key);
    });
  }
  const DatabaseReading reading = read_whatsmeow_database(path);
  REQUIRE(reading.devices.size() == 1);
  CHECK_MESSAGE(reading.devices[0].fingerprint, "the key was not even read");
  CHECK_MESSAGE(copies_in_memory(key) == 0, "a core dump or swap would hold a private noise key");

  std::string in_the_clear = key.bytes;
  for (char& byte : in_the_clear) byte = static_cast<char>(byte ^ kMask);
  CHECK_MESSAGE(copies_in_memory(key) > 0, "the search finds nothing, so it proves nothing");
}

}  // namespace wasession::observe
