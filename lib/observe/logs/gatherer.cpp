#include "observe/logs/gatherer.h"

#include <algorithm>
#include <utility>

#include "observe/logs/status_reasons.h"

namespace wasession::observe::logs {
namespace {

/// OpenClaw writes up to three records within 40 ms; a `channels login` starts the provider again
/// 140 ms after its 440; no program retries sooner than after 2 s.
constexpr std::chrono::seconds kOneEvent{2};
/// So much log lies more than kOneEvent apart, whatever its lines' times.
constexpr std::uint64_t kFar = std::uint64_t{1} << 20;
/// OpenClaw's longest delay (37.5 s) and the life below which it goes on counting (60 s), doubled
/// for slow machines: a give-up that far behind a disconnect is about that connection.
constexpr std::chrono::seconds kOneFight{200};

constexpr std::size_t kMostOpen = 64;
constexpr std::size_t kMostProviders = 64;
constexpr std::size_t kMostLogins = 256;

bool agree(const std::string& a, const std::string& b) {
  return a.empty() || b.empty() || a == b;
}

bool agree(int a, int b) {
  return a == 0 || b == 0 || a == b;
}

}  // namespace

Gatherer::Gatherer(std::string source, std::string_view saved) : source_(std::move(source)) {
  if (!saved.empty()) restore(saved);
}

void Gatherer::add(const Sighting& seen, std::uint64_t offset, Time newest) {
  if (seen.at) clock_ = seen.at;
  Sighting sighting = seen;
  sighting.at = clock_.value_or(newest);
  settle_before(*sighting.at, offset);
  switch (sighting.sight) {
    case Sight::disconnected:
    case Sight::gave_up:
      return add_disconnect(sighting, offset);
    case Sight::starting:
      return start(sighting);
    case Sight::logging_in:
      return log_in(sighting);
    case Sight::not_restarted:
      return name_account(sighting);
    case Sight::lock_refused:
      settled_.push_back(incident_of(sighting, IncidentKind::lock_refused, offset));
      return;
    case Sight::credential_missing:
      settled_.push_back(incident_of(sighting, IncidentKind::credential_missing, offset));
      return;
    case Sight::connected:
      settled_.push_back(incident_of(sighting, IncidentKind::connected, offset));
      return;
  }
}

std::vector<Incident> Gatherer::take_settled() {
  return std::exchange(settled_, {});
}

std::vector<Incident> Gatherer::unsettled() const {
  Gatherer end = *this;
  end.settled_.clear();
  end.settle_all();
  return end.settled_;
}

void Gatherer::settle_all() {
  for (const Open& open : open_) settle(open);
  open_.clear();
}

void Gatherer::settle_before(Time at, std::uint64_t offset) {
  const auto past = [&](const Open& open) {
    return at - open.incident.at > kOneEvent || offset - open.incident.offset > kFar;
  };
  for (const Open& open : open_) {
    if (past(open)) settle(open);
  }
  std::erase_if(open_, past);
}

void Gatherer::settle(const Open& open) {
  settled_.push_back(open.incident);
  if (open.by_itself) settled_.back().reason = kReplacedByItself;
  if (!open.gave_up) return;
  Incident last = open.incident;
  last.kind = IncidentKind::gave_up;
  settled_.push_back(std::move(last));
}

void Gatherer::add_disconnect(const Sighting& sighting, std::uint64_t offset) {
  if (Open* const open = open_for(sighting)) return merge(*open, sighting);
  Open open;
  open.incident = incident_of(sighting, IncidentKind::disconnected, offset);
  // Only text of OpenClaw's was logged: its twelfth disconnect has no line but this one.
  if (sighting.sight == Sight::gave_up && *sighting.at - last_at_ < kOneFight) {
    open.incident.status = last_status_;
  }
  open.incident.reason = reason_of(open.incident.status);
  merge(open, sighting);
  open.by_itself = count_close(open.incident);
  last_status_ = open.incident.status;
  last_at_ = open.incident.at;
  if (open_.size() == kMostOpen) {
    settle(open_.front());
    open_.erase(open_.begin());
  }
  open_.push_back(std::move(open));
}

/// The oldest that this may be one more record of; one with the very same status comes first.
Gatherer::Open* Gatherer::open_for(const Sighting& sighting) {
  const auto fits = [&](const Open& open) {
    const Incident& known = open.incident;
    return (open.voices & static_cast<std::uint8_t>(sighting.voice)) == 0 &&
           known.at - *sighting.at <= kOneEvent && agree(known.status, sighting.status) &&
           agree(known.pid, sighting.pid) && agree(known.account, sighting.account) &&
           agree(open.run, sighting.run);
  };
  Open* found = nullptr;
  for (Open& open : open_) {
    if (!fits(open)) continue;
    if (open.incident.status == sighting.status) return &open;
    if (found == nullptr) found = &open;
  }
  return found;
}

void Gatherer::merge(Open& open, const Sighting& sighting) const {
  Incident& incident = open.incident;
  open.voices = static_cast<std::uint8_t>(open.voices | static_cast<std::uint8_t>(sighting.voice));
  open.gave_up = open.gave_up || sighting.gave_up;
  open.yielded = open.yielded || sighting.yielded;
  if (open.run.empty()) open.run = sighting.run;
  if (incident.status == 0) {
    incident.status = sighting.status;
    incident.reason = reason_of(incident.status);
  }
  if (incident.account.empty()) incident.account = sighting.account;
  if (incident.pid == 0) incident.pid = sighting.pid;
  attribute(incident);
}

void Gatherer::start(const Sighting& sighting) {
  // The gateway's own `channels login` displaced it, and it takes the connection back.
  std::erase_if(open_, [&](const Open& open) {
    return open.yielded && open.incident.status == kReplaced &&
           agree(open.incident.account, sighting.account);
  });
  const auto known = std::find_if(providers_.begin(), providers_.end(), [&](const Provider& p) {
    return p.account == sighting.account && p.phone == sighting.phone;
  });
  if (known != providers_.end()) return;
  if (providers_.size() < kMostProviders) providers_.push_back({sighting.account, sighting.phone});
}

void Gatherer::log_in(const Sighting& sighting) {
  Login next{sighting.pid, sighting.phone, sighting.device, false, 0, {}};
  const auto known = std::find_if(logins_.begin(), logins_.end(),
                                  [&](const Login& login) { return login.pid == sighting.pid; });
  if (known != logins_.end()) {
    const bool same = known->phone == next.phone && known->device == next.device;
    next.several = known->several || !same;
    next.open = known->open;
    logins_.erase(known);
  }
  ++next.open;
  next.last = *sighting.at;
  if (logins_.size() == kMostLogins) logins_.erase(logins_.begin());
  logins_.push_back(std::move(next));
}

/// Tells whether the process replaced itself: it was logged in, logged in again, and a moment later
/// one of the two is closed with 440. Beside a rival each login is followed by its own close.
bool Gatherer::count_close(const Incident& incident) {
  const auto login = std::find_if(logins_.begin(), logins_.end(), [&](const Login& candidate) {
    return candidate.pid == incident.pid && incident.pid != 0;
  });
  if (login == logins_.end()) return false;
  const bool twice = !login->several && login->open > 1;
  login->open = std::max(0, login->open - 1);
  return twice && incident.status == kReplaced && incident.at - login->last <= kOneEvent;
}

/// Of two disconnects at once the older one is named first.
void Gatherer::name_account(const Sighting& sighting) {
  const auto named = std::find_if(open_.begin(), open_.end(), [&](const Open& open) {
    return open.gave_up && agree(open.incident.account, sighting.account);
  });
  if (named == open_.end()) return;
  named->incident.account = sighting.account;
  attribute(named->incident);
}

Incident Gatherer::incident_of(const Sighting& sighting, IncidentKind kind,
                               std::uint64_t offset) const {
  Incident incident;
  incident.kind = kind;
  incident.at = *sighting.at;
  incident.status = sighting.status;
  incident.account = sighting.account;
  incident.pid = sighting.pid;
  incident.source = source_;
  incident.offset = offset;
  attribute(incident);
  return incident;
}

/// By the process where the line names it; else, where the log knows only one account, by that.
void Gatherer::attribute(Incident& incident) const {
  const auto login = std::find_if(logins_.begin(), logins_.end(), [&](const Login& candidate) {
    return candidate.pid == incident.pid && incident.pid != 0;
  });
  if (login != logins_.end()) {
    if (login->several) return;
    incident.phone = login->phone;
    incident.device = login->device;
    return;
  }
  if (providers_.empty() || providers_.size() == kMostProviders) return;
  const auto same_account = [&](const Provider& provider) {
    return provider.account == providers_.front().account;
  };
  const bool one_account = std::all_of(providers_.begin(), providers_.end(), same_account);
  if (incident.account.empty() && one_account) incident.account = providers_.front().account;
  if (!incident.phone.empty() || incident.account.empty()) return;
  std::string phone;
  for (const Provider& provider : providers_) {
    if (provider.account != incident.account) continue;
    if (!phone.empty() && provider.phone != phone) return;
    phone = provider.phone;
  }
  incident.phone = phone;
}

}  // namespace wasession::observe::logs
