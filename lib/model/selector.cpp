#include "model/selector.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "model/glob.h"

namespace wasession {
namespace {

using Positions = std::vector<std::size_t>;

template <typename Predicate>
Positions where(const Snapshot& snapshot, Predicate matches) {
  Positions positions;
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    if (matches(snapshot.sessions[i])) positions.push_back(i);
  }
  return positions;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// In lower case; nothing when the text cannot be the beginning of a fingerprint.
std::optional<std::string> fingerprint_prefix(std::string_view text) {
  if (text.size() < 4 || text.size() > 64) return std::nullopt;
  std::string prefix;
  for (const char c : text) {
    const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    if (!is_digit(lower) && !(lower >= 'a' && lower <= 'f')) return std::nullopt;
    prefix += lower;
  }
  return prefix;
}

Positions by_path(const Snapshot& snapshot, std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return where(snapshot, [&](const Session& session) {
    const std::string_view store = session.store.path;
    const std::size_t slash = store.rfind('/');
    if (store == path) return true;
    return slash != std::string_view::npos &&
           path == store.substr(0, std::max<std::size_t>(slash, 1));
  });
}

bool same_credential(const Snapshot& snapshot, const Positions& positions) {
  return std::all_of(positions.begin(), positions.end(), [&](std::size_t i) {
    const auto& fingerprint = snapshot.sessions[i].credential.fingerprint;
    return fingerprint &&
           fingerprint == snapshot.sessions[positions.front()].credential.fingerprint;
  });
}

std::string ids_of(const Snapshot& snapshot, std::span<const std::size_t> positions) {
  std::string list;
  for (const std::size_t i : positions) {
    if (!list.empty()) list += ", ";
    list += snapshot.sessions[i].id;
  }
  return list;
}

Selection too_many(const Snapshot& snapshot, std::string_view selector,
                   const Positions& positions) {
  constexpr std::size_t kMostNamed = 20;
  const std::size_t named = std::min(positions.size(), kMostNamed);
  std::string error = fmt::format("'{}' matches more than one session: {}", selector,
                                  ids_of(snapshot, std::span(positions).first(named)));
  if (named < positions.size()) error += fmt::format(" and {} more", positions.size() - named);
  return {{}, std::move(error)};
}

/// Levenshtein's distance in bytes.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t k = 0; k < b.size(); ++k) {
      const std::size_t replaced = diagonal + (a[i] == b[k] ? 0 : 1);
      diagonal = row[k + 1];
      row[k + 1] = std::min({replaced, row[k] + 1, diagonal + 1});
    }
  }
  return row.back();
}

/// To the id or to what stands behind its tool, whichever is nearer: people leave the tool out.
std::size_t distance(std::string_view selector, std::string_view id) {
  constexpr std::size_t kLongestCompared = 128;
  selector = selector.substr(0, kLongestCompared);
  const std::string_view name = id.substr(id.find('/') + 1);
  return std::min(edit_distance(selector, id.substr(0, kLongestCompared)),
                  edit_distance(selector, name.substr(0, kLongestCompared)));
}

Selection none(const Snapshot& snapshot, std::string_view selector) {
  constexpr std::size_t kMostNearest = 3;
  std::vector<std::pair<std::size_t, std::size_t>> ranking;
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    ranking.emplace_back(distance(selector, snapshot.sessions[i].id), i);
  }
  const std::size_t count = std::min(ranking.size(), kMostNearest);
  std::partial_sort(ranking.begin(), ranking.begin() + static_cast<std::ptrdiff_t>(count),
                    ranking.end());
  Positions nearest;
  for (std::size_t i = 0; i < count; ++i) nearest.push_back(ranking[i].second);
  std::string error = fmt::format("no session matches '{}'", selector);
  error +=
      nearest.empty() ? "; there is no session at all" : "; nearest: " + ids_of(snapshot, nearest);
  return {{}, std::move(error)};
}

/// The sessions that the process holds, possibly or better; nothing when `selector` is not `pid:N`.
std::optional<Selection> by_pid(const Snapshot& snapshot, std::string_view selector) {
  constexpr std::string_view kPid = "pid:";
  if (!selector.starts_with(kPid)) return std::nullopt;
  const std::string_view digits = selector.substr(kPid.size());
  int pid = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), pid);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  Positions found = where(snapshot, [&](const Session& session) {
    return std::any_of(session.holders.begin(), session.holders.end(), [&](const Holder& holder) {
      return snapshot.processes[holder.process].identity.pid == pid;
    });
  });
  const bool leases = std::ranges::any_of(snapshot.leases, [&](const Lease& lease) {
    return snapshot.processes[lease.process].identity.pid == pid;
  });
  if (leases || !found.empty()) return Selection{std::move(found), {}};
  std::string message =
      fmt::format("no session matches 'pid:{}': none is seen to be held by it", pid);
  if (snapshot.processes_unreadable > 0 || snapshot.processes_hidden) {
    message += "; other users' processes can't be looked into, run as root";
  }
  return Selection{{}, std::move(message)};
}

Selection select(const Snapshot& snapshot, const std::string& selector) {
  if (auto held = by_pid(snapshot, selector)) return std::move(*held);
  const auto by_id = [&](const Session& session) { return session.id == selector; };
  if (Positions found = where(snapshot, by_id); !found.empty()) return {std::move(found), {}};

  if (const auto phone = phone_digits(selector)) {
    Positions found =
        where(snapshot, [&](const Session& s) { return s.credential.account.phone == *phone; });
    if (!found.empty()) return {std::move(found), {}};
  }
  if (selector.starts_with('/')) {
    if (Positions found = by_path(snapshot, selector); !found.empty())
      return {std::move(found), {}};
  }
  if (is_glob(selector)) {
    Positions found =
        where(snapshot, [&](const Session& s) { return glob_matches(selector, s.id); });
    if (!found.empty()) return {std::move(found), {}};
  }
  Positions found;
  if (const auto prefix = fingerprint_prefix(selector)) {
    found = where(snapshot, [&](const Session& s) {
      return s.credential.fingerprint && s.credential.fingerprint->hex().starts_with(*prefix);
    });
  }
  if (found.empty() && !selector.empty()) {
    found = where(snapshot, [&](const Session& s) { return s.id.starts_with(selector); });
  }
  if (found.empty()) return none(snapshot, selector);
  if (found.size() > 1 && !same_credential(snapshot, found)) {
    return too_many(snapshot, selector, found);
  }
  return {std::move(found), {}};
}

}  // namespace

std::optional<std::string> phone_digits(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::string digits;
  for (const char c : text) {
    if (is_digit(c)) {
      digits += c;
    } else if (c != ' ' && c != '-') {
      return std::nullopt;
    }
  }
  if (digits.empty()) return std::nullopt;
  return digits;
}

Selection select_sessions(const Snapshot& snapshot, std::span<const std::string> selectors) {
  std::vector<bool> chosen(snapshot.sessions.size(), selectors.empty());
  for (const std::string& selector : selectors) {
    Selection selection = select(snapshot, selector);
    if (selection.error) return selection;
    for (const std::size_t i : selection.sessions) chosen[i] = true;
  }
  Selection all;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (chosen[i]) all.sessions.push_back(i);
  }
  return all;
}

}  // namespace wasession
