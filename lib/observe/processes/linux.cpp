#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstring>
#include <ctime>
#include <optional>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "observe/files/descriptor.h"
#include "observe/files/files.h"
#include "observe/parallel.h"
#include "observe/processes/processes.h"
#include "observe/processes/procfs_file.h"

namespace wasession::observe {
namespace {

constexpr std::size_t kMostArguments = 64 * 1024;
constexpr std::size_t kMostEnvironment = 256 * 1024;

constexpr std::string_view kDeleted = " (deleted)";
constexpr std::string_view kSocket = "socket:[";

/// The target of a link of /proc, in `buffer`; empty when there is none or it may not be seen.
std::string_view link_target(int directory, const char* name, std::array<char, PATH_MAX>& buffer) {
  const ssize_t length = ::readlinkat(directory, name, buffer.data(), buffer.size());
  return length > 0 ? std::string_view(buffer.data(), static_cast<std::size_t>(length))
                    : std::string_view();
}

bool is_deleted(std::string_view path) {
  return path.ends_with(kDeleted);
}

std::string_view without_deleted(std::string_view path) {
  if (path.ends_with(kDeleted)) path.remove_suffix(kDeleted.size());
  return path;
}

/// The inode in `net:[4026531840]`.
std::uint64_t number_in_brackets(std::string_view target) {
  const std::size_t begin = target.find('[');
  std::uint64_t number = 0;
  if (begin != std::string_view::npos) {
    std::from_chars(target.data() + begin + 1, target.data() + target.size(), number);
  }
  return number;
}

std::uint64_t namespace_of(int directory, const char* name) {
  std::array<char, PATH_MAX> buffer;
  return number_in_brackets(link_target(directory, name, buffer));
}

/// What this process's own namespaces are: the others are told by the difference.
struct OwnNamespaces {
  std::uint64_t network = 0;
  std::uint64_t mount = 0;

  static OwnNamespaces read() {
    const Descriptor self(::open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC));
    return {namespace_of(self.get(), "ns/net"), namespace_of(self.get(), "ns/mnt")};
  }
};

/// A descriptor's number and where its link leads.
void add_descriptor(std::string_view number, std::string_view target, ProcessReading& reading) {
  if (target.starts_with(kSocket)) {
    reading.sockets.push_back(number_in_brackets(target));
    return;
  }
  // Pipes and the like have no slash in front; a terminal or /dev/null is no file of a store.
  if (!target.starts_with('/') || target.starts_with("/dev/")) return;
  OpenFile& file = reading.files.emplace_back();
  std::from_chars(number.data(), number.data() + number.size(), file.descriptor);
  file.path = without_deleted(target);
  file.deleted = is_deleted(target);
}

/// One entry of getdents64(2), which glibc's readdir copies once more.
struct RawEntry {
  std::uint64_t inode;
  std::int64_t offset;
  unsigned short length;
  unsigned char type;
  char name[1];  // NOLINT(modernize-avoid-c-arrays): the kernel's layout
};

/// False when the list may not be read.
bool read_descriptors(int process, ProcessReading& reading) {
  const Descriptor list(::openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!list) return errno != EACCES && errno != EPERM;
  alignas(RawEntry) std::array<char, 16 * 1024> entries;
  std::array<char, PATH_MAX> target;
  while (true) {
    const long bytes = ::syscall(SYS_getdents64, list.get(), entries.data(), entries.size());
    if (bytes <= 0) return true;
    for (long at = 0; at < bytes;) {
      const auto* entry = reinterpret_cast<const RawEntry*>(entries.data() + at);
      at += entry->length;
      const char* name = static_cast<const char*>(entry->name);
      if (*name == '.') continue;
      add_descriptor(name, link_target(list.get(), name, target), reading);
    }
  }
}

/// Nothing when the process has ended, or is a thread of the kernel, or a zombie.
std::optional<ProcessReading> read_process(int pid, const OwnNamespaces& own) {
  const std::string path = "/proc/" + std::to_string(pid);
  const Descriptor process(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!process) return std::nullopt;
  ProcessReading reading;
  reading.pid = pid;
  reading.arguments = read_process_file(process.get(), "cmdline", kMostArguments);
  std::array<char, PATH_MAX> target;
  reading.executable = without_deleted(link_target(process.get(), "exe", target));
  // A thread of the kernel has neither; nor has a zombie, whose descriptors are closed.
  if (reading.executable.empty() && reading.arguments.empty()) return std::nullopt;
  // Whoever may not follow this link may not follow those of the descriptors either, though the
  // list itself opens for any root.
  errno = 0;
  reading.working_directory = without_deleted(link_target(process.get(), "cwd", target));
  reading.readable = errno != EACCES && errno != EPERM && read_descriptors(process.get(), reading);
  if (!reading.readable) return reading;
  reading.environment = read_process_file(process.get(), "environ", kMostEnvironment);
  const std::uint64_t network = namespace_of(process.get(), "ns/net");
  const std::uint64_t mount = namespace_of(process.get(), "ns/mnt");
  reading.network_namespace = network == own.network ? 0 : network;
  const bool same_root = link_target(process.get(), "root", target) == "/";
  reading.mount_namespace = mount == own.mount && same_root ? 0 : mount;
  return reading;
}

std::vector<int> all_pids() {
  const int self = ::getpid();
  std::vector<int> pids;
  for_each_entry("/proc", [&](const DirectoryEntry& entry) {
    int pid = 0;
    const char* const end = entry.name.data() + entry.name.size();
    const auto [stopped, error] = std::from_chars(entry.name.data(), end, pid);
    if (error == std::errc() && stopped == end && pid != self) pids.push_back(pid);
    return true;
  });
  std::sort(pids.begin(), pids.end());
  return pids;
}

}  // namespace

