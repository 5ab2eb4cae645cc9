#include "report/wrap.h"

#include "report/escape.h"

namespace wasession::report {

std::string wrap(std::string_view text, std::size_t width, std::string_view indent) {
  std::string wrapped(indent);
  std::size_t column = indent.size();
  bool empty = true;
  while (true) {
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return wrapped + "\n";
    text.remove_prefix(begin);
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    const std::size_t length = display_width(word);
    if (!empty && column + 1 + length > width) {
      wrapped += "\n";
      wrapped += indent;
      column = indent.size();
      empty = true;
    }
    if (!empty) wrapped += ' ';
    wrapped += word;
    column += length + (empty ? 0 : 1);
    empty = false;
  }
}

}  // namespace wasession::report
