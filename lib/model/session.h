/// What `list` prints a row of: one credential in one store. Values only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/fingerprint.h"
#include "model/jid.h"
#include "model/process.h"
#include "model/time.h"

namespace wasession {

/// The program whose store it is. `baileys` and `whatsmeow` stand for any other program on that
/// library.
enum class Tool { openclaw, wacli, baileys, whatsmeow };

enum class StoreKind { baileys_directory, whatsmeow_database };

/// What the store's own bytes say of the link.
///
/// linked: paired and, as far as the store can tell, accepted. pairing: a pairing code was asked
/// for and not used. unpaired: a store without a credential (a QR code is being shown). logged_out:
/// linked by its files, but a log line or the registry knows that WhatsApp removed the device.
/// corrupt: present and unreadable.
enum class State { linked, pairing, unpaired, logged_out, corrupt };

/// live: a process holds it. stale: unused for over 30 days, so WhatsApp has dropped the device.
enum class Activity { live, idle, stale };

/// Device and inode: two paths with the same identity are one file.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  auto operator<=>(const FileIdentity&) const = default;
};

/// Where credentials lie: a Baileys auth directory or a whatsmeow SQLite database.
struct Store {
  Tool tool = Tool::baileys;
  StoreKind kind = StoreKind::baileys_directory;
  std::string path;         ///< absolute, symbolic links resolved
  bool configured = false;  ///< a tool's configuration or its own rules name it
  bool usual = false;  ///< a tool's own place under this environment: found without being named
  FileIdentity identity;
};

/// Who the credential speaks for, as far as the store tells.
struct Account {
  std::optional<std::string> phone;  ///< digits only, no `+`
  std::optional<std::string> lid;    ///< digits only
  std::optional<std::string> name;   ///< push name; bytes of the store, to be escaped when shown
};

/// What a store reader found of one credential. No private key ever enters it.
struct CredentialReading {
  State state = State::unpaired;
  Account account;
  std::optional<Jid> jid;                     ///< with the device number, once linked
  std::optional<Fingerprint> fingerprint;     ///< of the noise public key
  std::optional<PublicKey> noise_public_key;  ///< to look for in memory; never shown
  std::optional<std::uint32_t> registration_id;
  std::optional<Time> linked_at;      ///< from the ADV details
  std::optional<Time> last_used_at;   ///< the store's last change
  std::vector<std::string> problems;  ///< sentences without secrets
};

struct Session {
  std::string id;
  std::string name;  ///< account id, directory name or file stem: what the id ends in
  Store store;
  CredentialReading credential;
  Activity activity = Activity::idle;
  /// Positions in Snapshot::credential_groups and account_groups.
  std::optional<std::size_t> credential_group;
  std::optional<std::size_t> account_group;
  std::vector<Holder> holders;  ///< most certain first
};

std::string_view to_string(Tool tool);
std::string_view to_string(StoreKind kind);
std::string_view to_string(State state);
std::string_view to_string(Activity activity);

}  // namespace wasession
