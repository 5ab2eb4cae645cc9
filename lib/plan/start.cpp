#include "plan/start.h"

#include <algorithm>
#include <set>

#include "judge/conflict.h"
#include "judge/remedies.h"

namespace wasession::plan {
namespace {

constexpr std::string_view kWacliLock = "LOCK";
constexpr std::string_view kOpenclawLock = ".lock";

bool contains(const std::vector<std::size_t>& positions, std::size_t position) {
  return std::ranges::find(positions, position) != positions.end();
}

bool share_credential(const Session& a, const Session& b) {
  return a.credential_group && a.credential_group == b.credential_group;
}

/// The sessions with which a command may get in the way, or which may get in its way.
class Scope {
 public:
  Scope(const Snapshot& snapshot, const StartRequest& request)
      : snapshot_(snapshot), request_(request) {
    if (!request.account.empty()) accounts_.insert(request.account);
    for (const std::size_t i : request.sessions) accounts_.insert(account_key(at(i)));
  }

  bool has_credential(std::size_t i) const {
    return std::ranges::any_of(request_.sessions, [&](std::size_t named) {
      return named == i || share_credential(at(named), at(i));
    });
  }

  bool covers(std::size_t i) const {
    if (has_credential(i)) return true;
    return !request_.per_device && accounts_.contains(account_key(at(i)));
  }

  /// With --account nobody says which of its credentials the command uses.
  bool is_same_credential(std::size_t i, const std::vector<std::size_t>& uses) const {
    return has_credential(i) || std::ranges::any_of(uses, [&](std::size_t used) {
             return used == i || share_credential(at(used), at(i));
           });
  }

  std::vector<Claim> claims() const {
    std::set<Claim> claims;
    if (!request_.account.empty()) claims.insert({request_.account, ""});
    for (const std::size_t i : request_.sessions) {
      Claim claim{account_key(at(i)), ""};
      const auto& fingerprint = at(i).credential.fingerprint;
      if (request_.per_device && fingerprint) claim.device = fingerprint->short_hex();
      claims.insert(std::move(claim));
    }
    return {claims.begin(), claims.end()};
  }

 private:
  const Session& at(std::size_t i) const { return snapshot_.sessions[i]; }

  const Snapshot& snapshot_;
  const StartRequest& request_;
  std::set<std::string> accounts_;
};

/// One that waits for its next try has no connection; what was told of the store itself, and could
/// connect, is taken for such a one.
bool is_in_use_by(const Session& session, const Holder& holder, const Process& process) {
  if (holder.confidence != Strength::possible) return true;
  return judge::could_connect(session, holder, process) && judge::names_store(holder);
}

std::vector<Rival> rivals(const Snapshot& snapshot, const Scope& scope,
                          const std::vector<std::size_t>& uses) {
  std::vector<Rival> rivals;
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    const Session& session = snapshot.sessions[i];
    if (session.holders.empty() || !scope.covers(i)) continue;
    for (const Holder& holder : session.holders) {
      const Process& process = snapshot.processes[holder.process];
      if (!is_in_use_by(session, holder, process)) continue;
      rivals.push_back(
          {i, holder.process, scope.is_same_credential(i, uses), judge::stop_command(process)});
    }
  }
  std::ranges::stable_sort(rivals, std::greater<>(), &Rival::same_credential);
  return rivals;
}

/// The lock that keeps this store's program away from it; nothing where it has none.
std::optional<RivalLock> lock_of(const Session& session, std::size_t position) {
  const Store& store = session.store;
  if (store.tool == Tool::wacli) {
    const std::string folder = store.path.substr(0, store.path.rfind('/') + 1);
    return RivalLock{Tool::wacli, folder + std::string(kWacliLock), position};
  }
  if (store.tool == Tool::openclaw && store.kind == StoreKind::baileys_directory) {
    return RivalLock{Tool::openclaw, store.path + std::string(kOpenclawLock), position};
  }
  return std::nullopt;
}

std::vector<RivalLock> locks(const Snapshot& snapshot, const Scope& scope,
                             const std::vector<std::size_t>& kept_free) {
  std::set<std::string> free;
  for (const std::size_t i : kept_free) {
    if (const auto lock = lock_of(snapshot.sessions[i], i)) free.insert(lock->path);
  }
  std::vector<RivalLock> locks;
  for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
    if (!scope.covers(i)) continue;
    auto lock = lock_of(snapshot.sessions[i], i);
    // Two devices in one database have one lock.
    if (lock && free.insert(lock->path).second) locks.push_back(std::move(*lock));
  }
  return locks;
}

/// What is meant when nobody says it.
StartRequest completed(const Snapshot& snapshot, StartRequest request,
                       const std::vector<std::size_t>& told) {
  if (!request.sessions.empty() || !request.account.empty()) return request;
  request.sessions = told;
  if (!told.empty()) return request;
  const std::vector<std::string> accounts = accounts_of(snapshot);
  if (accounts.size() == 1) request.account = accounts.front();
  return request;
}

}  // namespace

Start start(const Snapshot& snapshot, const StartRequest& asked) {
  const std::vector<std::size_t> told = sessions_of_command(snapshot, asked);
  const StartRequest request = completed(snapshot, asked, told);
  const Scope scope(snapshot, request);
  Start start;
  start.claims = scope.claims();
  start.uses = request.sessions;
  // The command's other accounts are its own too: a lock of them would keep it waiting.
  std::vector<std::size_t> own = start.uses;
  for (const std::size_t i : told) {
    if (contains(own, i)) continue;
    own.push_back(i);
    if (request.sessions.empty() && scope.covers(i)) start.uses.push_back(i);
  }
  // A store without an account is where an account that was named is being linked.
  const auto covered = [&](std::size_t i) {
    const bool is_free = !snapshot.sessions[i].credential.account.phone;
    return scope.covers(i) || (is_free && request.sessions.empty());
  };
  if (std::ranges::none_of(told, covered)) start.strays = told;
  start.rivals = rivals(snapshot, scope, start.uses);
  start.locks = locks(snapshot, scope, own);
  return start;
}

std::vector<std::string> accounts_of(const Snapshot& snapshot) {
  std::set<std::string> accounts;
  for (const Session& session : snapshot.sessions) {
    if (session.credential.fingerprint) accounts.insert(account_key(session));
  }
  return {accounts.begin(), accounts.end()};
}

}  // namespace wasession::plan
