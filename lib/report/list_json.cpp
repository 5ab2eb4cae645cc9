#include "report/json_parts.h"
#include "report/list.h"

namespace wasession::report {
namespace {

/// More ids than this of one group are not listed: ten thousand copies of one credential would be a
/// hundred million ids. The group's size is always given.
constexpr std::size_t kListedIds = 100;

void write_store(JsonWriter& json, const Store& store) {
  json.key("store");
  json.begin_object();
  json.member("kind", to_string(store.kind));
  json.member("path", store.path);
  json.key("configured");
  json.boolean(store.configured);
  json.end_object();
}

void write_account(JsonWriter& json, const Account& account) {
  json.key("account");
  json.begin_object();
  write_fact(json, "phone", account.phone);
  write_fact(json, "lid", account.lid);
  write_fact(json, "name", account.name);
  json.end_object();
}

/// The ids of the group's other members that `counts` accepts.
template <typename Counts>
void write_others(JsonWriter& json, std::string_view key, const Snapshot& snapshot,
                  const Session& session, const std::vector<std::size_t>* group, Counts counts) {
  json.key(key);
  json.begin_array();
  std::size_t listed = 0;
  if (group != nullptr) {
    for (const std::size_t position : *group) {
      const Session& other = snapshot.sessions[position];
      if (&other == &session || !counts(other)) continue;
      if (listed++ == kListedIds) break;
      json.string(other.id);
    }
  }
  json.end_array();
  if (listed > kListedIds) {
    json.key(std::string(key) + "_truncated");
    json.boolean(true);
  }
}

void write_groups(JsonWriter& json, const Snapshot& snapshot, const Session& session) {
  const auto* same_credential =
      session.credential_group ? &snapshot.credential_groups[*session.credential_group] : nullptr;
  const auto* same_account =
      session.account_group ? &snapshot.account_groups[*session.account_group] : nullptr;
  write_others(json, "same_credential_as", snapshot, session, same_credential,
               [](const Session&) { return true; });
  // A copy of the credential is not another linked device of the account.
  write_others(json, "same_account_as", snapshot, session, same_account, [&](const Session& other) {
    return !session.credential_group || other.credential_group != session.credential_group;
  });
}

void write_session(JsonWriter& json, const Snapshot& snapshot, const Session& session) {
  const CredentialReading& credential = session.credential;
  json.begin_object();
  json.member("id", session.id);
  json.member("tool", to_string(session.store.tool));
  write_store(json, session.store);
  write_account(json, credential.account);
  if (credential.jid) json.member("jid", to_string(*credential.jid));
  if (credential.jid && credential.jid->device) {
    json.key("device");
    json.number(*credential.jid->device);
  }
  if (credential.fingerprint) {
    const std::string hex = credential.fingerprint->hex();
    json.member("fingerprint", std::string_view(hex).substr(0, 12));
    json.member("fingerprint_sha256", hex);
  }
  json.member("state", to_string(credential.state));
  json.member("activity", to_string(session.activity));
  write_fact(json, "linked_at", credential.linked_at);
  write_fact(json, "last_used_at", credential.last_used_at);
  write_holders(json, snapshot, session);
  write_groups(json, snapshot, session);
  json.key("problems");
  json.begin_array();
  for (const std::string& problem : credential.problems) json.string(problem);
  json.end_array();
  json.end_object();
}

}  // namespace

void list_json(const Snapshot& snapshot, std::span<const std::size_t> positions, const Emit& emit) {
  constexpr std::size_t kPiece = 64 * 1024;
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  write_head(json, "wasession.list/1", snapshot);
  json.key("sessions");
  json.begin_array();
  for (const std::size_t position : positions) {
    write_session(json, snapshot, snapshot.sessions[position]);
    if (out.size() >= kPiece) {
      emit(out);
      out.clear();
    }
  }
  json.end_array();
  write_warnings(json, snapshot.warnings);
  json.end_object();
  emit(out);
}

}  // namespace wasession::report
