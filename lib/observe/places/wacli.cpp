#include "observe/places/wacli.h"
namespace wasession::observe { Places wacli_places(const Environment&) { return {}; } std::optional<Place> wacli_place_at(const std::string&) { return {}; } inline constexpr std::string_view kX="";}
