#include "observe/places/wacli_config.h"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "observe/files/files.h"

namespace wasession::observe {
namespace {

constexpr std::size_t kLargestConfig = std::size_t{1} << 20;
constexpr std::size_t kMostAccounts = 10'000;

class ConfigReader {
 public:
  explicit ConfigReader(const std::string& path) : path_(path) {}

  WacliConfig read(std::string_view text) && {
    try {
      read_root(YAML::Load(std::string(text)));
    } catch (const YAML::Exception& failure) {
      warn(failure.mark, fmt::format("is not YAML that can be read ({}); the accounts that only it "
                                     "names are not found",
                                     failure.msg));
    }
    return std::move(config_);
  }

 private:
  void read_root(const YAML::Node& root) {
    if (root.IsNull()) return;
    if (!root.IsMap()) return warn(root.Mark(), "is not a mapping; it names no account");
    const YAML::Node accounts = root["accounts"];
    if (!accounts || accounts.IsNull()) return;
    if (!accounts.IsMap()) return warn(accounts.Mark(), "`accounts` is not a mapping");
    for (const auto& entry : accounts) {
      if (config_.accounts.size() == kMostAccounts) {
        return warn(
            entry.first.Mark(),
            fmt::format("names more than {} accounts; the others are left out", kMostAccounts));
      }
      read_account(entry.first, entry.second);
    }
  }

  void read_account(const YAML::Node& key, const YAML::Node& value) {
    if (!key.IsScalar() || !is_name(key.Scalar())) {
      return warn(key.Mark(), "an account's name is not a plain file name; it is left out");
    }
    WacliAccount account{key.Scalar(), ""};
    if (value.IsMap()) {
      const YAML::Node store = value["store"];
      if (store && !store.IsNull()) {
        if (!store.IsScalar() || store.Scalar().find('\0') != std::string::npos) {
          return warn(store.Mark(), fmt::format("the `store` of account '{}' is not a path; the "
                                                "account is left out",
                                                account.name));
        }
        account.store = store.Scalar();
      }
    } else if (!value.IsNull()) {
      return warn(value.Mark(),
                  fmt::format("account '{}' is not a mapping; it is left out", account.name));
    }
    config_.accounts.push_back(std::move(account));
  }

  /// The name becomes a directory's name and a part of a session id.
  static bool is_name(const std::string& name) {
    constexpr std::size_t kLongestName = 255;
    return !name.empty() && name.size() <= kLongestName && name != "." && name != ".." &&
           name.find('/') == std::string::npos && name.find('\0') == std::string::npos;
  }

  void warn(const YAML::Mark& mark, const std::string& what) {
    const std::string line = mark.is_null() ? "" : fmt::format("line {}: ", mark.line + 1);
    config_.warnings.push_back({path_, line + what});
  }

  const std::string& path_;
  WacliConfig config_;
};

}  // namespace

WacliConfig parse_wacli_config(std::string_view text, const std::string& path) {
  return ConfigReader(path).read(text);
}

WacliConfig read_wacli_config(const std::string& path) {
  SecretBuffer buffer;
  const FileContent content = read_file(path, kLargestConfig, buffer, Links::follow);
  if (content.error == 0) return parse_wacli_config(content.bytes, path);
  if (content.facts.kind == FileKind::missing) return {};
  std::string why = std::strerror(content.error);
  if (content.error == EFBIG) why = "it is larger than 1 MiB";
  if (content.error == EINVAL) why = fmt::format("it is {}", describe(content.facts.kind));
  return {{},
          {{path,
            fmt::format("can't be read: {}; the accounts that only it names are not found", why)}}};
}

}  // namespace wasession::observe
