#include "report/list_columns.h"

#include <array>

#include <fmt/format.h>

#include "report/escape.h"

namespace wasession::report {
namespace {

Cell text(std::string_view bytes, Tone tone = Tone::plain) {
  return {printable(bytes), tone};
}

Cell optional_text(const std::optional<std::string>& bytes) {
  return bytes ? text(*bytes) : Cell{};
}

Tone tone_of(State state) {
  switch (state) {
    case State::linked:
      return Tone::good;
    case State::corrupt:
      return Tone::bad;
    case State::logged_out:
    case State::pairing:
      return Tone::attention;
    case State::unpaired:
      return Tone::faint;
  }
  return Tone::plain;
}

Cell time_cell(const std::optional<Time>& time, Time now) {
  return time ? Cell{age_words(*time, now)} : Cell{};
}

/// `openclaw/default`, or `openclaw/default +2` when there are more.
std::string name_others(const Snapshot& snapshot, const Session& session,
                        const std::vector<std::size_t>& group) {
  std::string first;
  std::size_t others = 0;
  for (const std::size_t position : group) {
    if (&snapshot.sessions[position] == &session) continue;
    if (others++ == 0) first = printable(snapshot.sessions[position].id);
    if (others > 1) break;
  }
  const std::size_t more = group.size() - 2;
  return more > 0 ? fmt::format("{} +{}", first, more) : first;
}

Cell same_cell(const Snapshot& snapshot, const Session& session) {
  if (!session.credential_group) return {};
  return {name_others(snapshot, session, snapshot.credential_groups[*session.credential_group]),
          Tone::bad};
}

/// `4711 openclaw-gateway`, or `4711 openclaw-gateway +1` when more than one holds it. Whoever is
/// only possibly one is left to who-holds.
Cell holder_cell(const Snapshot& snapshot, const Session& session) {
  constexpr std::size_t kLongestCommand = 24;
  std::size_t holders = 0;
  for (const Holder& holder : session.holders) {
    if (holder.confidence != Strength::possible) ++holders;
  }
  if (holders == 0) return {};
  const Process& first = snapshot.processes[session.holders.front().process];
  std::string cell = fmt::format("{} {}", first.identity.pid,
                                 cut_middle(printable(first.command), kLongestCommand));
  if (holders > 1) cell += fmt::format(" +{}", holders - 1);
  return {cell, holders > 1 ? Tone::bad : Tone::good};
}

template <auto Member>
bool by_optional(const Session& a, const Session& b) {
  return a.credential.*Member < b.credential.*Member;
}

template <auto Member>
bool newest_first(const Session& a, const Session& b) {
  return a.credential.*Member > b.credential.*Member;
}

const std::array kColumns = {
    ListColumn{"id",
               "id",
               "session id: what every command takes as SESSION",
               {"SESSION", 16, 0, false},
               true,
               [](const Snapshot&, const Session& s) { return text(s.id); },
               [](const Session& a, const Session& b) { return a.id < b.id; }},
    ListColumn{"tool",
               "tool",
               "program whose store it is",
               {"TOOL", 8, 9, false},
               false,
               [](const Snapshot&, const Session& s) { return text(to_string(s.store.tool)); },
               [](const Session& a, const Session& b) { return a.store.tool < b.store.tool; }},
    ListColumn{
        "phone",
        "account.phone",
        "phone number of the account",
        {"PHONE", 11, 0, false},
        true,
        [](const Snapshot&, const Session& s) { return optional_text(s.credential.account.phone); },
        [](const Session& a, const Session& b) {
          return a.credential.account.phone < b.credential.account.phone;
        }},
    ListColumn{
        "lid",
        "account.lid",
        "LID of the account",
        {"LID", 10, 9, false},
        false,
        [](const Snapshot&, const Session& s) { return optional_text(s.credential.account.lid); },
        nullptr},
    ListColumn{
        "name",
        "account.name",
        "push name of the account",
        {"NAME", 8, 8, false},
        false,
        [](const Snapshot&, const Session& s) { return optional_text(s.credential.account.name); },
        [](const Session& a, const Session& b) {
          return a.credential.account.name < b.credential.account.name;
        }},
    ListColumn{"device",
               "device",
               "number of the linked device",
               {"DEVICE", 6, 3, true},
               true,
               [](const Snapshot&, const Session& s) {
                 const auto& jid = s.credential.jid;
                 return jid && jid->device ? Cell{std::to_string(*jid->device)} : Cell{};
               },
               nullptr},
    ListColumn{"jid",
               "jid",
               "account and device as WhatsApp writes them",
               {"JID", 16, 9, false},
               false,
               [](const Snapshot&, const Session& s) {
                 return s.credential.jid ? text(to_string(*s.credential.jid)) : Cell{};
               },
               nullptr},
    ListColumn{"fingerprint",
               "fingerprint",
               "equal fingerprints are the same credential",
               {"FINGERPRINT", 12, 4, false},
               true,
               [](const Snapshot&, const Session& s) {
                 const auto& fingerprint = s.credential.fingerprint;
                 return fingerprint ? Cell{fingerprint->short_hex(),
                                           s.credential_group ? Tone::bad : Tone::plain}
                                    : Cell{};
               },
               by_optional<&CredentialReading::fingerprint>},
    ListColumn{"state",
               "state",
               "linked, pairing, unpaired, logged-out or corrupt",
               {"STATE", 8, 0, false},
               true,
               [](const Snapshot&, const Session& s) {
                 return text(to_string(s.credential.state), tone_of(s.credential.state));
               },
               by_optional<&CredentialReading::state>},
    ListColumn{"activity",
               "activity",
               "live, idle or stale (unused for over 30 days)",
               {"ACTIVITY", 5, 8, false},
               false,
               [](const Snapshot&, const Session& s) { return text(to_string(s.activity)); },
               [](const Session& a, const Session& b) { return a.activity < b.activity; }},
    ListColumn{"linked",
               "linked_at",
               "how long ago the device was linked",
               {"LINKED", 6, 7, true},
               false,
               [](const Snapshot& snapshot, const Session& s) {
                 return time_cell(s.credential.linked_at, snapshot.taken_at);
               },
               newest_first<&CredentialReading::linked_at>},
    ListColumn{"used",
               "last_used_at",
               "how long ago the store was last written",
               {"USED", 4, 2, true},
               true,
               [](const Snapshot& snapshot, const Session& s) {
                 Cell cell = time_cell(s.credential.last_used_at, snapshot.taken_at);
                 if (s.activity == Activity::stale) cell.tone = Tone::attention;
                 return cell;
               },
               newest_first<&CredentialReading::last_used_at>},
    ListColumn{"held-by",
               "holders",
               "process that uses it, likely or certainly (who-holds says why)",
               {"HELD BY", 10, 4, false},
               true,
               holder_cell,
               nullptr},
    ListColumn{"same-credential",
               "same_credential_as",
               "other stores that hold the same credential",
               {"SAME CREDENTIAL AS", 12, 5, false},
               true,
               same_cell,
               nullptr},
    ListColumn{"path",
               "store.path",
               "where the credential lies",
               {"PATH", 12, 6, false},
               true,
               [](const Snapshot&, const Session& s) { return text(s.store.path, Tone::faint); },
               [](const Session& a, const Session& b) { return a.store.path < b.store.path; }},
};

}  // namespace

std::span<const ListColumn> list_columns() {
  return kColumns;
}

const ListColumn* find_list_column(std::string_view name) {
  for (const ListColumn& column : kColumns) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

}  // namespace wasession::report
