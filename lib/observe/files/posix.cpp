#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include "observe/files/descriptor.h"
#include "observe/files/files.h"
#include "observe/files/open_beneath.h"
#include "observe/files/stat_times.h"

namespace wasession::observe {
namespace {

FileKind kind_of_mode(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return FileKind::regular;
    case S_IFDIR:
      return FileKind::directory;
    case S_IFLNK:
      return FileKind::symbolic_link;
    case S_IFIFO:
      return FileKind::fifo;
    case S_IFSOCK:
      return FileKind::socket;
    default:
      return FileKind::device;
  }
}

FileKind kind_of_entry(unsigned char type) {
  switch (type) {
    case DT_REG:
      return FileKind::regular;
    case DT_DIR:
      return FileKind::directory;
    case DT_LNK:
      return FileKind::symbolic_link;
    case DT_FIFO:
      return FileKind::fifo;
    case DT_SOCK:
      return FileKind::socket;
    case DT_BLK:
    case DT_CHR:
      return FileKind::device;
    default:
      return FileKind::missing;
  }
}

FileFacts facts_from(const struct stat& status) {
  FileFacts facts;
  facts.kind = kind_of_mode(status.st_mode);
  facts.size = static_cast<std::uint64_t>(status.st_size);
  facts.modified =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::sys_time<std::chrono::nanoseconds>(
          std::chrono::nanoseconds(modified_ns(status))));
  facts.identity = {static_cast<std::uint64_t>(status.st_dev),
                    static_cast<std::uint64_t>(status.st_ino)};
  facts.links = static_cast<std::uint64_t>(status.st_nlink);
  facts.owner = status.st_uid;
  facts.mode = static_cast<std::uint32_t>(status.st_mode) & 07777U;
  return facts;
}

FileFacts facts_of_error(int error) {
  FileFacts facts;
  facts.kind = error == ENOENT || error == ENOTDIR ? FileKind::missing : FileKind::unreachable;
  facts.error = error;
  return facts;
}

FileContent failed_content(const FileFacts& facts, int error) {
  FileContent content;
  content.facts = facts;
  content.error = error;
  return content;
}

FileContent read_descriptor(const Descriptor& file, const FileFacts& facts, std::size_t limit,
                            SecretBuffer& buffer) {
  constexpr std::size_t kFirstRead = 32 * 1024;
  if (facts.kind != FileKind::regular) return failed_content(facts, EINVAL);
  if (facts.size > limit) return failed_content(facts, EFBIG);
  // One byte more than the size tells a file that grew; a file that shrank is simply shorter.
  const std::size_t capacity = std::max<std::size_t>(kFirstRead, facts.size + 1);
  char* const bytes = buffer.prepare(capacity);
  FileContent content;
  content.facts = facts;
  std::size_t used = 0;
  while (used < capacity) {
    const ssize_t count = ::read(file.get(), bytes + used, capacity - used);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      content.error = errno;
      break;
    }
    used += static_cast<std::size_t>(count);
    if (count == 0 || used >= facts.size) break;
  }
  buffer.set_used(used);
  content.bytes = {bytes, used};
  return content;
}

}  // namespace

std::int64_t modified_ns(const struct stat& status) {
  constexpr std::int64_t kSecondNs = 1'000'000'000;
  constexpr std::int64_t kLatest = 9'000'000'000;  // 2255
  const timespec& modified = modification_time(status);
  return std::clamp<std::int64_t>(modified.tv_sec, 0, kLatest) * kSecondNs + modified.tv_nsec;
}

FileFacts facts_of(const std::string& path, Links links) {
  struct stat status {};
  const int flags = links == Links::follow ? 0 : AT_SYMLINK_NOFOLLOW;
  if (::fstatat(AT_FDCWD, path.c_str(), &status, flags) != 0) return facts_of_error(errno);
  return facts_from(status);
}

FileFacts facts_of_descriptor(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return facts_of_error(errno);
  return facts_from(status);
}

std::string_view describe(FileKind kind) {
  switch (kind) {
    case FileKind::missing:
      return "missing";
    case FileKind::regular:
      return "a file";
    case FileKind::directory:
      return "a directory";
    case FileKind::symbolic_link:
      return "a symbolic link";
    case FileKind::fifo:
      return "a FIFO";
    case FileKind::socket:
      return "a socket";
    case FileKind::device:
      return "a device";
    case FileKind::unreachable:
      return "out of reach";
  }
  return "";
}

void SecretBuffer::wipe() {
  OPENSSL_cleanse(storage_.data(), used_);
  used_ = 0;
}

char* SecretBuffer::prepare(std::size_t capacity) {
  wipe();
  if (storage_.size() < capacity) storage_.resize(capacity);
  return storage_.data();
}

FileContent read_file(const std::string& path, std::size_t limit, SecretBuffer& buffer,
                      Links links) {
  // Opening a FIFO wakes its writer, and opening some devices does something: neither is opened. A
  // symbolic link here is one that may not be followed, which the opening tells.
  const FileFacts seen = facts_of(path, links);
  if (seen.error != 0) return failed_content(seen, seen.error);
  if (seen.kind != FileKind::regular && seen.kind != FileKind::symbolic_link) {
    return failed_content(seen, EINVAL);
  }
  const Descriptor file(open_for_reading(path, links));
  if (!file) return failed_content(facts_of_error(errno), errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return failed_content({}, errno);
  return read_descriptor(file, facts_from(status), limit, buffer);
}

FileContent read_regular_file(const std::string& path, const FileFacts& facts, std::size_t limit,
                              SecretBuffer& buffer, Links links) {
  if (facts.size > limit) return failed_content(facts, EFBIG);
  const Descriptor file(open_for_reading(path, links));
  if (!file) return failed_content(facts_of_error(errno), errno);
  return read_descriptor(file, facts, limit, buffer);
}

FilePrefix read_prefix(const std::string& path, std::size_t count) {
  const Descriptor file(open_for_reading(path, Links::show));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) return {errno, {}};
  if (!S_ISREG(status.st_mode)) return {};
  std::string bytes(count, '\0');
  const ssize_t used = ::pread(file.get(), bytes.data(), count, 0);
  if (used < 0) return {errno, {}};
  bytes.resize(static_cast<std::size_t>(used));
  return {0, bytes};
}

int for_each_entry(const std::string& directory,
                   const std::function<bool(const DirectoryEntry&)>& each) {
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(directory.c_str()), &::closedir);
  if (!stream) return errno;
  while (true) {
    errno = 0;
    const dirent* const entry = ::readdir(stream.get());
    if (entry == nullptr) return errno;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (!each({name, kind_of_entry(entry->d_type)})) return 0;
  }
}

std::string resolve(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> resolved(::realpath(path.c_str(), nullptr), &::free);
  return resolved ? std::string(resolved.get()) : std::string();
}

std::string normal_path(std::string_view path, std::string_view base) {
  std::string text = (std::filesystem::path(base) / path).lexically_normal().string();
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

std::string join(std::string_view directory, std::string_view name) {
  std::string path;
  path.reserve(directory.size() + 1 + name.size());
  path += directory;
  if (!path.ends_with('/')) path += '/';
  path += name;
  return path;
}

std::string_view base_name(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos || path.size() == 1 ? path : path.substr(slash + 1);
}

std::string_view parent_path(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return slash == 0 ? path.substr(0, 1) : path.substr(0, slash);
}

}  // namespace wasession::observe
