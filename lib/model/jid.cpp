#include "model/jid.h"

#include <algorithm>
#include <charconv>

namespace wasession {
namespace {

constexpr std::size_t kLongestJid = 128;

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::uint16_t> parse_number(std::string_view text) {
  std::uint16_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Jid> parse_jid(std::string_view text) {
  if (text.size() > kLongestJid) return std::nullopt;
  const auto at = text.find('@');
  if (at == std::string_view::npos || at + 1 == text.size()) return std::nullopt;
  Jid jid;
  jid.server = text.substr(at + 1);
  const bool plain_server = std::all_of(jid.server.begin(), jid.server.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  });
  if (!plain_server) return std::nullopt;

  std::string_view local = text.substr(0, at);
  if (const auto colon = local.find(':'); colon != std::string_view::npos) {
    jid.device = parse_number(local.substr(colon + 1));
    if (!jid.device) return std::nullopt;
    local = local.substr(0, colon);
  }
  if (const auto mark = local.find_first_of("_."); mark != std::string_view::npos) {
    jid.agent = parse_number(local.substr(mark + 1));
    if (!jid.agent) return std::nullopt;
    local = local.substr(0, mark);
  }
  if (!all_digits(local)) return std::nullopt;
  jid.user = local;
  return jid;
}

std::string to_string(const Jid& jid) {
  std::string text = jid.user;
  if (jid.agent) text += (jid.server == "lid" ? "_" : ".") + std::to_string(*jid.agent);
  if (jid.device) text += ":" + std::to_string(*jid.device);
  return text + "@" + jid.server;
}

bool is_phone_jid(const Jid& jid) {
  return jid.server == "s.whatsapp.net" || jid.server == "hosted";
}

}  // namespace wasession
