#include "apply/apply.h"
#include "registry/registry.h"
#include "unit/apply/support.h"

using namespace wasession;
using namespace wasession::test;

namespace {

Step setting_aside(const std::string& path) {
  Step step;
  step.kind = StepKind::set_registry_aside;
  step.target = path;
  return step;
}

}  // namespace

TEST_CASE("a damaged registry is kept under another name, a new one begins, and that one stays") {
  const TemporaryDirectory root;
  REQUIRE(::chmod(root.path().c_str(), 0700) == 0);
  const std::string path = root.write_file("state/registry.db", "this is no database");
  const Outcome first = apply::set_registry_aside(setting_aside(path));
  CHECK(first.result == Result::done);
  CHECK(first.detail.find(path + ".damaged-2") != std::string::npos);
  std::size_t kept = 0;
  for (const auto& entry : std::filesystem::directory_iterator(root.path("state"))) {
    if (content_of(entry.path().string()) == "this is no database") ++kept;
  }
  CHECK_MESSAGE(kept == 1, "the damaged file must not be lost");
  CHECK(registry::open_registry(path, registry::Access::read_only).registry);

  const FileIdentity anew = identity_at(path);
  const Outcome second = apply::set_registry_aside(setting_aside(path));
  CHECK(second.result == Result::skipped);
  CHECK(identity_at(path) == anew);
}

TEST_CASE("a registry that is gone is not made anew, and what is none is not moved") {
  const TemporaryDirectory root;
  const std::string gone = root.path("registry.db");
  CHECK(apply::set_registry_aside(setting_aside(gone)).result == Result::skipped);
  CHECK_FALSE(std::filesystem::exists(gone));

  const std::string victim = root.write_file("victim", "precious");
  const std::string link = root.make_link("state/registry.db", victim);
  const Outcome outcome = apply::set_registry_aside(setting_aside(link));
  CHECK(outcome.result == Result::failed);
  CHECK_FALSE(outcome.detail.empty());
  CHECK(content_of(victim) == "precious");
  CHECK(std::filesystem::is_symlink(link));
}
