#include "observe/config/openclaw_config.h"

#include <algorithm>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "observe/config/dotenv.h"
#include "support/temporary_directory.h"

using nlohmann::json;
using wasession::observe::ConfigProblem;
using wasession::observe::load_openclaw_config;
using wasession::observe::OpenclawConfig;
using wasession::observe::parse_dotenv;
using wasession::observe::Variables;
using wasession::test::TemporaryDirectory;

namespace {

/// All problems in one text, so that a failing check shows them.
std::string problems_of(const OpenclawConfig& config) {
  std::string text;
  for (const ConfigProblem& problem : config.problems) {
    text += "[" + problem.where + "] " + problem.what + "\n";
  }
  return text;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a missing configuration is no problem and holds nothing") {
  const TemporaryDirectory directory;
  const OpenclawConfig config = load_openclaw_config(directory.path("openclaw.json"), {});
  CHECK(!config.found);
  CHECK(config.value == json::object());
  CHECK(problems_of(config) == "");
}

TEST_CASE("includes merge: objects by key, arrays joined, keys beside the include last") {
  const TemporaryDirectory directory;
  directory.write_file("parts/a.json5",
                       "{x: {one: 1, two: 1}, list: [1], $include: './deep/c.json5'}");
  directory.write_file("parts/deep/c.json5", "{from: 'c', x: {three: 3}}");
  directory.write_file("b.json", "{x: {two: 2}, list: [2]}");
  const auto path = directory.write_file(
      "openclaw.json", "{$include: ['parts/a.json5', './b.json'], x: {two: 'own'}, list: [3]}");

  const OpenclawConfig config = load_openclaw_config(path, {});
  CHECK(problems_of(config) == "");
  CHECK(config.value == json{{"x", {{"one", 1}, {"two", "own"}, {"three", 3}}},
                             {"list", {1, 2, 3}},
                             {"from", "c"}});
}

TEST_CASE("an included value that is no object replaces the object that includes it") {
  const TemporaryDirectory directory;
  directory.write_file("ids.json", "['a', 'b']");
  const auto path = directory.write_file("openclaw.json", "{ids: {$include: 'ids.json'}}");
  CHECK(load_openclaw_config(path, {}).value == json{{"ids", {"a", "b"}}});
}

TEST_CASE("a broken include costs its own part and no other account") {
  const TemporaryDirectory directory;
  directory.write_file("broken.json", "{authDir: }");
  directory.write_file("number.json", "5");
  const auto path = directory.write_file("openclaw.json", R"({accounts: {
    good: {authDir: '/srv/good'},
    gone: {$include: 'gone.json', name: 'kept'},
    broken: {$include: ['broken.json', 7]},
    number: {$include: 'number.json', name: 'kept'},
    odd: {$include: {}},
  }})");

  const OpenclawConfig config = load_openclaw_config(path, {});
  const json& accounts = config.value["accounts"];
  CHECK_MESSAGE(accounts["good"]["authDir"] == "/srv/good", "a neighbour is lost");
  CHECK(accounts["gone"] == json{{"name", "kept"}});
  CHECK(accounts["number"] == json{{"name", "kept"}});
  CHECK(accounts["broken"] == json::object());
  const std::string problems = problems_of(config);
  CAPTURE(problems);
  CHECK(config.problems.size() == 5);
  CHECK(contains(problems, "[accounts.gone] cannot be read: No such file"));
  CHECK(contains(problems, "[accounts.broken] is not valid JSON5: line 1, column 11"));
  CHECK(contains(problems, "[accounts.broken] has an \"$include\" that is neither"));
  CHECK(contains(problems, "[accounts.number] has keys beside"));
  CHECK(contains(problems, "[accounts.odd] has an \"$include\" that is neither"));
}

TEST_CASE("includes that run in a circle end with a problem") {
  const TemporaryDirectory directory;
  directory.write_file("other.json", "{b: 2, $include: './sub/../openclaw.json'}");
  const auto path = directory.write_file("openclaw.json", "{a: 1, $include: 'other.json'}");
  const OpenclawConfig config = load_openclaw_config(path, {});
  CHECK(config.value == json{{"a", 1}, {"b", 2}});
  CHECK(contains(problems_of(config), "which includes this file again"));
}

