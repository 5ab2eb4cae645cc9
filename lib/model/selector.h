/// Which sessions a SESSION on the command line means. Pure: a Snapshot and text in, positions out.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/snapshot.h"

namespace wasession {

/// Positions in Snapshot::sessions, ascending and each once; or what is wrong with a selector, as a
/// sentence that holds names byte for byte (and then no position): to be escaped when printed.
struct Selection {
  std::vector<std::size_t> sessions;
  std::optional<std::string> error;
};

/// No selector means every session. `pid:N` means the sessions that this process holds. Each other
/// selector is the first of these that matches: an id; a phone number (`15551234567`, `+1
/// 555-123-4567`: every session of the account); a path (of a store or of the directory it lies in;
/// absolute); a glob over ids (`*` also matches `/`); 4 to 64 hex digits that a fingerprint begins
/// with; the beginning of an id. A fingerprint's or an id's beginning must mean one credential,
/// however many copies of it there are; the others may mean any number. The first selector that
/// matches nothing, or too much, is the error.
/// `pid:N` of a process that has nothing but a lease means no session, and is no error.
Selection select_sessions(const Snapshot& snapshot, std::span<const std::string> selectors);

/// The digits of a phone number (`15551234567`, `+1 555-123-4567`); nothing when it has any other
/// character, or no digit.
std::optional<std::string> phone_digits(std::string_view text);

}  // namespace wasession
