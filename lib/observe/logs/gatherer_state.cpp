/// How a Gatherer is kept between two runs.
#include <nlohmann/json.hpp>

#include "observe/logs/gatherer.h"
#include "observe/logs/log_time.h"
#include "observe/logs/status_reasons.h"

namespace wasession::observe::logs {
namespace {

using nlohmann::json;

std::int64_t milliseconds(Time time) {
  return time.time_since_epoch().count();
}

Time time_at(const json& value) {
  return time_of_milliseconds(value.get<std::int64_t>()).value_or(Time{});
}

json optional_number(const std::optional<std::uint32_t>& number) {
  return number ? json(*number) : json();
}

std::optional<std::uint32_t> number_at(const json& value) {
  if (value.is_null()) return std::nullopt;
  return value.get<std::uint32_t>();
}

json written(const Incident& incident) {
  return {{"at", milliseconds(incident.at)},
          {"status", incident.status},
          {"account", incident.account},
          {"phone", incident.phone},
          {"device", optional_number(incident.device)},
          {"pid", incident.pid},
          {"offset", incident.offset}};
}

Incident disconnect_of(const json& value, const std::string& source) {
  Incident incident;
  incident.at = time_at(value.at("at"));
  incident.status = value.at("status").get<int>();
  incident.reason = reason_of(incident.status);
  incident.account = value.at("account").get<std::string>();
  incident.phone = value.at("phone").get<std::string>();
  incident.device = number_at(value.at("device"));
  incident.pid = value.at("pid").get<int>();
  incident.source = source;
  incident.offset = value.at("offset").get<std::uint64_t>();
  return incident;
}

}  // namespace

std::string Gatherer::saved() const {
  json providers = json::array();
  for (const Provider& provider : providers_)
    providers.push_back({provider.account, provider.phone});
  json logins = json::array();
  for (const Login& login : logins_) {
    logins.push_back({login.pid, login.phone, optional_number(login.device), login.several,
                      login.open, milliseconds(login.last)});
  }
  json open = json::array();
  for (const Open& one : open_) {
    json value = written(one.incident);
    value["voices"] = one.voices;
    value["run"] = one.run;
    value["gave_up"] = one.gave_up;
    value["yielded"] = one.yielded;
    value["by_itself"] = one.by_itself;
    open.push_back(std::move(value));
  }
  const json state = {{"providers", providers},
                      {"logins", logins},
                      {"open", open},
                      {"last_status", last_status_},
                      {"last_at", milliseconds(last_at_)},
                      {"clock", clock_ ? json(milliseconds(*clock_)) : json()}};
  // A name with bytes that are no UTF-8 is written with U+FFFD.
  return state.dump(-1, ' ', false, json::error_handler_t::replace);
}

void Gatherer::restore(std::string_view saved) {
  const Gatherer empty(source_);
  try {
    const json state = json::parse(saved);
    for (const json& value : state.at("providers")) {
      providers_.push_back({value.at(0).get<std::string>(), value.at(1).get<std::string>()});
    }
    for (const json& value : state.at("logins")) {
      logins_.push_back({value.at(0).get<int>(), value.at(1).get<std::string>(),
                         number_at(value.at(2)), value.at(3).get<bool>(), value.at(4).get<int>(),
                         time_at(value.at(5))});
    }
    for (const json& value : state.at("open")) {
      Open one;
      one.incident = disconnect_of(value, source_);
      one.voices = value.at("voices").get<std::uint8_t>();
      one.run = value.at("run").get<std::string>();
      one.gave_up = value.at("gave_up").get<bool>();
      one.by_itself = value.at("by_itself").get<bool>();
      one.yielded = value.at("yielded").get<bool>();
      open_.push_back(std::move(one));
    }
    last_status_ = state.at("last_status").get<int>();
    last_at_ = time_at(state.at("last_at"));
    if (!state.at("clock").is_null()) clock_ = time_at(state.at("clock"));
  } catch (const json::exception&) {
    *this = empty;
  }
}

}  // namespace wasession::observe::logs
