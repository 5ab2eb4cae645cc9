#include "observe/logs/log_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "observe/files/open_beneath.h"
#include "observe/logs/wiped_bytes.h"

namespace wasession::observe::logs {
namespace {

/// Large enough that the calls cost nothing, small enough to stay in a core's cache.
constexpr std::size_t kBlock = std::size_t{128} * 1024;

OpenedLog refused(std::string why) {
  OpenedLog log;
  log.why = std::move(why);
  return log;
}

std::string words_of(int error) {
  return std::generic_category().message(error);
}

bool may_be_taken(const FileFacts& facts) {
  const auto user = ::geteuid();
  return user == 0 || facts.owner == user || facts.owner == 0;
}

}  // namespace

OpenedLog open_log(const std::string& path, Trust trust) {
  const Links links = trust == Trust::named ? Links::follow : Links::show;
  const FileFacts seen = facts_of(path, links);
  if (seen.error != 0) return refused(fmt::format("cannot be read: {}", words_of(seen.error)));
  if (seen.kind != FileKind::regular) {
    return refused(fmt::format("is {}, not a file: left alone", describe(seen.kind)));
  }
  OpenedLog log;
  log.file = Descriptor(open_for_reading(path, links));
  if (!log.file) return refused(fmt::format("cannot be read: {}", words_of(errno)));
  log.facts = facts_of_descriptor(log.file.get());
  if (log.facts.kind != FileKind::regular) return refused("is no longer a file: left alone");
  if (trust == Trust::found && !may_be_taken(log.facts)) {
    return refused("belongs to another user: left alone (name it with --log to read it)");
  }
  return log;
}

std::string read_blocks(const OpenedLog& log, std::uint64_t offset,
                        const std::function<void(std::string_view)>& each) {
  WipedBytes block(kBlock);
  while (offset < log.facts.size) {
    const std::size_t wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, log.facts.size - offset));
    const ssize_t count = ::pread(log.file.get(), block.data(), wanted, static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return words_of(errno);
    if (count == 0) break;  // truncated meanwhile
    each({block.data(), static_cast<std::size_t>(count)});
    offset += static_cast<std::uint64_t>(count);
  }
  return {};
}

}  // namespace wasession::observe::logs
