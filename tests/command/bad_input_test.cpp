#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/machine.h"
#include "unit/observe/whatsmeow_support.h"

using namespace wasession::test;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

/// A machine of bad stores with a good one before and behind them in every order.
struct BadMachine {
  Machine machine;

  BadMachine() {
    machine.add_baileys("all/aaa-good", "v6-linked-msgs");
    machine.add_baileys("all/zzz-good", "v9-linked-msgs");
  }

  std::string path(const std::string& below) const { return machine.path("all/" + below); }

  void write(const std::string& below, const std::string& content) const {
    machine.files().write_file("all/" + below, content);
  }

  void make_directory(const std::string& below) const {
    machine.files().make_directory("all/" + below);
  }

  Json list() const {
    Json list = machine.list({"--only-root", "--root", machine.path("all")});
    for (const char* id : {"baileys/aaa-good", "baileys/zzz-good"}) {
      CHECK_MESSAGE(session_of(list, id)["state"] == "linked", "a bad store spoilt ", id);
    }
    return list;
  }

  /// The session is corrupt and its problem says `why`.
  void check_corrupt(const std::string& id, const std::string& why) const {
    check_problem(id, why, "corrupt");
  }

  void check_problem(const std::string& id, const std::string& why,
                     const std::string& state) const {
    const Json session = session_of(list(), id);
    CHECK(session["state"] == state);
    CHECK_MESSAGE(session["problems"].dump().find(why) != std::string::npos, "not explained by '",
                  why, "': ", session["problems"].dump());
  }
};

void make_fifo(const std::string& path) {
  REQUIRE(::mkfifo(path.c_str(), 0666) == 0);
}

void make_socket(const std::string& path) {
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(path.size() < sizeof address.sun_path);
  path.copy(address.sun_path, path.size());
  REQUIRE(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  ::close(listener);
}

}  // namespace

TEST_CASE("an empty creds.json is corrupt once it stays so") {
  const BadMachine bad;
  bad.write("bot/creds.json", "");
  bad.check_corrupt("baileys/bot", "empty");
}

TEST_CASE("an empty creds.json with a backup shows whose credential it was, and says so") {
  const BadMachine bad;
  bad.write("bot/creds.json", "");
  bad.write("bot/creds.json.bak", creds_of("v14-linked-msgs").dump());
  const Json session = session_of(bad.list(), "baileys/bot");
  CHECK(session["fingerprint"] == "2cb1022e2987");
  CHECK_MESSAGE(session["problems"].dump().find("creds.json.bak") != std::string::npos,
                session.dump());
}

TEST_CASE("a cut creds.json is corrupt") {
  const BadMachine bad;
  const std::string whole = creds_of("v14-linked-msgs").dump();
  bad.write("bot/creds.json", whole.substr(0, whole.size() / 2));
  bad.check_corrupt("baileys/bot", "creds.json");
}

TEST_CASE("JSON nested a million deep is corrupt, and no crash") {
  const BadMachine bad;
  bad.write("lists/creds.json", std::string(1000000, '['));
  std::string objects;
  for (int i = 0; i < 200000; ++i) objects += "{\"a\":";
  bad.write("objects/creds.json", objects);
  const Json list = bad.list();
  CHECK(session_of(list, "baileys/lists")["state"] == "corrupt");
  CHECK(session_of(list, "baileys/objects")["state"] == "corrupt");
}

TEST_CASE("a creds.json of 100 MB is refused by its size") {
  const BadMachine bad;
  bad.write("huge/creds.json", "{");
  fs::resize_file(bad.path("huge/creds.json"), std::uintmax_t{100} << 20);
  bad.check_corrupt("baileys/huge", "creds.json");
}

TEST_CASE("bytes that are no UTF-8 are said with their place, and not printed") {
  const BadMachine bad;
  std::string creds = creds_of("v14-linked-msgs").dump();
  creds.replace(creds.find("Lab Phone"), 9, "Lab\xff\xfe\xc3(ne");
  bad.write("bot/creds.json", creds);
  // Node reads such a file all the same, so the credential is in use: calling it corrupt would hide
  // a copy of it.
  bad.check_problem("baileys/bot", "UTF-8", "linked");
}

TEST_CASE("a FIFO, a socket, a device, a directory or a loop as creds.json is not opened") {
  const BadMachine bad;
  for (const char* name : {"fifo", "socket", "device", "directory", "loop"}) {
    bad.make_directory(name);
  }
  make_fifo(bad.path("fifo/creds.json"));
  make_socket(bad.path("socket/creds.json"));
  fs::create_symlink("/dev/zero", bad.path("device/creds.json"));
  bad.make_directory("directory/creds.json");
  fs::create_symlink("creds.json", bad.path("loop/creds.json"));
  const Json list = bad.list();
  for (const char* name : {"fifo", "socket", "device", "directory", "loop"}) {
    const Json session = session_of(list, std::string("baileys/") + name);
    CHECK_MESSAGE(session.value("state", "") == "corrupt", name, ": ", session.dump());
  }
}

TEST_CASE("loops of directories, FIFOs and sockets on the way do not stop a search") {
  const BadMachine bad;
  bad.make_directory("deep/er");
  fs::create_directory_symlink("..", bad.path("deep/up"));
  fs::create_directory_symlink("here", bad.path("deep/here"));
  make_fifo(bad.path("deep/session.db"));
  make_socket(bad.path("deep/er/session.db"));
  fs::create_symlink("/dev/zero", bad.path("deep/er/zero.db"));
  CHECK(bad.list()["sessions"].size() == 2);
}

