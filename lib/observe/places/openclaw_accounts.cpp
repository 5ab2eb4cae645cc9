#include "observe/places/openclaw_accounts.h"

#include <algorithm>

#include "observe/places/openclaw_names.h"
#include "observe/places/openclaw_paths.h"

namespace wasession::observe::openclaw {
namespace {

using nlohmann::json;

constexpr const char* kChannel = "channels.whatsapp";

/// The member of an object; null when there is none.
const json& member(const json& object, const char* name) {
  static const json null;
  if (!object.is_object()) return null;
  const auto found = object.find(name);
  return found == object.end() ? null : *found;
}

bool is_disabled(const json& object) {
  const json& enabled = member(object, "enabled");
  return enabled.is_boolean() && !enabled.get<bool>();
}

/// Reads an `authDir`. False when there is one and it names no path.
bool read_auth_directory(const json& owner, const std::string& where, const std::string& file,
                         OpenclawConfig& config, std::optional<std::string>& directory) {
  if (!owner.is_object() || !owner.contains("authDir")) return true;
  const json& value = owner["authDir"];
  if (value.is_null()) return false;  // its variable is not set, which is reported already
  const std::string_view path =
      value.is_string() ? trim(value.get_ref<const std::string&>()) : std::string_view();
  if (!value.is_string() || path.find('\0') != std::string_view::npos) {
    config.problems.push_back({file, where, "has an authDir in " + where + " that is not a path"});
    return false;
  }
  if (!path.empty()) directory = path;
  return true;
}

}  // namespace

std::vector<ConfiguredAccount> configured_accounts(OpenclawConfig& config,
                                                   const std::string& file) {
  const json& channel = member(member(config.value, "channels"), "whatsapp");
  ConfiguredAccount shared;
  const bool shared_usable =
      read_auth_directory(channel, kChannel, file, config, shared.auth_directory);

  std::vector<ConfiguredAccount> accounts;
  const json& entries = member(channel, "accounts");
  if (entries.is_object()) {
    for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
      if (entry.key().empty()) continue;
      ConfiguredAccount account{normalized_account_id(entry.key()), true, {}, false, false};
      const std::string where = std::string(kChannel) + ".accounts." + entry.key();
      if (!read_auth_directory(entry.value(), where, file, config, account.auth_directory)) {
        continue;
      }
      account.own_auth_directory = account.auth_directory.has_value();
      account.disabled = is_disabled(channel) || is_disabled(entry.value());
      if (!account.own_auth_directory) account.auth_directory = shared.auth_directory;
      accounts.push_back(std::move(account));
    }
  }
  const auto is_listed = [&](std::string_view id) {
    return std::any_of(accounts.begin(), accounts.end(),
                       [&](const ConfiguredAccount& account) { return account.id == id; });
  };
  const auto add = [&](std::string_view id, bool named) {
    if (is_listed(id)) return;
    accounts.push_back(
        {std::string(id), named, shared.auth_directory, false, is_disabled(channel)});
  };
  if (const json& id = member(channel, "defaultAccount"); id.is_string()) {
    add(normalized_account_id(id.get_ref<const std::string&>()), false);
  }
  const bool none = !entries.is_object() || entries.empty();
  if (shared_usable && (none || shared.auth_directory)) {
    add(kDefaultAccount, channel.is_object());
  }
  std::sort(accounts.begin(), accounts.end(),
            [](const ConfiguredAccount& left, const ConfiguredAccount& right) {
              const bool left_is_default = left.id == kDefaultAccount;
              const bool right_is_default = right.id == kDefaultAccount;
              return left_is_default != right_is_default ? left_is_default : left.id < right.id;
            });
  return accounts;
}

}  // namespace wasession::observe::openclaw
