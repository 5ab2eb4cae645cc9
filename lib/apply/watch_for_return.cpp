#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "apply/locks.h"
#include "apply/processes.h"
#include "apply/steps.h"

namespace wasession::apply {
namespace {

using Clock = std::chrono::steady_clock;

bool is_known(const Watch& watch, const ProcessIdentity& process) {
  return std::ranges::find(watch.known, process) != watch.known.end();
}

/// Whether only the place where it stands, or a directory above, ties it to the store: a shell, an
/// editor.
bool only_stands_near(const Holder& holder) {
  return std::ranges::all_of(holder.evidence, [](const Evidence& evidence) {
    return evidence.near || evidence.kind == EvidenceKind::working_directory;
  });
}

/// A process that holds one of the watched sessions and is none of the known.
struct Returned {
  const Session* session = nullptr;
  const Process* process = nullptr;
  bool certain = false;  ///< it is more than possible
};

std::vector<Returned> returned(const Watch& watch, const Snapshot& snapshot) {
  std::vector<Returned> found;
  for (const Session& session : snapshot.sessions) {
    const bool watched = std::ranges::find(watch.sessions, session.id) != watch.sessions.end() ||
                         std::ranges::find(watch.paths, session.store.path) != watch.paths.end();
    if (!watched) continue;
    for (const Holder& holder : session.holders) {
      const Process& process = snapshot.processes[holder.process];
      if (process.zombie || is_known(watch, process.identity)) continue;
      const bool sure = holder.confidence != Strength::possible;
      if (sure || !only_stands_near(holder)) found.push_back({&session, &process, sure});
    }
  }
  return found;
}

/// `pm2 (bot)`, `its parent, pid 100 (sh restart.sh)`.
std::string who_started(const Process& process) {
  if (process.supervisor && process.supervisor->kind != SupervisorKind::shell) {
    return fmt::format("{} ({})", to_string(process.supervisor->kind), process.supervisor->unit);
  }
  if (process.parent <= 1) return "a process that has ended since";
  return fmt::format("its parent, pid {} ({})", process.parent, command_of(process.parent));
}

std::string describe(const Returned& back) {
  return fmt::format("pid {} ({}) {} {}, started by {}", back.process->identity.pid,
                     back.process->command.substr(0, 80),
                     back.certain ? "holds" : "is about to use", back.session->id,
                     who_started(*back.process));
}

/// Stores that are at their place again although they were purged.
std::vector<std::string> made_anew(const Watch& watch, const Snapshot& snapshot) {
  std::vector<std::string> paths;
  for (const Session& session : snapshot.sessions) {
    if (session.credential.state == State::unpaired) continue;
    if (std::ranges::find(watch.paths, session.store.path) == watch.paths.end()) continue;
    if (std::ranges::find(watch.sessions, session.id) == watch.sessions.end()) continue;
    paths.push_back(session.store.path);
  }
  return paths;
}

void sleep(std::chrono::milliseconds time, const Means& means, Clock::time_point begin) {
  constexpr std::chrono::milliseconds kSlice{100};
  for (; time.count() > 0 && !means.is_interrupted(); time -= kSlice) {
    std::this_thread::sleep_for(std::min(time, kSlice));
    if (!means.waiting) continue;
    means.waiting("watching whether anybody comes back",
                  std::chrono::floor<std::chrono::milliseconds>(Clock::now() - begin), means.watch);
  }
}

/// A wacli that its supervisor starts again and again found its LOCK taken so far: whether it goes
/// on doing so shows only when that is free. True when there was something to free.
bool releases_locks(const Means& means) {
  if (means.locks == nullptr || means.locks->empty()) return false;
  means.locks->release();
  return true;
}

}  // namespace

Outcome watch_for_return(const Step& step, const Means& means) {
  constexpr std::chrono::milliseconds kPause{500};
  const Watch& watch = step.watch.value();
  if (!means.look) return skipped(step, "nothing looks at the machine here");
  const auto begin = Clock::now();
  auto end = begin + (watch.brief ? std::chrono::milliseconds(0) : means.watch);
  while (true) {
    const bool over = Clock::now() >= end;
    const bool last = over && (watch.brief || !releases_locks(means));
    if (over && !last) end = Clock::now() + means.watch / 2;
    const Snapshot snapshot = means.look();
    if (const auto paths = made_anew(watch, snapshot); !paths.empty()) {
      return refused(step, fmt::format("{} is there again", fmt::join(paths, ", ")));
    }
    // One that is only about to come may be the restarted program before it connects, or another
    // program that leaves again: the last look decides.
    for (const Returned& back : returned(watch, snapshot)) {
      if (back.certain || last) return refused(step, "it came back: " + describe(back));
    }
    if (last) {
      return done(step, watch.brief
                            ? "nobody uses it"
                            : fmt::format("nobody came back within {:.0f} s",
                                          std::chrono::duration<double>(means.watch).count()));
    }
    if (means.is_interrupted()) return refused(step, "interrupted: nobody had come back so far");
    sleep(kPause, means, begin);
  }
}

}  // namespace wasession::apply
