/// Databases in whatsmeow's schema for tests, and writers staged in other processes.
#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/fingerprint.h"
#include "observe/files/stat_times.h"
#include "observe/stores/whatsmeow_database.h"

namespace wasession::test {

/// A directory of its own, removed with all its contents.
class DatabaseDirectory {
 public:
  DatabaseDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "wasession-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = std::filesystem::canonical(name);
  }
  ~DatabaseDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  DatabaseDirectory(const DatabaseDirectory&) = delete;
  DatabaseDirectory& operator=(const DatabaseDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline std::string file_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// Names, inodes, modes, times and bytes: two equal values mean that nothing in the directory was
/// created, changed or deleted between them.
using DirectoryState =
    std::map<std::string, std::tuple<ino_t, mode_t, std::int64_t, std::int64_t, std::string>>;

inline DirectoryState directory_state(const std::filesystem::path& directory) {
  DirectoryState state;
  const auto add = [&](const std::filesystem::path& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) throw std::runtime_error("lstat failed");
    const timespec& modified = observe::modification_time(status);
    state[path.filename().string()] = {status.st_ino, status.st_mode, modified.tv_sec,
                                       modified.tv_nsec,
                                       S_ISREG(status.st_mode) ? file_bytes(path.string()) : ""};
  };
  add(directory);
  for (const auto& entry : std::filesystem::directory_iterator(directory)) add(entry.path());
  return state;
}

/// Reads, and checks that the directory is as it was.
inline observe::DatabaseReading read_unchanged(const DatabaseDirectory& directory,
                                               const std::string& name) {
  const auto before = directory_state(directory.path());
  observe::DatabaseReading reading = observe::read_whatsmeow_database(directory.path(name));
  CHECK_MESSAGE(directory_state(directory.path()) == before,
                "reading a store created, changed or deleted a file beside it");
  return reading;
}

/// The shared fixtures' directory, or nothing and a message.
inline std::optional<std::filesystem::path> shared_fixtures() {
  const char* const chosen = std::getenv("WASESSION_SHARED");
  const std::filesystem::path shared =
      chosen != nullptr ? chosen : std::filesystem::path(WASESSION_SOURCE_DIR) / ".." / "shared";
  if (std::filesystem::is_directory(shared / "fixtures")) return shared / "fixtures";
  MESSAGE("skipped: no shared fixtures at ", (shared / "fixtures").string(),
          " (set WASESSION_SHARED)");
  return std::nullopt;
}

struct DeviceRow {
  std::string jid = "15550101010:7@s.whatsapp.net";
  std::string noise_key = std::string(32, 'n');
  std::string push_name = "Made up";
  std::string lid = "100000000000001:7@lid";
  std::int64_t registration_id = 4000000001;
};

/// 32 bytes that depend on `seed` only.
inline std::string key_of(unsigned seed) {
  std::string key(32, '\0');
  for (char& byte : key) {
    seed = seed * 1664525 + 1013904223;
    byte = static_cast<char>(seed >> 24);
  }
  return key;
}

/// 2026-11-19T15:29:12Z as whatsmeow stores it.
inline const std::string kAdvDetails = "\x08\x95\xbc\xb8\xcf\x05\x10\xc8\xab\xfc\xd7\x06\x18\x05";

/// whatsmeow's device table of version 15, but without its CHECKs, so that a test can store what a
/// damaged or foreign database may hold.
inline void create_schema(SQLite::Database& database) {
  database.exec(
      "CREATE TABLE whatsmeow_version (version INTEGER, compat INTEGER);"
      "INSERT INTO whatsmeow_version VALUES (15, 8);"
      "CREATE TABLE whatsmeow_device (jid TEXT PRIMARY KEY, lid TEXT, facebook_uuid uuid,"
      " registration_id BIGINT, noise_key bytea, identity_key bytea, signed_pre_key bytea,"
      " signed_pre_key_id INTEGER, signed_pre_key_sig bytea, adv_key bytea, adv_details bytea,"
      " adv_account_sig bytea, adv_account_sig_key bytea, adv_device_sig bytea,"
      " platform TEXT NOT NULL DEFAULT '', business_name TEXT NOT NULL DEFAULT '',"
      " push_name TEXT NOT NULL DEFAULT '', lid_migration_ts BIGINT NOT NULL DEFAULT 0,"
      " companion_meta_nonce TEXT NOT NULL DEFAULT '');"
      "CREATE TABLE filler (bytes BLOB);");
}

inline void insert_device(SQLite::Database& database, const DeviceRow& row) {
  SQLite::Statement insert(database,
                           "INSERT INTO whatsmeow_device (jid, noise_key, push_name, lid, "
                           "registration_id, identity_key, adv_details) VALUES (?,?,?,?,?,?,?)");
  insert.bind(1, row.jid);
  insert.bind(2, row.noise_key.data(), static_cast<int>(row.noise_key.size()));
  insert.bind(3, row.push_name);
  insert.bind(4, row.lid);
  insert.bind(5, row.registration_id);
  insert.bind(6, std::string(32, 'i').data(), 32);
  insert.bind(7, kAdvDetails.data(), static_cast<int>(kAdvDetails.size()));
  insert.exec();
}

constexpr int kCreate = 0x2 | 0x4;  // SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE

/// A new database in rollback mode.
inline void make_database(const std::string& path, const std::vector<DeviceRow>& rows) {
  SQLite::Database database(path, kCreate);
  create_schema(database);
  for (const DeviceRow& row : rows) insert_device(database, row);
}

/// The short fingerprint of a private noise key, by way of a key agreement with the base point:
/// another way than that of the code under test.
inline std::string expected_fingerprint(const std::string& private_key) {
  using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
  std::array<unsigned char, 32> base_point{9};
  const Key own(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr,
                                   reinterpret_cast<const unsigned char*>(private_key.data()), 32),
      &EVP_PKEY_free);
  const Key peer(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, base_point.data(), base_point.size()),
      &EVP_PKEY_free);
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new(own.get(), nullptr), &EVP_PKEY_CTX_free);
  PublicKey shared;
  std::size_t length = shared.size();
  const bool done = EVP_PKEY_derive_init(context.get()) == 1 &&
                    EVP_PKEY_derive_set_peer(context.get(), peer.get()) == 1 &&
                    EVP_PKEY_derive(context.get(), shared.data(), &length) == 1;
  if (!done) throw std::runtime_error("X25519 failed");
  return fingerprint_of(shared).short_hex();
}

