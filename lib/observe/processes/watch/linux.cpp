#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/fanotify.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "observe/files/descriptor.h"
#include "observe/files/files.h"
#include "observe/files/open_beneath.h"
#include "observe/processes/procfs.h"
#include "observe/processes/procfs_file.h"
#include "observe/processes/watch.h"

namespace wasession::observe {
namespace {

using Clock = std::chrono::steady_clock;

/// Not FAN_CLOSE_WRITE: it also comes from who opened a file for writing and wrote nothing, as
/// every reader of an SQLite database does. FAN_MOVED_TO: OpenClaw 2026.9 replaces creds.json by a
/// rename.
constexpr std::uint64_t kChanges = FAN_MODIFY | FAN_MOVED_TO | FAN_EVENT_ON_CHILD;

/// How long a `stop` that was set without waking poll() (by another thread, or between the look at
/// it and the call) may stay unseen.
constexpr std::chrono::milliseconds kSlice{50};

/// What an event names a directory by: its file system and the kernel's handle, as bytes.
using DirectoryKey = std::string;

DirectoryKey key_of(const void* file_system, const file_handle& handle, const void* bytes) {
  DirectoryKey key(static_cast<const char*>(file_system), sizeof(fsid_t));
  key.append(reinterpret_cast<const char*>(&handle.handle_type), sizeof handle.handle_type);
  key.append(static_cast<const char*>(bytes), handle.handle_bytes);
  return key;
}

/// Nothing, with errno, on a file system without handles.
std::optional<DirectoryKey> key_of(int directory) {
  struct statfs status {};
  if (::fstatfs(directory, &status) != 0) return std::nullopt;
  alignas(file_handle) std::array<char, sizeof(file_handle) + MAX_HANDLE_SZ> memory{};
  auto* const handle = reinterpret_cast<file_handle*>(memory.data());
  handle->handle_bytes = MAX_HANDLE_SZ;
  int mount = 0;
  if (::name_to_handle_at(directory, "", handle, &mount, AT_EMPTY_PATH) != 0) return std::nullopt;
  return key_of(&status.f_fsid, *handle, memory.data() + sizeof(file_handle));
}

/// What one event says.
struct Event {
  DirectoryKey directory;
  std::string_view name;
  Descriptor process;  ///< a pidfd; -1 when the process is gone
};

void read_name(const char* record, std::size_t length, Event& event) {
  fanotify_event_info_fid head{};
  file_handle handle{};
  constexpr std::size_t kHandle = offsetof(fanotify_event_info_fid, handle);
  if (length < kHandle + sizeof handle) return;
  std::memcpy(&head, record, kHandle);
  std::memcpy(&handle, record + kHandle, sizeof handle);
  const std::size_t name = kHandle + sizeof handle + handle.handle_bytes;
  if (length <= name) return;
  event.directory = key_of(&head.fsid, handle, record + kHandle + sizeof handle);
  event.name = {record + name, ::strnlen(record + name, length - name)};
}

Event read_event(const char* at, const fanotify_event_metadata& head) {
  Event event;
  for (std::size_t used = head.metadata_len; used < head.event_len;) {
    fanotify_event_info_header record{};
    std::memcpy(&record, at + used, sizeof record);
    if (record.len < sizeof record) break;
    if (record.info_type == FAN_EVENT_INFO_TYPE_DFID_NAME) {
      read_name(at + used, record.len, event);
    } else if (record.info_type == FAN_EVENT_INFO_TYPE_PIDFD) {
      fanotify_event_info_pidfd info{};
      std::memcpy(&info, at + used, std::min<std::size_t>(record.len, sizeof info));
      event.process = Descriptor(info.pidfd);
    }
    used += record.len;
  }
  return event;
}

/// Nothing when the process is gone, or was before its start was read: then another one may have
/// its pid. A zombie still has it.
std::optional<ProcessIdentity> identity_of(int pid, const Descriptor& process) {
  if (!process) return std::nullopt;
  const Descriptor directory(
      ::open(fmt::format("/proc/{}", pid).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const auto status = parse_status(read_process_file(directory.get(), "stat"));
  if (!status) return std::nullopt;
  // Signal 0 is none: the call only tells whether there is a process.
  if (::syscall(SYS_pidfd_send_signal, process.get(), 0, nullptr, 0) != 0 && errno == ESRCH) {
    return std::nullopt;
  }
  return ProcessIdentity{pid, status->start};
}

class Watch {
 public:
  Watch(std::span<const Store> stores, const std::function<bool(const WriteSeen&)>& seen)
      : stores_(stores), seen_(seen) {}

  /// False when there is nothing to watch.
  bool begin() {
    group_ = Descriptor(
        static_cast<int>(::fanotify_init(FAN_CLASS_NOTIF | FAN_REPORT_PIDFD | FAN_REPORT_DFID_NAME |
                                             FAN_UNLIMITED_MARKS | FAN_CLOEXEC | FAN_NONBLOCK,
                                         O_RDONLY | O_CLOEXEC)));
    if (!group_) {
      warn("", refusal(errno));
      return false;
    }
    for (std::size_t i = 0; i < stores_.size(); ++i) add(i);
    return !by_directory_.empty();
  }

  void run(std::chrono::milliseconds duration, const volatile std::sig_atomic_t* stop) {
    const auto end = Clock::now() + duration;
    while (stop == nullptr || !*stop) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
      const auto slice = std::clamp(left, std::chrono::milliseconds(0), kSlice);
      pollfd waiting{group_.get(), POLLIN, 0};
      const int ready = ::poll(&waiting, 1, static_cast<int>(slice.count()));
      if (ready > 0) take_events();
      if (enough_ || left.count() <= 0) return;
    }
  }

  WatchResult result() && { return std::move(result_); }

 private:
  static std::string refusal(int error) {
    if (error == EPERM) {
      return "writers can't be watched: the kernel lets only root (CAP_SYS_ADMIN) do that; run "
             "wasession as root";
    }
    if (error == EINVAL || error == ENOSYS) {
      return "writers can't be watched: that needs Linux 5.15 or newer";
    }
    return fmt::format("writers can't be watched: {}", std::strerror(error));
  }

  void warn(const std::string& path, std::string what) {
    result_.warnings.push_back({path, std::move(what)});
  }

  /// The path of a store is a resolved one: a link in it was put there since, and is not followed.
  void add(std::size_t store) {
    const std::string& path = stores_[store].path;
    const std::string directory =
        stores_[store].kind == StoreKind::baileys_directory ? path : std::string(parent_path(path));
    const Descriptor opened(open_for_reading(directory, Links::show));
    const auto key = opened ? key_of(opened.get()) : std::nullopt;
    if (!key || ::fanotify_mark(group_.get(), FAN_MARK_ADD | FAN_MARK_ONLYDIR, kChanges,
                                opened.get(), nullptr) != 0) {
      warn(path, fmt::format("its writers can't be watched: {}", std::strerror(errno)));
      return;
    }
    by_directory_[*key].push_back(store);
  }

  void take_events() {
    alignas(fanotify_event_metadata) std::array<char, 16 * 1024> events;
    const ssize_t bytes = ::read(group_.get(), events.data(), events.size());
    for (ssize_t at = 0; at + static_cast<ssize_t>(sizeof(fanotify_event_metadata)) <= bytes;) {
      fanotify_event_metadata head{};
      std::memcpy(&head, events.data() + at, sizeof head);
      if (head.event_len < sizeof head || head.vers != FANOTIFY_METADATA_VERSION) return;
      // Each event is read, also after enough was seen: its descriptor is to be closed.
      take(head, read_event(events.data() + at, head));
      at += head.event_len;
    }
  }

  void take(const fanotify_event_metadata& head, const Event& event) {
    if ((head.mask & FAN_Q_OVERFLOW) != 0) {
      warn_once(overflow_, "some writes went unseen: there were more than the kernel keeps");
      return;
    }
    const auto stores = by_directory_.find(event.directory);
    if (stores == by_directory_.end() || head.pid == ::getpid()) return;
    for (const std::size_t store : stores->second) {
      if (is_written_by_holders(stores_[store], event.name)) note(head.pid, event, store);
    }
  }

  void note(int pid, const Event& event, std::size_t store) {
    if (pid == 0) {
      warn_once(foreign_, "a process that can't be seen from this pid namespace wrote to a store");
      return;
    }
    const auto identity = identity_of(pid, event.process);
    if (!identity || enough_) return;
    WriteSeen write{*identity, store, std::string(event.name)};
    if (!known_.insert(write).second) return;
    result_.writes.push_back(write);
    enough_ = seen_ && !seen_(write);
  }

  void warn_once(bool& warned, const char* what) {
    if (!std::exchange(warned, true)) warn("", what);
  }

  std::span<const Store> stores_;
  const std::function<bool(const WriteSeen&)>& seen_;
  Descriptor group_;
  std::map<DirectoryKey, std::vector<std::size_t>> by_directory_;
  std::set<WriteSeen> known_;
  WatchResult result_;
  bool enough_ = false;  ///< `seen_` said so
  bool overflow_ = false;
  bool foreign_ = false;
};

}  // namespace

WatchResult watch_writes(std::span<const Store> stores, std::chrono::milliseconds duration,
                         const volatile std::sig_atomic_t* stop,
                         const std::function<bool(const WriteSeen&)>& seen) {
  Watch watch(stores, seen);
  if (!stores.empty() && watch.begin()) watch.run(duration, stop);
  return std::move(watch).result();
}

}  // namespace wasession::observe
