#include "observe/config/openclaw_includes.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "observe/config/json5.h"
#include "observe/files/files.h"

namespace wasession::observe {
namespace {

using nlohmann::json;

constexpr const char* kInclude = "$include";
constexpr std::size_t kNestingLimit = 10;  // OpenClaw's MAX_INCLUDE_DEPTH
constexpr std::size_t kFileLimit = 256;
constexpr std::size_t kByteLimit = std::size_t{16} << 20;

/// Objects merge by key, arrays are joined, otherwise the source wins.
void deep_merge(json& target, json&& source) {
  if (target.is_array() && source.is_array()) {
    for (json& element : source) target.push_back(std::move(element));
  } else if (target.is_object() && source.is_object()) {
    for (auto entry = source.begin(); entry != source.end(); ++entry) {
      const auto [place, is_new] = target.emplace(entry.key(), nullptr);
      if (is_new) {
        *place = std::move(entry.value());
      } else {
        deep_merge(*place, std::move(entry.value()));
      }
    }
  } else {
    target = std::move(source);
  }
}

std::string reason(const FileContent& content, std::size_t limit) {
  if (content.error == EFBIG) return "it is larger than " + std::to_string(limit) + " bytes";
  if (content.error == EINVAL) {
    return "it is " + std::string(describe(content.facts.kind)) + ", not a file";
  }
  return std::strerror(content.error);
}

class Includer {
 public:
  explicit Includer(OpenclawConfig& config) : config_(config) {}

  /// The value of one file with its includes resolved; null after a problem.
  json load(const std::string& path, const std::string& where) {
    json value;
    std::size_t limit = std::min(kJson5SizeLimit, kByteLimit - bytes_read_);
    SecretBuffer buffer;  // configurations hold tokens
    const FileContent content = read_file(path, limit, buffer, Links::follow);
    if (content.error != 0) {
      if (chain_.empty() && content.facts.kind == FileKind::missing) return value;
      config_.found = true;
      report(path, where, "cannot be read: " + reason(content, limit));
      return value;
    }
    config_.found = true;
    bytes_read_ += content.bytes.size();
    if (const auto error = read_json5(content.bytes, value)) {
      report(path, where, "is not valid JSON5: " + to_string(*error));
      return value;
    }
    chain_.push_back(path);
    resolve(value, where);
    chain_.pop_back();
    return value;
  }

 private:
  void report(const std::string& file, const std::string& where, std::string what) {
    config_.problems.push_back({file, where, std::move(what)});
  }

  void resolve(json& value, const std::string& where) {
    if (value.is_array()) {
      for (json& element : value) resolve(element, where);
    }
    if (!value.is_object()) return;
    json directive;
    const bool includes = value.contains(kInclude);
    if (includes) {
      directive = std::move(value[kInclude]);
      value.erase(kInclude);
    }
    for (auto entry = value.begin(); entry != value.end(); ++entry) {
      resolve(entry.value(), inner_path(where, entry.key()));
    }
    if (includes) combine(directive, where, value);
  }

  /// Puts what `directive` names below the keys that stand beside it.
  void combine(const json& directive, const std::string& where, json& siblings) {
    json included = included_value(directive, where);
    if (siblings.empty()) {
      siblings = std::move(included);
    } else if (!included.is_object()) {
      report(chain_.back(), where,
             "has keys beside \"$include\", but what it includes is not an object");
    } else {
      deep_merge(included, std::move(siblings));
      siblings = std::move(included);
    }
  }

  json included_value(const json& directive, const std::string& where) {
    if (directive.is_string()) {
      json value = include(directive.get_ref<const std::string&>(), where);
      return value.is_null() ? json::object() : value;
    }
    json merged = json::object();
    bool is_list_of_names = directive.is_array();
    if (is_list_of_names) {
      for (const json& name : directive) {
        is_list_of_names = is_list_of_names && name.is_string();
        if (!name.is_string()) continue;
        json value = include(name.get_ref<const std::string&>(), where);
        if (!value.is_null()) deep_merge(merged, std::move(value));
      }
    }
    if (!is_list_of_names) {
      report(chain_.back(), where,
             "has an \"$include\" that is neither a path nor a list of paths");
    }
    return merged;
  }

  json include(const std::string& name, const std::string& where) {
    const std::string& file = chain_.back();
    if (name.empty() || name.find('\0') != std::string::npos) {
      report(file, where, "has an \"$include\" that is not a path");
      return nullptr;
    }
    const auto path =
        (std::filesystem::path(file).parent_path() / name).lexically_normal().string();
    if (std::find(chain_.begin(), chain_.end(), path) != chain_.end()) {
      report(file, where, "includes " + path + ", which includes this file again");
    } else if (chain_.size() > kNestingLimit) {
      report(file, where, "includes " + path + ", more than 10 files deep");
    } else if (++files_read_ > kFileLimit) {
      if (files_read_ == kFileLimit + 1) report(file, where, "includes more than 256 files");
    } else {
      return load(path, where);
    }
    return nullptr;
  }

  OpenclawConfig& config_;
  std::vector<std::string> chain_;  ///< the file being resolved, last, and those that include it
  std::size_t files_read_ = 0;
  std::size_t bytes_read_ = 0;
};

}  // namespace

std::string inner_path(const std::string& where, std::string_view key) {
  return where.empty() ? std::string(key) : where + "." + std::string(key);
}

void read_with_includes(const std::string& path, OpenclawConfig& config) {
  config.value = Includer(config).load(path, "");
  if (config.value.is_object()) return;
  if (!config.value.is_null()) config.problems.push_back({path, "", "does not hold an object"});
  config.value = json::object();
}

}  // namespace wasession::observe
