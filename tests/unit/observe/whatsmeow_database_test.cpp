#include "observe/stores/whatsmeow_database.h"

#include <algorithm>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>

#include "unit/observe/whatsmeow_support.h"

namespace wasession::observe {
namespace {

using namespace wasession::test;

struct ExpectedDevice {
  const char* jid;
  const char* phone;
  const char* lid;
  const char* name;
  std::uint32_t registration_id;
  const char* linked_at;
  const char* fingerprint;
};

void check_device(const CredentialReading& device, const ExpectedDevice& expected) {
  CHECK(device.state == State::linked);
  CHECK(to_string(device.jid.value()) == expected.jid);
  CHECK(device.account.phone.value() == expected.phone);
  CHECK(device.account.lid.value() == expected.lid);
  CHECK(device.account.name.value() == expected.name);
  CHECK(device.registration_id.value() == expected.registration_id);
  CHECK(rfc3339(device.linked_at.value()) == expected.linked_at);
  CHECK(device.fingerprint.value().hex() == expected.fingerprint);
  CHECK(device.problems.empty());
  CHECK_MESSAGE(device.last_used_at, "age and staleness cannot be shown without a last use");
}

void check_fixture(const char* store, int version, const std::vector<ExpectedDevice>& expected) {
  CAPTURE(std::string(store));
  const auto fixtures = shared_fixtures();
  if (!fixtures) return;
  const DatabaseDirectory directory;
  std::filesystem::copy_file(*fixtures / store / "session.db", directory.path("session.db"));
  const DatabaseReading reading = read_unchanged(directory, "session.db");
  CHECK(reading.is_whatsmeow);
  CHECK(reading.problems.empty());
  CHECK(reading.schema_version == version);
  REQUIRE(reading.devices.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) check_device(reading.devices[i], expected[i]);
}

constexpr ExpectedDevice kStoreOne{
    "15558884739:12@s.whatsapp.net",
    "15558884739",
    "100108912193173",
    "Fixture 1",
    1048514233,
    "2026-11-19T15:29:12Z",
    "1403b25aaa456780a145c9c04e1dbe25f5247a368c609d4b4b8234bc09848b2b"};

struct ColumnFault {
  std::string column;
  std::string value;  ///< an SQL expression
};

/// Gives the only device that fault and reads the device.
CredentialReading device_with(const ColumnFault& fault) {
  const DatabaseDirectory directory;
  make_database(directory.path("a.db"), {DeviceRow{}});
  SQLite::Database(directory.path("a.db"), kCreate)
      .exec("UPDATE whatsmeow_device SET " + fault.column + " = " + fault.value);
  DatabaseReading reading = read_unchanged(directory, "a.db");
  REQUIRE(reading.devices.size() == 1);
  return std::move(reading.devices.front());
}

}  // namespace

TEST_CASE("wacli's session.db is read with every fact of its device") {
  check_fixture("store-one", 15, {kStoreOne});
}

TEST_CASE("a second store with the same credential has the same fingerprint") {
  check_fixture("store-stale-lock", 15, {kStoreOne});
}

TEST_CASE("two devices of one account in one database are two credentials") {
  check_fixture(
      "store-same-account", 15,
      {{"15554031682:12@s.whatsapp.net", "15554031682", "100108878221774", "Fixture 1", 2797893528,
        "2026-11-19T15:35:03Z", "fae95aa5ef8105dbcec76b9587a8d67e3290c7e16876b6e576fdecf69faad55c"},
       {"15554031682:15@s.whatsapp.net", "15554031682", "100108878221774", "Fixture 2", 4152723267,
        "2026-11-18T15:35:03Z",
        "cffc21e9bbc31e221481c87efe726e10cf5ed345d7a8c2d072924a4ad2caddd6"}});
}

TEST_CASE("the schema that wacli 0.1 made is read") {
  check_fixture("v11", 11,
                {{"15552223784:12@s.whatsapp.net", "15552223784", "100108865566488", "Fixture 1",
                  2107653270, "2026-11-19T15:35:02Z",
                  "9ab253806e41358be62c998ab5a430bc11a47d387d93570b7dd173927e15c4f9"}});
}

TEST_CASE("wacli's message mirror is somebody else's database") {
  const auto fixtures = shared_fixtures();
  if (!fixtures) return;
  const DatabaseDirectory directory;
  std::filesystem::copy_file(*fixtures / "store-one" / "wacli.db", directory.path("wacli.db"));
  const DatabaseReading reading = read_unchanged(directory, "wacli.db");
  CHECK_FALSE(reading.is_whatsmeow);
  CHECK(reading.problems.empty());
}

TEST_CASE("a database without devices is a whatsmeow store without a credential") {
  const DatabaseDirectory directory;
  make_database(directory.path("a.db"), {});
  const DatabaseReading reading = read_unchanged(directory, "a.db");
  CHECK(reading.is_whatsmeow);
  CHECK(reading.devices.empty());
  CHECK(reading.problems.empty());
}

TEST_CASE("a database of the oldest schema is read without lid, push name and ADV details") {
  const DatabaseDirectory directory;
  SQLite::Database(directory.path("old.db"), kCreate)
      .exec(
          "CREATE TABLE WhatsMeow_Device (JID TEXT PRIMARY KEY, registration_id BIGINT, "
          "noise_key bytea, identity_key bytea);"
          "INSERT INTO whatsmeow_device VALUES ('15550101010.0:7@s.whatsapp.net', 5, "
          "zeroblob(32), zeroblob(32));"
          "INSERT INTO whatsmeow_device VALUES ('15550101010.2:8@s.whatsapp.net', 5, "
          "zeroblob(32), zeroblob(32))");
  const DatabaseReading reading = read_unchanged(directory, "old.db");
  CHECK_FALSE(reading.schema_version);
  REQUIRE(reading.devices.size() == 2);
  for (const CredentialReading& device : reading.devices) {
    CHECK(device.state == State::linked);
    CHECK(device.account.phone == "15550101010");
    CHECK(device.problems.empty());
    CHECK_FALSE(device.linked_at);
  }
  CHECK_MESSAGE(reading.devices[1].jid->agent == 2, "a JID with an agent lost its device");
  CHECK(reading.devices[1].jid->device == 8);
}

TEST_CASE("a faulty column makes the row corrupt and its problem names the column, not the value") {
  const ColumnFault faults[] = {{"noise_key", "NULL"},
                                {"noise_key", "'TELLTALETELLTALETELLTALETELLTALE'"},
                                {"noise_key", "CAST('TELLTALE' AS BLOB)"},
                                {"noise_key", "CAST('TELLTALETELLTALETELLTALETELLTALE5' AS BLOB)"},
                                {"noise_key", "zeroblob(500000)"},
                                {"noise_key", "12"},
                                {"identity_key", "1.5"},
                                {"identity_key", "zeroblob(0)"},
                                {"registration_id", "NULL"},
                                {"registration_id", "-1"},
                                {"registration_id", "4294967296"},
                                {"registration_id", "'TELLTALE'"},
                                {"jid", "NULL"},
                                {"jid", "'TELLTALE'"},
                                {"jid", "CAST('15550101010:7@s.whatsapp.net' AS BLOB)"},
                                {"jid", "'15550101010@s.whatsapp.net'"}};
  for (const ColumnFault& fault : faults) {
    CAPTURE(fault.column);
    CAPTURE(fault.value);
    const CredentialReading device = device_with(fault);
    CHECK(device.state == State::corrupt);
    REQUIRE(device.problems.size() == 1);
    CHECK(device.problems[0].starts_with(fault.column));
    CHECK_MESSAGE(device.problems[0].find("TELLTALE") == std::string::npos,
                  "a problem shows what may be a key");
    CHECK_MESSAGE(device.fingerprint.has_value() == (fault.column != "noise_key"),
                  "a fingerprint is there exactly when the noise key is sound");
  }
}

TEST_CASE("a fault in what only informs leaves the device linked and is told") {
  const ColumnFault faults[] = {{"lid", "'nobody'"},
                                {"lid", "x'00'"},
                                {"push_name", "x'4142'"},
                                {"push_name", "printf('%5000c', 'x')"},
                                {"adv_details", "x'ff'"},
                                {"adv_details", "'text'"},
                                {"adv_details", "zeroblob(900000)"}};
  for (const ColumnFault& fault : faults) {
    CAPTURE(fault.column);
    CAPTURE(fault.value);
    const CredentialReading device = device_with(fault);
    CHECK(device.state == State::linked);
    REQUIRE(device.problems.size() == 1);
    CHECK(device.problems[0].starts_with(fault.column));
  }
}

TEST_CASE("a row with a huge value does not hide its neighbours") {
  const DatabaseDirectory directory;
  make_database(directory.path("a.db"),
                {DeviceRow{}, {.jid = "15550101011:7@s.whatsapp.net", .noise_key = key_of(2)}});
  SQLite::Database(directory.path("a.db"), kCreate)
      .exec("UPDATE whatsmeow_device SET push_name = zeroblob(30000000) WHERE rowid = 1");
  const DatabaseReading reading = read_unchanged(directory, "a.db");
  REQUIRE(reading.devices.size() == 2);
  CHECK(reading.devices[0].state == State::corrupt);
  CHECK(reading.devices[1].state == State::linked);
  CHECK(reading.devices[1].fingerprint.value().short_hex() == expected_fingerprint(key_of(2)));
}

TEST_CASE("the number of devices that are read is bounded, and the bound is told") {
  const DatabaseDirectory directory;
  {
    SQLite::Database database(directory.path("a.db"), kCreate);
    database.exec("BEGIN");
    create_schema(database);
    for (int i = 0; i < 1003; ++i) {
      insert_device(database, {.jid = "15550101010:" + std::to_string(i) + "@s.whatsapp.net"});
    }
    database.exec("COMMIT");
  }
  const DatabaseReading reading = read_unchanged(directory, "a.db");
  CHECK(reading.devices.size() == 1000);
  CHECK(reading.problems.size() == 1);
}

}  // namespace wasession::observe
