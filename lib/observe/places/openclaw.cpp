#include "observe/places/openclaw.h"
namespace wasession::observe { Places openclaw_places(const Environment&) { return {}; } Places openclaw_places_in(const std::string&, const Environment&) { return {}; } }
