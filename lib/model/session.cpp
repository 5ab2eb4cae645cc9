#include "model/session.h"

namespace wasession {

std::string_view to_string(Tool tool) {
  switch (tool) {
    case Tool::openclaw:
      return "openclaw";
    case Tool::wacli:
      return "wacli";
    case Tool::baileys:
      return "baileys";
    case Tool::whatsmeow:
      return "whatsmeow";
  }
  return "";
}

std::string_view to_string(StoreKind kind) {
  return kind == StoreKind::baileys_directory ? "baileys-directory" : "whatsmeow-database";
}

std::string_view to_string(State state) {
  switch (state) {
    case State::linked:
      return "linked";
    case State::pairing:
      return "pairing";
    case State::unpaired:
      return "unpaired";
    case State::logged_out:
      return "logged-out";
    case State::corrupt:
      return "corrupt";
  }
  return "";
}

std::string_view to_string(Activity activity) {
  switch (activity) {
    case Activity::live:
      return "live";
    case Activity::idle:
      return "idle";
    case Activity::stale:
      return "stale";
  }
  return "";
}

}  // namespace wasession
