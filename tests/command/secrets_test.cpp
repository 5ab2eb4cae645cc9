#include "support/secrets.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/fixtures.h"
#include "support/machine.h"

using namespace wasession::test;
namespace fs = std::filesystem;

namespace {

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool is_store_of_baileys(const fs::path& path) {
  return fs::exists(path / "creds.json");
}

/// Every fixture there is, in one machine, and every secret in them.
struct SecretMachine {
  Machine machine;
  Secrets secrets;

  SecretMachine() {
    add_all(std::string(WASESSION_SOURCE_DIR) + "/tests/fixtures/baileys", "project");
    if (const std::string shared = shared_fixture(""); !shared.empty()) {
      add_all(shared, "shared");
    } else {
      MESSAGE("../shared is absent (set WASESSION_SHARED): only the project's fixtures are used");
    }
    add_damaged();
  }

  void add_all(const std::string& fixtures, const std::string& below) {
    for (const auto& entry : fs::directory_iterator(fixtures)) {
      if (!entry.is_directory()) continue;
      const std::string name = below + "/" + entry.path().filename().string();
      fs::copy(entry.path(), machine.files().make_directory(name), fs::copy_options::recursive);
      if (is_store_of_baileys(entry.path())) secrets.add_baileys_directory(entry.path());
      for (const auto& file : fs::directory_iterator(entry.path())) {
        if (file.path().extension() == ".db") secrets.add_database(file.path());
      }
    }
  }

  /// Damage at every place where a message could quote what stands there.
  void add_damaged() const {
    const std::string creds =
        content_of(baileys_fixture("v9-pairing-code-pending") + "/creds.json");
    for (std::size_t cut = 50; cut < creds.size(); cut += 97) {
      machine.files().write_file("cut/" + std::to_string(cut) + "/creds.json",
                                 creds.substr(0, cut));
      std::string spoilt = creds;
      spoilt[cut] = '\x01';
      machine.files().write_file("spoilt/" + std::to_string(cut) + "/creds.json", spoilt);
    }
    machine.files().write_file("home/.openclaw/openclaw.json", creds.substr(0, creds.size() - 9));
    machine.files().write_file("home/.openclaw/.env", creds);
    machine.files().write_file("home/.wacli/config.yaml", creds.substr(0, creds.size() - 9));
  }

  void check_kept(const std::string& text, const std::string& where) const {
    const std::string found = secrets.found_in(text);
    CHECK_MESSAGE(found == "", where, " shows a private value: ", found);
  }
};

}  // namespace

TEST_CASE("no output and no registry holds a private value of any fixture") {
  const SecretMachine secret;
  const Machine& machine = secret.machine;
  REQUIRE(secret.secrets.size() > 100);
  for (const std::vector<std::string>& more : std::vector<std::vector<std::string>>{
           {},
           {"--json"},
           {"--columns",
            "id,tool,phone,lid,name,device,jid,fingerprint,state,activity,linked,used,"
            "same-credential,path"},
           {"--redact", "--json"},
           {"--redact"},
           {"-v"},
           {"--color", "always", "--sort", "fingerprint"},
           {"nobody"},
           {"baileys/"},
           {"--columns", "advSecretKey"}}) {
    std::vector<std::string> arguments = {"list", "--root", machine.path()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Run run = machine.run(arguments);
    CAPTURE(nlohmann::json(more).dump());
    CHECK(run.out.size() + run.err.size() > 0);
    secret.check_kept(run.out, "stdout");
    secret.check_kept(run.err, "stderr");
  }
  const fs::path state = machine.path("home/.local/state/wasession");
  REQUIRE_MESSAGE(fs::exists(state / "registry.db"), "no registry was written");
  for (const auto& entry : fs::directory_iterator(state)) {
    secret.check_kept(content_of(entry.path()), entry.path().filename().string());
  }
}

TEST_CASE("the search for secrets finds each of their forms, so that the test above can fail") {
  Secrets secrets;
  secrets.add_baileys_directory(baileys_fixture("v9-pairing-code-pending"));
  const auto creds = creds_of("v9-pairing-code-pending");
  const auto key = creds["noiseKey"]["private"]["data"].get<std::string>();
  CHECK(secrets.found_in("problem near " + key + "!") != "");
  CHECK(secrets.found_in("cut: " + key.substr(0, 16)) != "");
  CHECK(secrets.found_in("hex 082a154f6be9dae138ca6ace end") != "");
  CHECK(secrets.found_in("HEX 082A154F6BE9DAE138CA6ACE END") != "");
  CHECK(secrets.found_in("raw \x08\x2a\x15\x4f\x6b\xe9\xda\xe1\x38\xca\x6a\xce") != "");
  CHECK(secrets.found_in("code " + creds["pairingCode"].get<std::string>()) != "");
  CHECK(secrets.found_in(creds["advSecretKey"].get<std::string>()) != "");
  CHECK(secrets.found_in("9b303cc6a4a1ccc1bdec09910af9e09d 15559990000 pairing") == "");
}

TEST_CASE("the databases' keys are among the secrets") {
  const std::string one = shared_fixture("store-one/session.db");
  if (one.empty()) {
    MESSAGE("skipped: ../shared is absent (set WASESSION_SHARED)");
    return;
  }
  Secrets secrets;
  secrets.add_database(one);
  CHECK(secrets.size() >= 5);
  CHECK(secrets.found_in(content_of(one)) != "");
}
