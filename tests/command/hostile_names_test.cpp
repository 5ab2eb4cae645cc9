#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/machine.h"

using namespace wasession::test;

namespace {

/// What may not reach a terminal: controls but the newline, DEL, C1, bidi overrides, broken UTF-8.
std::string first_danger(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n') || byte == 0x7f) return "control " + std::to_string(byte);
    if (byte == 0xc2 && static_cast<unsigned char>(text[i + 1]) < 0xa0) return "a C1 control";
    for (const char* format : {"\xe2\x80\xae", "\xe2\x80\xab", "\xe2\x81\xa6", "\xe2\x80\xa8"}) {
      if (text.compare(i, 3, format) == 0) return "a bidi or line separator";
    }
    if (byte == 0xff || byte == 0xfe) return "a byte that is no UTF-8";
  }
  return {};
}

const std::vector<std::string> kNames = {"new\nline",
                                         "tab\tand\rreturn",
                                         "red\x1b[31m",
                                         "title\x1b]0;owned\x07",
                                         "csi\xc2\x9b"
                                         "31m",
                                         "bidi\xe2\x80\xae"
                                         "gnp.exe",
                                         "isolate\xe2\x81\xa6",
                                         "separator\xe2\x80\xa8",
                                         "bytes\xff\xfe",
                                         "cut\xe2\x82",
                                         "quote\"back\\slash",
                                         "del\x7f",
                                         "\xe6\xbc\xa2\xe5\xad\x97 wide",
                                         "--json",
                                         " blank ",
                                         "*",
                                         "~1"};

struct Hostile {
  Machine machine;

  Hostile() {
    for (const std::string& name : kNames) {
      auto creds = creds_of("v9-copy-A");
      creds["me"]["name"] = name;
      machine.add_credentials("bots/" + name, creds);
      machine.files().write_file("broken/" + name + "/creds.json", "{");
    }
  }

  std::vector<std::string> arguments(const std::vector<std::string>& more) const {
    std::vector<std::string> all = {"list",   "--only-root",         "--root", machine.path("bots"),
                                    "--root", machine.path("broken")};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
};

}  // namespace

TEST_CASE("hostile names reach neither the table nor the messages unescaped") {
  const Hostile hostile;
  for (const std::vector<std::string>& more :
       std::vector<std::vector<std::string>>{{"--columns", "id,name,path,same-credential"},
                                             {},
                                             {"-v", "--redact"},
                                             {"nobody\x1b[2J"}}) {
    const Run run = hostile.machine.run(hostile.arguments(more));
    CHECK_MESSAGE(first_danger(run.out) == "", "on stdout: ", run.out);
    CHECK_MESSAGE(first_danger(run.err) == "", "on stderr: ", run.err);
  }
}

TEST_CASE("a name with a newline in it makes no row of its own") {
  const Hostile hostile;
  const Run run = hostile.machine.run(
      {"list", "--only-root", "--root", hostile.machine.path("bots"), "--columns", "id"});
  std::size_t rows = 0;
  for (const std::string& line : lines_of(run.out)) rows += line.starts_with("baileys/") ? 1 : 0;
  CHECK_MESSAGE(rows == kNames.size(), run.out);
}

TEST_CASE("with hostile names the JSON stays valid, and no two sessions share an id") {
  const Hostile hostile;
  const auto list = hostile.machine.list({"--only-root", "--root", hostile.machine.path("bots"),
                                          "--root", hostile.machine.path("broken")});
  auto ids = ids_of(list);
  CHECK(ids.size() == 2 * kNames.size());
  std::sort(ids.begin(), ids.end());
  CHECK_MESSAGE(std::adjacent_find(ids.begin(), ids.end()) == ids.end(),
                "two sessions have one id");
}

TEST_CASE("a session with a hostile name can be chosen by its path") {
  const Hostile hostile;
  for (const std::string& name : kNames) {
    const Run run =
        hostile.machine.run({"list", "--json", "--only-root", "--root",
                             hostile.machine.path("bots"), hostile.machine.path("bots/" + name)});
    CHECK_MESSAGE(run.exit_status == 0, "not found by its path: ", run.err);
    if (run.exit_status == 0) CHECK(nlohmann::json::parse(run.out)["sessions"].size() == 1);
  }
}
