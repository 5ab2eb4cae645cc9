#include "support/terminal.h"

#include <array>
#include <cerrno>
#include <sstream>
#include <stdexcept>

#ifdef __APPLE__
#include <util.h>
#else
#include <pty.h>
#endif
#include <sys/ioctl.h>
#include <unistd.h>

namespace wasession::test {
namespace {

/// Until the last process has closed the terminal; Linux tells so by EIO.
std::string read_to_the_end(int terminal) {
  std::string text;
  std::array<char, 4096> piece;
  while (true) {
    const ssize_t count = ::read(terminal, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

TerminalRun run_on_terminal(unsigned short columns, const std::vector<std::string>& arguments,
                            const Variables& environment, const RunOptions& options) {
  winsize size{};
  size.ws_row = 50;
  size.ws_col = columns;
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (child < 0) throw std::runtime_error("forkpty failed");
  if (child == 0) exec_wasession(arguments, environment, options);
  TerminalRun run;
  // The terminal keeps it until somebody reads.
  const ssize_t count = ::write(terminal, options.typed.data(), options.typed.size());
  if (count != static_cast<ssize_t>(options.typed.size()))
    throw std::runtime_error("typing failed");
  run.shown = read_to_the_end(terminal);
  ::close(terminal);
  run.exit_status = wait_for(child);
  std::erase(run.shown, '\r');
  return run;
}

std::string without_colours(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "\x1b[") == 0) {
      const std::size_t end = text.find_first_not_of("0123456789;", i + 2);
      if (end != std::string::npos && text[end] == 'm') {
        i = end;
        continue;
      }
    }
    plain += text[i];
  }
  return plain;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace wasession::test
