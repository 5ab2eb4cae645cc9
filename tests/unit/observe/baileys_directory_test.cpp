#include "observe/stores/baileys_directory.h"

#include <filesystem>

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/fixtures.h"
#include "support/temporary_directory.h"

using namespace wasession;
using namespace wasession::observe;
using wasession::test::TemporaryDirectory;

namespace {

BaileysReading read(const std::string& directory) {
  SecretBuffer buffer;
  return read_baileys_directory(directory, buffer);
}

struct Expected {
  const char* fixture;
  State state;
  const char* phone;
  int device;  ///< -1: none
  const char* fingerprint;
  const char* name;  ///< empty: none
  const char* lid;   ///< empty: none
  unsigned registration_id;
  const char* linked_at;  ///< empty: none
};

/// ../shared/fixtures/README.md
constexpr Expected kExpected[] = {
    {"v6-linked-msgs", State::linked, "15550003006", 12, "1c74cec16228", "Lab Phone",
     "200000279822014", 232, "2026-11-22T15:38:44Z"},
    {"v9-linked-msgs", State::linked, "15553334444", 3, "f1ebc9a2bd9b", "Mock", "200000254503474",
     216, "2026-11-22T15:32:23Z"},
    {"v14-linked-msgs", State::linked, "155500030014", 19, "2cb1022e2987", "Lab Phone",
     "200000154278927", 106, "2026-11-22T15:38:56Z"},
    {"v9-copy-A", State::linked, "15550001111", 13, "3a4b522e6286", "", "200000205971254", 245,
     "2026-11-22T15:28:08Z"},
    {"v9-copy-B", State::linked, "15550001111", 13, "3a4b522e6286", "", "200000205971254", 245,
     "2026-11-22T15:28:08Z"},
    {"v9-logged-out-stale", State::linked, "15556667777", 19, "d4f292a9c816", "Anna Lab",
     "200000117619210", 222, "2026-11-22T15:37:02Z"},
    {"v9-pairing-code-pending", State::pairing, "15559990000", -1, "9b303cc6a4a1", "", "", 0, ""},
    {"twin-baileys", State::linked, "15558884739", 12, "1403b25aaa45", "Fixture 1",
     "100108912193173", 1048514233, "2026-11-19T15:29:12Z"},
};

}  // namespace

TEST_CASE("every directory that a real Baileys wrote is read with its true account and device") {
  for (const Expected& expected : kExpected) {
    CAPTURE(expected.fixture);
    const BaileysReading reading = read(wasession::test::baileys_fixture(expected.fixture));
    const CredentialReading& credential = reading.credential;
    CHECK(reading.health == CredsHealth::good);
    CHECK(credential.state == expected.state);
    CHECK(credential.account.phone == expected.phone);
    REQUIRE(credential.jid);
    CHECK((credential.jid->device ? int{*credential.jid->device} : -1) == expected.device);
    REQUIRE(credential.fingerprint);
    CHECK(credential.fingerprint->short_hex() == expected.fingerprint);
    CHECK(credential.account.name.value_or("") == expected.name);
    CHECK(credential.account.lid.value_or("") == expected.lid);
    CHECK((credential.linked_at ? rfc3339(*credential.linked_at) : "") == expected.linked_at);
    if (expected.registration_id != 0)
      CHECK(credential.registration_id == expected.registration_id);
    CHECK(credential.problems.empty());
  }
}

TEST_CASE("what is not a regular file is named and never opened") {
  const TemporaryDirectory directory;
  const std::string creds = directory.path("creds.json");
  const auto problem = [&] {
    const BaileysReading reading = read(directory.path());
    CHECK(reading.health == CredsHealth::unreadable);
    CHECK(reading.credential.state == State::corrupt);
    return reading.credential.problems.at(0);
  };
  SUBCASE("a FIFO") {
    REQUIRE(::mkfifo(creds.c_str(), 0600) == 0);
    CHECK(problem() == "creds.json is a FIFO, not a file; it was not opened");
  }
  SUBCASE("a directory") {
    directory.make_directory("creds.json");
    CHECK(problem() == "creds.json is a directory, not a file; it was not opened");
  }
  SUBCASE("a socket") {
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    creds.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    CHECK(problem() == "creds.json is a socket, not a file; it was not opened");
    ::close(socket);
  }
  SUBCASE("a symbolic link to itself") {
    directory.make_link("creds.json", creds);
    CHECK(problem() == "creds.json is a loop of symbolic links; it was not opened");
  }
}

TEST_CASE("a file that is far too large for a credential is not read") {
  const TemporaryDirectory directory;
  std::filesystem::resize_file(directory.write_file("creds.json", "{}"), 100'000'000);
  const BaileysReading reading = read(directory.path());
  CHECK(reading.credential.state == State::corrupt);
  CHECK(reading.credential.problems.at(0).starts_with("creds.json is 100000000 bytes large"));
}

TEST_CASE("a symbolic link to a credential is followed, as Baileys does, and named") {
  const TemporaryDirectory directory;
  directory.make_link("creds.json", wasession::test::baileys_fixture("v9-copy-A") + "/creds.json");
  const BaileysReading reading = read(directory.path());
  CHECK(reading.credential.state == State::linked);
  CHECK(reading.credential.problems.at(0) == "creds.json is a symbolic link");
}

TEST_CASE("the backup that OpenClaw would restore stands in for a broken creds.json") {
  const TemporaryDirectory directory;
  std::filesystem::copy(wasession::test::baileys_fixture("v9-copy-A") + "/creds.json",
                        directory.path("creds.json.bak"));
  SecretBuffer buffer;
  const auto settled = [&] {
    return fall_back_to_backup(read(directory.path()), directory.path(), buffer);
  };
  CHECK(settled().credential.problems.at(0).starts_with("creds.json is missing; these facts are"));
  directory.write_file("creds.json", "");
  CHECK(read(directory.path()).health == CredsHealth::broken);
  CHECK(settled().credential.state == State::linked);
  CHECK(settled().credential.problems.at(0).starts_with("creds.json is empty; these facts are"));
  directory.write_file("creds.json.bak", "also broken");
  CHECK(settled().credential.state == State::corrupt);
}

TEST_CASE("a directory whose path can't be looked at is not called a credential") {
  const std::string too_long = "/" + std::string(300, 'x');
  CHECK(read(too_long).health == CredsHealth::unreachable);
}

TEST_CASE("a push name of megabytes is left out and said") {
  const TemporaryDirectory directory;
  directory.write_file("creds.json",
                       R"({"noiseKey":{},"me":{"name":")" + std::string(2'000'000, 'n') + "\"}}");
  const BaileysReading reading = read(directory.path());
  CHECK_FALSE(reading.credential.account.name);
  CHECK(reading.credential.problems.at(1).starts_with("me in creds.json has a text of more than"));
}

TEST_CASE("somebody else's creds.json is not a credential") {
  const TemporaryDirectory directory;
  directory.write_file("creds.json", R"({"client_id":"x","client_secret":"y"})");
  CHECK(read(directory.path()).health == CredsHealth::foreign);
}

TEST_CASE("a creds.json without a usable noise key is corrupt, and says what is missing") {
  const TemporaryDirectory directory;
  directory.write_file("creds.json",
                       R"({"noiseKey":{"public":"AAEC"},"me":{"id":"1:2@s.whatsapp.net"}})");
  const BaileysReading reading = read(directory.path());
  CHECK(reading.credential.state == State::corrupt);
  CHECK(reading.credential.problems.at(0) == "creds.json has no noiseKey.public of 32 bytes");
}
