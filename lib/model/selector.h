#pragma once
#include "model/snapshot.h"
#include <span>
namespace wasession { struct Selection { std::vector<std::size_t> sessions; std::optional<std::string> error; };
inline Selection select_sessions(const Snapshot& s, std::span<const std::string>) { Selection r; for (std::size_t i=0;i<s.sessions.size();++i) r.sessions.push_back(i); return r; } }
