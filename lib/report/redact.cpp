#include "report/redact.h"

#include <algorithm>
#include <array>

namespace wasession::report {
namespace {

constexpr std::size_t kShortestNumber = 7;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string mask_home(std::string text) {
  constexpr std::array<std::string_view, 2> kHomes = {"/home/", "/Users/"};
  for (const std::string_view home : kHomes) {
    for (std::size_t at = text.find(home); at != std::string::npos; at = text.find(home, at + 1)) {
      const std::size_t start = at + home.size();
      const std::size_t end = std::min(text.find('/', start), text.size());
      text.replace(start, end - start, "***");
    }
  }
  return text;
}

}  // namespace

std::string mask_number(std::string_view digits) {
  constexpr std::size_t kShown = 2;
  if (digits.size() <= 2 * kShown) return std::string(digits.size(), '*');
  std::string masked(digits);
  std::fill(masked.begin() + kShown, masked.end() - kShown, '*');
  return masked;
}

std::string mask_text(std::string_view text) {
  std::string masked;
  while (!text.empty()) {
    const auto digits = static_cast<std::size_t>(
        std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
    if (digits == 0) {
      masked += text.front();
      text.remove_prefix(1);
      continue;
    }
    const std::string_view run = text.substr(0, digits);
    masked += digits >= kShortestNumber ? mask_number(run) : std::string(run);
    text.remove_prefix(digits);
  }
  return mask_home(std::move(masked));
}

Snapshot redact(Snapshot snapshot) {
  for (Session& session : snapshot.sessions) {
    session.id = mask_text(session.id);
    session.store.path = mask_text(session.store.path);
    Account& account = session.credential.account;
    if (account.phone) account.phone = mask_number(*account.phone);
    if (account.lid) account.lid = mask_number(*account.lid);
    if (account.name) account.name = "***";
    if (session.credential.jid)
      session.credential.jid->user = mask_number(session.credential.jid->user);
    for (std::string& problem : session.credential.problems) problem = mask_text(problem);
  }
  for (Warning& warning : snapshot.warnings) {
    warning.path = mask_text(warning.path);
    warning.what = mask_text(warning.what);
  }
  return snapshot;
}

}  // namespace wasession::report
