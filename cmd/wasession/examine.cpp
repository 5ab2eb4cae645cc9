#include "examine.h"

#include "observe/checkup.h"
#include "progress_line.h"

namespace wasession::cmd {

void examine(const GlobalOptions& global, const Examination& examination, Look& look) {
  observe::LogScope scope;
  scope.since = examination.since;
  scope.usual_places = !global.only_root;
  scope.journals = examination.journals;
  for (const std::string& log : examination.logs) {
    scope.files.push_back(absolute_path(log, look.environment));
  }
  registry::Opening opening;
  if (!global.only_root && !look.registry_file.empty() && !look.registry_damaged) {
    opening = registry::open_registry(look.registry_file, registry::Access::read_write);
  }
  registry::Registry* remembered = opening.registry.get();
  const bool writable = remembered != nullptr && remembered->writable();
  if (!writable && examination.memory != nullptr) remembered = examination.memory;
  observe::Progress progress;
  {
    const ProgressLine line(progress, !global.quiet);
    observe::read_logs(look.snapshot, scope, look.environment, remembered, progress);
  }
  observe::check_up(look.snapshot, look.environment);
  if (look.registry_damaged) look.snapshot.condition.damaged_registry = look.registry_file;
}

}  // namespace wasession::cmd
