/// Colour, only where it helps and only where it is wanted.
#pragma once

#include <string>
#include <string_view>

namespace wasession::report {

enum class Tone { plain, faint, good, attention, bad, heading };

/// How a text is rendered for one destination.
struct Style {
  bool colour = false;

  void append(std::string& out, Tone tone, std::string_view text) const;
  /// `text` between the tone's escape codes, or as it is.
  std::string paint(Tone tone, std::string_view text) const;
};

}  // namespace wasession::report