TEST_CASE("includes nest ten deep, as in OpenClaw, and no deeper") {
  const TemporaryDirectory directory;
  for (int i = 0; i < 12; ++i) {
    directory.write_file(std::to_string(i) + ".json",
                         "{depth: {$include: '" + std::to_string(i + 1) + ".json'}}");
  }
  const OpenclawConfig config = load_openclaw_config(directory.path("0.json"), {});
  std::size_t depth = 0;
  for (json value = config.value; value.contains("depth"); value = json(value["depth"])) ++depth;
  CHECK(depth == 11);
  CHECK(contains(problems_of(config), "more than 10 files deep"));
}

TEST_CASE("includes that multiply end after 256 files") {
  const TemporaryDirectory directory;
  for (int i = 0; i < 9; ++i) {
    const std::string next = "'" + std::to_string(i + 1) + ".json'";
    directory.write_file(std::to_string(i) + ".json",
                         "{$include: [" + next + "," + next + "," + next + "," + next + "]}");
  }
  directory.write_file("9.json", "{list: [1]}");
  const OpenclawConfig config = load_openclaw_config(directory.path("0.json"), {});
  CHECK(contains(problems_of(config), "more than 256 files"));
  CHECK(config.value["list"].size() <= 256);
}

TEST_CASE("variables are filled in, escapes are kept, and other dollars mean themselves") {
  const TemporaryDirectory directory;
  const auto path = directory.write_file("openclaw.json", R"({
    dir: '${WA_DIR}/x/${_2}', escaped: '$${WA_DIR}', lower: '${wa_dir}', price: '$5 ${} ${', n: 1,
    list: ['${WA_DIR}'], twice: '$$${WA_DIR}'})");
  const OpenclawConfig config = load_openclaw_config(path, {{"WA_DIR", "/srv"}, {"_2", " b "}});
  CHECK(problems_of(config) == "");
  CHECK(config.value == json{{"dir", "/srv/x/ b "},
                             {"escaped", "${WA_DIR}"},
                             {"lower", "${wa_dir}"},
                             {"price", "$5 ${} ${"},
                             {"n", 1},
                             {"list", {"/srv"}},
                             {"twice", "$${WA_DIR}"}});
}

TEST_CASE("an unset or empty variable is named, and only its own string is lost") {
  const TemporaryDirectory directory;
  const auto path = directory.write_file(
      "openclaw.json",
      "{a: {dir: '${UNSET_ONE}/x'}, b: {dir: 'x${EMPTY_ONE}'}, c: {dir: '/srv/c'}}");
  const OpenclawConfig config = load_openclaw_config(path, {{"EMPTY_ONE", ""}});
  CHECK(config.value ==
        json{{"a", {{"dir", nullptr}}}, {"b", {{"dir", nullptr}}}, {"c", {{"dir", "/srv/c"}}}});
  const std::string problems = problems_of(config);
  CHECK(contains(problems, "[a.dir] names the variable UNSET_ONE"));
  CHECK(contains(problems, "[b.dir] names the variable EMPTY_ONE"));
  CHECK(config.problems.size() == 2);
}

TEST_CASE("the configuration's own env fills in what the environment lacks") {
  const TemporaryDirectory directory;
  const auto path = directory.write_file(
      "openclaw.json", "{env: {A: '/a', B: '/b', vars: {C: '/c'}}, all: '${A}${B}${C}'}");
  const OpenclawConfig config = load_openclaw_config(path, {{"A", "/set"}, {"B", " "}});
  CHECK(problems_of(config) == "");
  CHECK(config.value["all"] == "/set/b/c");
}