std::string read_process_file(int process, const std::string& name, std::size_t limit) {
  constexpr std::size_t kFirstRead = 4096;
  const Descriptor file(::openat(process, name.c_str(), O_RDONLY | O_CLOEXEC));
  std::string content(kFirstRead, '\0');
  std::size_t used = 0;
  while (file) {
    const ssize_t count = ::read(file.get(), content.data() + used, content.size() - used);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    used += static_cast<std::size_t>(count);
    if (used == limit) break;
    if (used == content.size()) content.resize(std::min(limit, 2 * used));
  }
  content.resize(used);
  return content;
}

std::uint64_t ticks_since_boot() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  const auto per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  return static_cast<std::uint64_t>(now.tv_sec) * per_second +
         static_cast<std::uint64_t>(now.tv_nsec) * per_second / 1'000'000'000;
}

ProcessTable read_processes() {
  ProcessTable table;
  table.began = ticks_since_boot();
  table.hides_others = facts_of("/proc/1").kind == FileKind::missing;
  const OwnNamespaces own = OwnNamespaces::read();
  const std::vector<int> pids = all_pids();
  std::vector<std::optional<ProcessReading>> readings(pids.size());
  parallel_for(pids.size(),
               [&](std::size_t i, std::size_t) { readings[i] = read_process(pids[i], own); });
  for (auto& reading : readings) {
    if (!reading) continue;
    if (!reading->readable) ++table.unreadable;
    table.processes.push_back(std::move(*reading));
  }
  return table;
}

std::string path_from_here(const ProcessReading& reading, std::string_view path) {
  if (reading.mount_namespace == 0) return std::string(path);
  return join("/proc/" + std::to_string(reading.pid), "root") + std::string(path);
}

FileFacts facts_as_seen_by(const ProcessReading& reading, const std::string& path) {
  if (reading.mount_namespace == 0) return facts_of(path, Links::follow);
  return facts_below(path_from_here(reading, ""), path);
}

}  // namespace wasession::observe
