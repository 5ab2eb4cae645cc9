/// Puts the lines about one event together: an incident is a disconnect, not a record.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/incident.h"
#include "observe/logs/sighting.h"

namespace wasession::observe::logs {

/// One log's sightings in the order of its lines. Between runs it is kept as text (`saved`), so
/// that a log read in pieces gives the same incidents as one read at once.
class Gatherer {
 public:
  /// `source` goes into the incidents. `saved` is what an earlier run's saved() returned, or empty;
  /// anything else counts as empty.
  explicit Gatherer(std::string source, std::string_view saved = {});

  /// `offset` is of the line's first byte. A line without a time is as old as the one before it, or
  /// as `newest` (the log's last modification) where no line has a time.
  void add(const Sighting& seen, std::uint64_t offset, Time newest);

  /// Those that no later line can change; each is returned once.
  std::vector<Incident> take_settled();
  /// Those that a line within the next 2 s of the log might change or take back.
  std::vector<Incident> unsettled() const;

  /// No more lines will come within 2 s of the last: what is unsettled is settled.
  void settle_all();

  /// All that it must know to go on. Holds numbers and account names, nothing secret; bounded.
  std::string saved() const;

 private:
  /// OpenClaw's `[account] starting provider (+phone)`.
  struct Provider {
    std::string account;
    std::string phone;
  };
  /// Baileys' `logging in...`: who a pid is.
  struct Login {
    int pid = 0;
    std::string phone;
    std::optional<std::uint32_t> device;
    bool several = false;  ///< it logs in as more than one device: a line does not tell as which
    int open = 0;          ///< logins of it without a disconnect since
    Time last;             ///< when it logged in last
  };
  struct Open {
    Incident incident;
    std::uint8_t voices = 0;
    std::string run;
    bool gave_up = false;
    bool yielded = false;
    bool by_itself = false;
  };

  void restore(std::string_view saved);
  void settle_before(Time at, std::uint64_t offset);
  void settle(const Open& open);
  void add_disconnect(const Sighting& sighting, std::uint64_t offset);
  Open* open_for(const Sighting& sighting);
  void merge(Open& open, const Sighting& sighting) const;
  bool count_close(const Incident& incident);
  void start(const Sighting& sighting);
  void log_in(const Sighting& sighting);
  void name_account(const Sighting& sighting);
  Incident incident_of(const Sighting& sighting, IncidentKind kind, std::uint64_t offset) const;
  void attribute(Incident& incident) const;

  std::string source_;
  std::vector<Provider> providers_;
  std::vector<Login> logins_;
  std::vector<Open> open_;
  std::vector<Incident> settled_;
  int last_status_ = 0;  ///< of the disconnect before, for a `gave up` without one
  Time last_at_;
  std::optional<Time> clock_;  ///< of the last line that had a time
};

}  // namespace wasession::observe::logs
