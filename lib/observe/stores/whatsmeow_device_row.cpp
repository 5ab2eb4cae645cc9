#include "observe/stores/whatsmeow_device_row.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include <fmt/format.h>
#include <sqlite3.h>

#include "observe/stores/adv_details.h"
#include "observe/stores/noise_key.h"

namespace wasession::observe {
namespace {

/// Position of each column in the query's result.
enum ColumnIndex : std::uint8_t {
  kJid,
  kNoiseKey,
  kIdentityKey,
  kRegistrationId,
  kLid,
  kPushName,
  kAdvDetails
};

struct DeviceColumn {
  std::string_view name;
  bool required;  ///< in every schema version
};

/// whatsmeow's names, in the order of ColumnIndex.
constexpr std::array<DeviceColumn, 7> kColumns{{{"jid", true},
                                                {"noise_key", true},
                                                {"identity_key", true},
                                                {"registration_id", true},
                                                {"lid", false},
                                                {"push_name", false},
                                                {"adv_details", false}}};

constexpr std::size_t kKeyLength = 32;
/// WhatsApp allows 25 characters.
constexpr int kLongestPushName = 1024;
constexpr int kLongestAdvDetails = 4096;

class RowReader {
 public:
  explicit RowReader(SQLite::Statement& query) : query_(query) {}

  CredentialReading read() {
    read_jid();
    read_noise_key();
    blob(kIdentityKey, Importance::identifies, kKeyLength);
    read_registration_id();
    read_lid();
    read_push_name();
    read_adv_details();
    reading_.state = corrupt_ ? State::corrupt : State::linked;
    return std::move(reading_);
  }

 private:
  enum class Importance { identifies, informs };

  void fault(ColumnIndex index, Importance importance, std::string_view what) {
    reading_.problems.push_back(fmt::format("{} {}", kColumns[index].name, what));
    if (importance == Importance::identifies) corrupt_ = true;
  }

  void wrong_type(ColumnIndex index, Importance importance, std::string_view due) {
    const auto is = [&]() -> std::string_view {
      switch (query_.getColumn(index).getType()) {
        case SQLITE_INTEGER:
          return "an integer";
        case SQLITE_FLOAT:
          return "a floating-point number";
        case SQLITE_TEXT:
          return "text";
        case SQLITE_BLOB:
          return "a blob";
        default:
          return "missing (NULL)";
      }
    };
    fault(index, importance, fmt::format("is {}, not {}", is(), due));
  }

  /// Bytes within SQLite's own memory (which is wiped), valid until the statement moves on.
  std::optional<std::span<const std::uint8_t>> blob(ColumnIndex index, Importance importance,
                                                    std::optional<std::size_t> length) {
    const SQLite::Column column = query_.getColumn(index);
    if (!column.isBlob()) {
      wrong_type(index, importance, "a blob");
      return std::nullopt;
    }
    const std::span bytes(static_cast<const std::uint8_t*>(column.getBlob()),
                          static_cast<std::size_t>(column.getBytes()));
    if (length && bytes.size() != *length) {
      fault(index, importance, fmt::format("has {} bytes, not {}", bytes.size(), *length));
      return std::nullopt;
    }
    return bytes;
  }

  std::optional<std::string_view> text(ColumnIndex index, Importance importance) {
    const SQLite::Column column = query_.getColumn(index);
    if (!column.isText()) {
      wrong_type(index, importance, "text");
      return std::nullopt;
    }
    const char* const start = column.getText();
    return std::string_view(start, static_cast<std::size_t>(column.getBytes()));
  }

  void read_jid() {
    const auto value = text(kJid, Importance::identifies);
    if (!value) return;
    const auto jid = parse_jid(*value);
    if (!jid) return fault(kJid, Importance::identifies, "is not a JID (NUMBER:DEVICE@SERVER)");
    if (is_phone_jid(*jid)) reading_.account.phone = jid->user;
    reading_.jid = jid;
    if (!jid->device) fault(kJid, Importance::identifies, "has no device number");
  }

  void read_noise_key() {
    const auto private_key = blob(kNoiseKey, Importance::identifies, kKeyLength);
    if (!private_key) return;
    reading_.noise_public_key = noise_public_key(*private_key);
    reading_.fingerprint = fingerprint_of(*reading_.noise_public_key);
  }

  void read_registration_id() {
    const SQLite::Column column = query_.getColumn(kRegistrationId);
    if (!column.isInteger()) {
      return wrong_type(kRegistrationId, Importance::identifies, "an integer");
    }
    const std::int64_t value = column.getInt64();
    if (value < 0 || value > std::numeric_limits<std::uint32_t>::max()) {
      return fault(kRegistrationId, Importance::identifies, "is outside 0 to 4294967295");
    }
    reading_.registration_id = static_cast<std::uint32_t>(value);
  }

  void read_lid() {
    if (query_.getColumn(kLid).isNull()) return;
    const auto value = text(kLid, Importance::informs);
    if (!value || value->empty()) return;
    const auto jid = parse_jid(*value);
    if (!jid) return fault(kLid, Importance::informs, "is not a JID");
    reading_.account.lid = jid->user;
  }

  void read_push_name() {
    if (query_.getColumn(kPushName).isNull()) return;
    const auto value = text(kPushName, Importance::informs);
    if (!value || value->empty()) return;
    if (value->size() > kLongestPushName) {
      return fault(kPushName, Importance::informs,
                   fmt::format("has {} bytes, over {}; left out", value->size(), kLongestPushName));
    }
    reading_.account.name = *value;
  }

  void read_adv_details() {
    if (query_.getColumn(kAdvDetails).isNull()) return;
    const auto bytes = blob(kAdvDetails, Importance::informs, std::nullopt);
    if (!bytes) return;
    const auto details =
        bytes->size() > kLongestAdvDetails ? std::nullopt : parse_adv_details(*bytes);
    if (!details) {
      return fault(kAdvDetails, Importance::informs,
                   "is not an ADV device identity; no linked-at time");
    }
    reading_.linked_at = details->linked_at;
  }

  SQLite::Statement& query_;
  CredentialReading reading_;
  bool corrupt_ = false;
};

}  // namespace

bool has_device_columns(const ColumnNames& columns) {
  return std::ranges::all_of(kColumns, [&](const DeviceColumn& column) {
    return !column.required || columns.contains(std::string(column.name));
  });
}

std::string device_row_query(const ColumnNames& columns) {
  std::string list;
  for (const DeviceColumn& column : kColumns) {
    const bool present = columns.contains(std::string(column.name));
    list += fmt::format("{}{}", list.empty() ? "" : ", ", present ? column.name : "NULL");
  }
  return fmt::format("SELECT {} FROM whatsmeow_device WHERE rowid = ?", list);
}

CredentialReading read_device_row(SQLite::Statement& query) {
  return RowReader(query).read();
}

}  // namespace wasession::observe
