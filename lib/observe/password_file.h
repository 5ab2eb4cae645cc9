/// The password database as /etc/passwd holds it. Read as a file: the C library's look-up may load
/// other modules (LDAP, systemd), which a static binary cannot do on a machine with another libc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wasession::observe {

struct PasswordEntry {
  std::string user;
  std::uint32_t uid = 0;
  std::string home;
};

/// One entry a line; comments and lines without seven fields or a number for the uid are left out.
std::vector<PasswordEntry> parse_password_file(std::string_view text);

/// This machine's entries, read anew.
std::vector<PasswordEntry> password_database();

/// The name of a user of this machine; empty when the uid has none. The database is read once.
std::string user_name(std::uint32_t uid);

}  // namespace wasession::observe
