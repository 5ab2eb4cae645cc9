/// What judge makes of a Snapshot: one thing that is wrong, or might be taken for wrong. Values
/// only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wasession {

/// In ascending order. info needs no action.
enum class Severity { info, warning, error };

struct Finding {
  std::string_view code;  ///< stable, from the table of rules: `copied-credential`
  Severity severity = Severity::info;
  std::vector<std::size_t> sessions;   ///< positions in Snapshot::sessions, ascending
  std::vector<std::size_t> processes;  ///< positions in Snapshot::processes
  std::vector<std::size_t> incidents;  ///< positions in Snapshot::incidents that belong to it
  std::string path;                    ///< of a file that it is about, when it is about one
  std::string summary;              ///< one sentence; names byte for byte, to be escaped when shown
  std::string explanation;          ///< why it matters, and why WhatsApp does this
  std::vector<std::string> remedy;  ///< command lines to be pasted, quoted for a shell, in order
  bool fixable = false;             ///< `doctor --fix` can cure it, and loses nothing
};

std::string_view to_string(Severity severity);

}  // namespace wasession
