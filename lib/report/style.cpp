#include "report/style.h"

namespace wasession::report {
namespace {

std::string_view code_of(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return "";
    case Tone::faint:
      return "\x1b[2m";
    case Tone::good:
      return "\x1b[32m";
    case Tone::attention:
      return "\x1b[33m";
    case Tone::bad:
      return "\x1b[1;31m";
    case Tone::heading:
      return "\x1b[1m";
  }
  return "";
}

}  // namespace

void Style::append(std::string& out, Tone tone, std::string_view text) const {
  if (!colour || tone == Tone::plain || text.empty()) {
    out += text;
    return;
  }
  out += code_of(tone);
  out += text;
  out += "\x1b[0m";
}

std::string Style::paint(Tone tone, std::string_view text) const {
  std::string painted;
  append(painted, tone, text);
  return painted;
}

}  // namespace wasession::report