TEST_CASE("what may not be read is said with its name, and hides nothing else") {
  const BadMachine bad;
  bad.machine.add_baileys("all/closed-file", "v14-linked-msgs");
  bad.machine.add_baileys("all/closed-directory/bot", "v14-linked-msgs");
  fs::permissions(bad.path("closed-file/creds.json"), fs::perms(0000));
  fs::permissions(bad.path("closed-directory"), fs::perms(0000));
  const Json list = bad.list();
  CHECK(session_of(list, "baileys/closed-file")["problems"].dump().find("ermission") !=
        std::string::npos);
  CHECK_MESSAGE(list["warnings"].dump().find("closed-directory") != std::string::npos,
                "the directory that could not be searched is not named: ", list["warnings"].dump());
  fs::permissions(bad.path("closed-directory"), fs::perms(0755));
}

TEST_CASE("a database of garbage is nobody's, and in wacli's place it is corrupt") {
  const BadMachine bad;
  const std::string magic("SQLite format 3\0", 16);
  bad.write("any/garbage.db", magic + std::string(5000, 'g'));
  bad.write("plain/session.db", "no database");
  bad.machine.files().write_file("home/.wacli/session.db", magic + std::string(5000, 'g'));
  bad.list();
  const Json list = bad.machine.list();
  CHECK(session_of(list, "wacli/default")["state"] == "corrupt");
}

TEST_CASE("a truncated database says so") {
  const BadMachine bad;
  bad.machine.files().make_directory("home/.wacli");
  const std::string path = bad.machine.path("home/.wacli/session.db");
  make_database(path, {{"15550101010:7@s.whatsapp.net", key_of(1)}});
  fs::resize_file(path, fs::file_size(path) / 2);
  const Json session = session_of(bad.machine.list(), "wacli/default");
  CHECK(session["state"] == "corrupt");
}

TEST_CASE("a database that another process writes is read all the same") {
  const BadMachine bad;
  const std::string key = key_of(7);
  for (const bool wal : {false, true}) {
    CAPTURE(wal);
    bad.make_directory(wal ? "wal" : "rollback");
    const std::string path = bad.path(wal ? "wal/wa.db" : "rollback/wa.db");
    make_database(path, {});
    SQLite::Database writer(path, SQLite::OPEN_READWRITE);
    if (wal) writer.exec("PRAGMA journal_mode = WAL");
    insert_device(writer, {"15550101010:7@s.whatsapp.net", key});
    writer.exec("BEGIN EXCLUSIVE");
    writer.exec("UPDATE whatsmeow_device SET push_name = 'never committed'");
    const auto before = directory_state(fs::path(path).parent_path());
    const auto session = session_of(bad.list(), "whatsmeow/" + std::string("wa"));
    CHECK(session["fingerprint"] == expected_fingerprint(key));
    CHECK(session["account"]["name"] == "Made up");
    writer.exec("ROLLBACK");
    fs::remove_all(fs::path(path).parent_path());
  }
}

TEST_CASE("listing changes nothing in any store, not even a time") {
  const Machine machine;
  machine.add_usual_stores();
  machine.list_all();
  std::vector<DirectoryState> before;
  std::vector<fs::path> directories;
  for (const auto& entry : fs::recursive_directory_iterator(machine.path())) {
    if (entry.is_directory()) directories.push_back(entry.path());
  }
  for (const fs::path& directory : directories) before.push_back(directory_state(directory));
  machine.list_all();
  for (std::size_t i = 0; i < directories.size(); ++i) {
    CHECK_MESSAGE(directory_state(directories[i]) == before[i],
                  "changed: ", directories[i].string());
  }
}

TEST_CASE("all the bad stores of one machine leave its good ones in place") {
  const BadMachine bad;
  bad.write("empty/creds.json", "");
  bad.write("cut/creds.json", "{\"noiseKey\":{");
  bad.write("foreign/creds.json", "{\"user\":\"somebody else's\"}");
  bad.write("nested/creds.json", std::string(100000, '['));
  bad.make_directory("fifo");
  make_fifo(bad.path("fifo/creds.json"));
  bad.make_directory("loop/loop");
  fs::create_symlink("creds.json", bad.path("loop/creds.json"));
  bad.write("db/garbage.db", std::string("SQLite format 3\0", 16) + std::string(5000, 'g'));
  const Json list = bad.list();
  for (const char* id : {"baileys/empty", "baileys/cut", "baileys/nested", "baileys/fifo"}) {
    CHECK(session_of(list, id)["state"] == "corrupt");
  }
  for (const Json& session : list["sessions"]) {
    CHECK_MESSAGE(session["id"] != "baileys/foreign", "somebody else's creds.json is listed");
  }
  CHECK(list["warnings"].dump().find("foreign") != std::string::npos);
}

TEST_CASE("a database that can't be read is named, since a credential in it would be missing") {
  const BadMachine bad;
  bad.write("locked/store.db", std::string("SQLite format 3\0garbage after the magic", 39));
  const Json list = bad.list();
  const std::string warnings = list["warnings"].dump();
  CHECK_MESSAGE(warnings.find("locked/store.db") != std::string::npos, warnings);
}

TEST_CASE("the path of a creds.json names its directory") {
  const BadMachine bad;
  const Json list = bad.machine.list({"--only-root", bad.path("aaa-good/creds.json")});
  CHECK(list["sessions"].size() == 1);
}
