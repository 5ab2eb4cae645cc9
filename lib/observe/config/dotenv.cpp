#include "observe/config/dotenv.h"

#include <algorithm>

#include "observe/files/files.h"

namespace wasession::observe {
namespace {

constexpr std::string_view kBlanks = " \t\n\v\f\r";

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

std::size_t name_length(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_name_character) -
                                  text.begin());
}

void skip_blanks(std::string_view& text, std::string_view blanks = kBlanks) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
}

void skip_line(std::string_view& text) {
  const auto end = text.find_first_of("\r\n");
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
}

bool is_quote(char c) {
  return c == '\'' || c == '"' || c == '`';
}

/// The value in quotes at the front of `text`. False, and nothing taken, when the quote never
/// closes or something but a comment follows it: the package takes such a line as a bare value.
bool take_quoted(std::string_view& text, std::string& value) {
  if (text.empty() || !is_quote(text.front())) return false;
  const char quote = text.front();
  std::size_t close = text.find(quote, 1);
  while (close != std::string_view::npos && text[close - 1] == '\\') {
    close = text.find(quote, close + 1);
  }
  if (close == std::string_view::npos) return false;
  const std::string_view body = text.substr(1, close - 1);
  std::string_view rest = text.substr(close + 1);
  skip_blanks(rest, " \t");
  if (!rest.empty() && std::string_view("#\r\n").find(rest.front()) == std::string_view::npos) {
    return false;
  }
  text = rest;
  value.clear();
  for (std::size_t i = 0; i < body.size(); ++i) {
    const bool escape = quote == '"' && body[i] == '\\' && i + 1 < body.size() &&
                        (body[i + 1] == 'n' || body[i + 1] == 'r');
    if (escape) ++i;
    value += !escape ? body[i] : body[i] == 'n' ? '\n' : '\r';
  }
  return true;
}

std::string take_bare(std::string_view& text) {
  std::string_view value = text.substr(0, text.find_first_of("#\r\n"));
  text.remove_prefix(value.size());
  value = value.substr(0, value.find_last_not_of(kBlanks) + 1);
  if (value.size() > 1 && is_quote(value.front()) && value.front() == value.back()) {
    value = value.substr(1, value.size() - 2);
  }
  return std::string(value);
}

}  // namespace

Variables parse_dotenv(std::string_view text) {
  Variables variables;
  for (skip_blanks(text); !text.empty(); skip_blanks(text)) {
    constexpr std::string_view kExport = "export";
    if (text.starts_with(kExport) && text.size() > kExport.size() &&
        kBlanks.find(text[kExport.size()]) != std::string_view::npos) {
      text.remove_prefix(kExport.size());
      skip_blanks(text);
    }
    const std::string name(text.substr(0, name_length(text)));
    text.remove_prefix(name.size());
    const std::string_view after_name = text;
    skip_blanks(text, " \t");
    const bool equals = text.starts_with('=');
    const bool colon = after_name.starts_with(": ") || after_name.starts_with(":\t");
    if (name.empty() || (!equals && !colon)) {
      skip_line(text);
      continue;
    }
    text.remove_prefix(1);
    skip_blanks(text, " \t");
    std::string value;
    if (!take_quoted(text, value)) value = take_bare(text);
    variables[name] = value;
    skip_line(text);
  }
  return variables;
}

Variables read_dotenv(const std::string& path) {
  constexpr std::size_t kLimit = std::size_t{1} << 20;
  SecretBuffer buffer;
  return parse_dotenv(read_file(path, kLimit, buffer, Links::follow).bytes);
}

}  // namespace wasession::observe
