#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "observe/processes/supervisor.h"

namespace wasession::observe {
namespace {

constexpr std::string_view kService = ".service";
constexpr std::string_view kScope = ".scope";
constexpr std::string_view kDeleted = " (deleted)";
constexpr std::size_t kShownDigits = 12;  // as docker ps and podman ps show an id

/// Services whose children are other people's: a bot that was started through one of them is not
/// what it restarts, and stopping it would lock people out. Names without `.service`; of a
/// template, without the instance.
constexpr std::array<std::string_view, 23> kLaunchers = {
    "ssh",         "sshd",          "cron",          "crond",           "cronie",        "atd",
    "getty",       "serial-getty",  "console-getty", "container-getty", "autovt",        "user",
    "supervisor",  "supervisord",   "monit",         "runit",           "xrdp",          "jenkins",
    "code-server", "gitlab-runner", "tmux",          "screen",          "actions-runner"};

using Segments = std::vector<std::string_view>;

Segments split(std::string_view path) {
  Segments segments;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end > 0) segments.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return segments;
}

/// `text` without what stands around an id; empty when it is not `prefix` ID `suffix`.
std::string_view between(std::string_view prefix, std::string_view text, std::string_view suffix) {
  if (text.size() < prefix.size() + suffix.size()) return {};
  if (!text.starts_with(prefix) || !text.ends_with(suffix)) return {};
  return text.substr(prefix.size(), text.size() - prefix.size() - suffix.size());
}

bool is_container_id(std::string_view text) {
  constexpr std::size_t kDigits = 64;
  return text.size() == kDigits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// The id in `<id>`, `docker-<id>.scope`, `cri-containerd-<id>.scope`; empty when there is none.
std::string_view any_container_id(std::string_view segment) {
  if (segment.ends_with(kScope)) segment.remove_suffix(kScope.size());
  if (const std::size_t dash = segment.rfind('-'); dash != std::string_view::npos) {
    segment.remove_prefix(dash + 1);
  }
  return is_container_id(segment) ? segment : std::string_view();
}

/// The pod's uid in `pod<uid>` and `kubepods-burstable-pod<uid>.slice`, where systemd wants
/// underscores for its dashes.
std::string pod_of(std::string_view segment) {
  constexpr std::string_view kSlice = ".slice";
  if (segment.ends_with(kSlice)) segment.remove_suffix(kSlice.size());
  const std::size_t at = segment.starts_with("pod") ? 0 : segment.rfind("-pod");
  if (at == std::string_view::npos) return {};
  std::string uid(segment.substr(segment.find("pod", at) + 3));
  std::replace(uid.begin(), uid.end(), '_', '-');
  return uid;
}

/// `kubepods` is kubelet's own group; below it are the pods, below each its containers.
std::optional<Supervisor> kubernetes(const Segments& segments) {
  const auto top = std::find_if(segments.begin(), segments.end(), [](std::string_view segment) {
    return segment == "kubepods" || segment == "kubepods.slice";
  });
  if (top == segments.end()) return std::nullopt;
  std::string pod;
  for (auto segment = top + 1; segment != segments.end(); ++segment) {
    const std::string_view id = any_container_id(*segment);
    if (!id.empty()) {
      return Supervisor{SupervisorKind::kubernetes, std::string(id.substr(0, kShownDigits))};
    }
    if (std::string found = pod_of(*segment); !found.empty()) pod = std::move(found);
  }
  return Supervisor{SupervisorKind::kubernetes, pod};
}

std::optional<Supervisor> container(const Segments& segments) {
  std::string_view above;
  for (const std::string_view segment : segments) {
    SupervisorKind kind = SupervisorKind::docker;
    std::string_view id = between("docker-", segment, kScope);
    if (above == "docker") id = segment;
    if (id.empty()) {
      kind = SupervisorKind::podman;
      id = between("libpod-", segment, segment.ends_with(kScope) ? kScope : "");
    }
    if (is_container_id(id)) return Supervisor{kind, std::string(id.substr(0, kShownDigits))};
    above = segment;
  }
  return std::nullopt;
}

bool is_launcher(std::string_view unit) {
  const std::string_view name = unit.substr(0, unit.size() - kService.size());
  return std::find(kLaunchers.begin(), kLaunchers.end(), name.substr(0, name.find('@'))) !=
         kLaunchers.end();
}

/// systemd puts `_` before a unit's name that the kernel would take for a file of its own.
std::string_view unit_of(std::string_view segment) {
  if (segment.starts_with('_')) segment.remove_prefix(1);
  return segment.size() > kService.size() && segment.ends_with(kService) ? segment
                                                                         : std::string_view();
}

std::optional<Supervisor> systemd(const Segments& segments) {
  SupervisorKind kind = SupervisorKind::systemd;
  for (const std::string_view segment : segments) {
    const std::string_view unit = unit_of(segment);
    if (unit.starts_with("user@") && kind == SupervisorKind::systemd) {
      kind = SupervisorKind::systemd_user;
    } else if (!unit.empty()) {
      if (is_launcher(unit)) return std::nullopt;
      return Supervisor{kind, std::string(unit)};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Supervisor> supervisor_of_control_group(std::string_view path) {
  if (path.ends_with(kDeleted)) path.remove_suffix(kDeleted.size());
  const Segments segments = split(path);
  if (auto pod = kubernetes(segments)) return pod;
  if (auto found = container(segments)) return found;
  return systemd(segments);
}

std::optional<Supervisor> supervisor_of_control_groups(std::string_view text) {
  std::optional<Supervisor> unified;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    const std::string_view path = line.substr(second + 1);
    // Where both versions are mounted, systemd keeps its units in a controller of version 1.
    if (controllers == "name=systemd") {
      if (auto found = supervisor_of_control_group(path)) return found;
    } else if (controllers.empty()) {
      unified = supervisor_of_control_group(path);
    }
  }
  return unified;
}

}  // namespace wasession::observe
