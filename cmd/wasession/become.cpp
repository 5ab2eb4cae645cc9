#include "become.h"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <unistd.h>

#include "options.h"

namespace wasession::cmd {

int become(const std::vector<std::string>& command) {
  std::vector<char*> words;
  // execvp takes them as writable for C's sake, and writes to none.
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::execvp(words.front(), words.data());
  const int error = errno;
  print_error(fmt::format("can't run {}: {}", command.front(), std::strerror(error)));
  return error == ENOENT ? kNoSuchCommand : kCannotExecute;
}

}  // namespace wasession::cmd