TEST_CASE("a FIFO or a directory in place of a file is a problem and never hangs") {
  const TemporaryDirectory directory;
  REQUIRE(::mkfifo(directory.path("fifo.json").c_str(), 0600) == 0);
  directory.make_directory("directory.json");
  const OpenclawConfig fifo = load_openclaw_config(directory.path("fifo.json"), {});
  CHECK(fifo.found);
  CHECK(contains(problems_of(fifo), "it is a FIFO, not a file"));
  CHECK(contains(problems_of(load_openclaw_config(directory.path("directory.json"), {})),
                 "it is a directory, not a file"));
}

TEST_CASE("a configuration of more than 8 MiB is refused with its limit") {
  const TemporaryDirectory directory;
  const auto path = directory.write_file("openclaw.json", std::string((8U << 20) + 1, ' '));
  CHECK(contains(problems_of(load_openclaw_config(path, {})), "larger than 8388608 bytes"));
}

TEST_CASE("a configuration that is not an object reads as an empty one") {
  const TemporaryDirectory directory;
  const OpenclawConfig config =
      load_openclaw_config(directory.write_file("openclaw.json", "[1]"), {});
  CHECK(config.value == json::object());
  CHECK(contains(problems_of(config), "does not hold an object"));
}

TEST_CASE("a hostile string of dollars and braces is substituted in one pass") {
  const TemporaryDirectory directory;
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) text += "${A";
  const auto path = directory.write_file("openclaw.json", "{a: '" + text + "'}");
  CHECK(load_openclaw_config(path, {}).value["a"] == text);
}

TEST_CASE("a .env file is read as the dotenv package reads it") {
  const Variables variables = parse_dotenv(
      "# comment\nPLAIN=a b # comment\nexport EXPORTED = x\nSINGLE='a\\n#b'\nDOUBLE=\"a\\nb\" # c\n"
      "YAML: y\nEMPTY=\nBACK=`q'\"q`\r\nMULTI=\"1\n2\"\nnot a variable\nLAST='open\nPLAIN=2\n"
      "QUOTED=\"x\" y\n=nothing\n");
  CHECK(variables == Variables{{"PLAIN", "2"},
                               {"EXPORTED", "x"},
                               {"SINGLE", "a\\n#b"},
                               {"DOUBLE", "a\nb"},
                               {"YAML", "y"},
                               {"EMPTY", ""},
                               {"BACK", "q'\"q"},
                               {"MULTI", "1\n2"},
                               {"LAST", "'open"},
                               {"QUOTED", "\"x\" y"}});
}

TEST_CASE("variables that repeat a long value cannot fill the memory") {
  const TemporaryDirectory directory;
  const std::string value(60'000, 'v');
  std::string bomb;
  for (int i = 0; i < 10'000; ++i) bomb += "${A}";
  std::string list;
  for (int i = 0; i < 10'000; ++i) list += "'${A}',";
  const auto path =
      directory.write_file("openclaw.json", "{env: {A: '" + value + "'}, bomb: '" + bomb +
                                                "', good: '${A}', zlist: [" + list + "]}");

  const OpenclawConfig config = load_openclaw_config(path, {});
  CHECK(config.value["bomb"] == nullptr);
  CHECK(config.value["good"] == value);
  CHECK(contains(problems_of(config), "[bomb] "));
  CHECK(config.value["zlist"][0] == value);
  CHECK(config.value["zlist"][9'999] == nullptr);
  std::size_t size = 0;
  for (const json& element : config.value["zlist"]) size += element.is_string() ? value.size() : 0;
  CHECK_MESSAGE(size < 4U << 20, "grew to ", size);
  CHECK_MESSAGE(config.problems.size() == 2, problems_of(config));
}

TEST_CASE("problems that repeat a long key cannot fill the memory") {
  const TemporaryDirectory directory;
  std::string list;
  for (int i = 0; i < 1'000; ++i) list += "'${UNSET}',";
  const auto path =
      directory.write_file("openclaw.json", "{" + std::string(100'000, 'k') + ": [" + list + "]}");
  const OpenclawConfig config = load_openclaw_config(path, {});
  CHECK(!config.problems.empty());
  CHECK(problems_of(config).size() < 8U << 20);
}
