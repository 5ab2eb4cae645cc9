#include "observe/config/openclaw_config.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "observe/config/openclaw_includes.h"

namespace wasession::observe {
namespace {

using nlohmann::json;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\n\v\f\r") == std::string_view::npos;
}

/// The NAME of `{NAME}` at `at`, by `/^[A-Z_][A-Z0-9_]*$/`; nothing when something else stands
/// there.
std::optional<std::string_view> braced_name(std::string_view text, std::size_t at) {
  const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto letter_or_digit = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  if (at >= text.size() || text[at] != '{') return std::nullopt;
  const std::string_view rest = text.substr(at + 1);
  const auto end = std::find_if_not(rest.begin(), rest.end(), letter_or_digit);
  if (end == rest.end() || *end != '}' || !letter(rest.front())) return std::nullopt;
  return rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
}

/// The configuration's own variables: strings in `env.vars`, and in `env` itself. They apply before
/// the substitution, and only where the environment has nothing (read in source, both versions).
void apply_own_variables(OpenclawConfig& config) {
  const auto add = [&](const json& object) {
    for (auto entry = object.begin(); entry != object.end(); ++entry) {
      if (entry.key() == "vars" || entry.key() == "shellEnv" || !entry.value().is_string())
        continue;
      const auto& value = entry.value().get_ref<const std::string&>();
      if (is_blank(value) || value.find("${") != std::string::npos) continue;
      std::string& variable = config.variables[entry.key()];
      if (is_blank(variable)) variable = value;
    }
  };
  const auto env = config.value.find("env");
  if (env == config.value.end() || !env->is_object()) return;
  add(*env);
  if (const auto vars = env->find("vars"); vars != env->end() && vars->is_object()) add(*vars);
}

/// What variables may add to one string, longer than any path, and to all of them. A short
/// `${NAME}` may stand for a long value, so the size of the files limits neither.
constexpr std::size_t kStringLimit = std::size_t{64} << 10;
constexpr std::size_t kTotalLimit = std::size_t{4} << 20;

class Substitution {
 public:
  Substitution(OpenclawConfig& config, const std::string& file) : config_(config), file_(file) {}

  void apply(json& value, const std::string& where) {
    if (value.is_string()) {
      substitute(value, where);
    } else if (value.is_array()) {
      for (json& element : value) apply(element, where);
    } else if (value.is_object()) {
      for (auto entry = value.begin(); entry != value.end(); ++entry) {
        apply(entry.value(), inner_path(where, entry.key()));
      }
    }
  }

 private:
  void substitute(json& value, const std::string& where) {
    const std::string_view text = value.get_ref<const std::string&>();
    if (text.find('$') == std::string_view::npos) return;
    std::string result;
    bool complete = true;
    for (std::size_t i = 0; i < text.size();) {
      const bool dollar = text[i] == '$';
      if (const auto name = dollar ? braced_name(text, i + 1) : std::nullopt) {
        const auto variable = config_.variables.find(*name);
        if (variable == config_.variables.end() || variable->second.empty()) {
          report_unset(where, *name);
          complete = false;
        } else if (result.size() + variable->second.size() > kStringLimit) {
          report(where, "has a text in " + where +
                            " that its variables make longer than 64 KiB; shorten it");
          complete = false;
          break;
        } else if (!spend(variable->second.size())) {
          complete = false;
          break;
        } else {
          result += variable->second;
        }
        i += name->size() + 3;
      } else if (const auto escaped = dollar && text.substr(i + 1, 1) == "$"
                                          ? braced_name(text, i + 2)
                                          : std::nullopt) {
        result.append("${").append(*escaped).append("}");
        i += escaped->size() + 4;
      } else {
        result += text[i++];
      }
    }
    value = complete ? json(std::move(result)) : json(nullptr);
  }

  void report_unset(const std::string& where, std::string_view name) {
    report(where, "names the variable " + std::string(name) + " in " + where +
                      ", which is not set here; set it as the gateway has it and look again");
  }

  void report(const std::string& where, std::string what) {
    if (!spend(where.size() + what.size())) return;
    config_.problems.push_back({file_, where, std::move(what)});
  }

  /// False, with one problem for all, when `size` more bytes are too many.
  bool spend(std::size_t size) {
    if (exhausted_) return false;
    exhausted_ = size > kTotalLimit - spent_;
    if (!exhausted_) {
      spent_ += size;
    } else {
      config_.problems.push_back(
          {file_, "", "has variables whose values add up to more than 4 MiB; shorten them"});
    }
    return !exhausted_;
  }

  OpenclawConfig& config_;
  const std::string& file_;
  std::size_t spent_ = 0;  ///< bytes of values put in and of problems told
  bool exhausted_ = false;
};

}  // namespace

OpenclawConfig load_openclaw_config(const std::string& path, const Variables& variables) {
  OpenclawConfig config;
  config.variables = variables;
  read_with_includes(path, config);
  apply_own_variables(config);
  Substitution(config, path).apply(config.value, "");
  return config;
}

}  // namespace wasession::observe