/// A process of its own that reports lines through a pipe. Killed and reaped at the end at latest.
class Child {
 public:
  using Report = std::function<void(const std::string&)>;

  explicit Child(const std::function<void(const Report&)>& work) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("pipe failed");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(ends[0]);
      int status = 0;
      try {
        work([&](const std::string& line) {
          const std::string text = line + "\n";
          if (::write(ends[1], text.data(), text.size()) < 0) ::_exit(2);
        });
      } catch (const std::exception& error) {
        static_cast<void>(::write(2, error.what(), std::char_traits<char>::length(error.what())));
        status = 1;
      }
      ::_exit(status);
    }
    ::close(ends[1]);
    pipe_ = ends[0];
  }
  ~Child() {
    kill();
    ::close(pipe_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// The next line; empty when the child ended without one.
  std::string wait_for_line() {
    std::string line;
    for (char byte = 0; ::read(pipe_, &byte, 1) == 1 && byte != '\n';) line += byte;
    return line;
  }
  /// Lets a child go on that stopped itself with SIGSTOP (waits until it has).
  void resume() {
    int status = 0;
    ::waitpid(pid_, &status, WUNTRACED);
    ::kill(pid_, SIGCONT);
  }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    wait_for_end();
  }
  bool wait_for_end() {
    int status = -1;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

 private:
  pid_t pid_ = -1;
  int pipe_ = -1;
};

}  // namespace wasession::test
