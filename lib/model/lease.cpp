#include "model/lease.h"

#include <charconv>
#include <cstdint>

#include <fmt/format.h>

namespace wasession {
namespace {

/// FNV-1a of the path: a name that stays the same while the path does.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

/// On one line, whatever bytes it has.
std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (c == '\\')
      line += "\\\\";
    else if (c == '\n')
      line += "\\n";
    else
      line += c;
  }
  return line;
}

std::string from_one_line(std::string_view line) {
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\\' || i + 1 == line.size())
      text += line[i];
    else
      text += line[++i] == 'n' ? '\n' : line[i];
  }
  return text;
}

template <typename Number>
bool parse_number(std::string_view text, Number& number) {
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && rest == end;
}

/// False for a value that is none of its name's.
bool take_line(std::string_view name, std::string_view value, LeaseRecord& record) {
  if (name == "pid") return parse_number(value, record.process.pid) && record.process.pid > 0;
  if (name == "start") return parse_number(value, record.process.start);
  if (name == "account") record.claim.account = from_one_line(value);
  if (name == "device") record.claim.device = from_one_line(value);
  if (name == "command") record.command = from_one_line(value);
  if (name == "store") record.stores.push_back(from_one_line(value));
  if (name == "guard") record.guards.push_back(from_one_line(value));
  if (name != "since") return true;
  const auto since = parse_moment(value, Time{});
  if (since) record.since = *since;
  return since.has_value();
}

}  // namespace

std::string account_key(const Session& session) {
  const Account& account = session.credential.account;
  if (account.phone) return *account.phone;
  if (account.lid) return "lid-" + *account.lid;
  return fmt::format("store-{:016x}", hash_of(session.store.path));
}

std::string lease_file(const Claim& claim) {
  std::string name = claim.account;
  if (!claim.device.empty()) name += "." + claim.device;
  return name + std::string(kLeaseSuffix);
}

std::string lease_text(const LeaseRecord& record) {
  std::string text =
      fmt::format("pid={}\nstart={}\nsince={}\naccount={}\n", record.process.pid,
                  record.process.start, rfc3339(record.since), on_one_line(record.claim.account));
  if (!record.claim.device.empty()) text += "device=" + on_one_line(record.claim.device) + "\n";
  text += "command=" + on_one_line(record.command) + "\n";
  for (const std::string& store : record.stores) text += "store=" + on_one_line(store) + "\n";
  for (const std::string& guard : record.guards) text += "guard=" + on_one_line(guard) + "\n";
  return text + "end\n";
}

std::optional<LeaseRecord> parse_lease(std::string_view text) {
  LeaseRecord record;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    // The last line is the first to be lost with a full disk.
    if (line == "end") return record.process.pid > 0 ? std::optional(record) : std::nullopt;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    if (!take_line(line.substr(0, equals), line.substr(equals + 1), record)) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace wasession
