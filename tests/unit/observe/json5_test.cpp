#include "observe/config/json5.h"

#include <cmath>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using nlohmann::json;
using wasession::observe::read_json5;
using wasession::observe::to_string;

namespace {

json value_of(std::string_view text) {
  json value;
  const auto error = read_json5(text, value);
  CAPTURE(text);
  REQUIRE_MESSAGE(!error, "a valid document is refused: " << to_string(*error));
  return value;
}

std::string error_of(std::string_view text) {
  json value = "untouched";
  const auto error = read_json5(text, value);
  CAPTURE(text);
  REQUIRE_MESSAGE(error, "an invalid document is read as " << value.dump());
  CHECK_MESSAGE(value.is_null(), "half of an invalid document is handed on");
  return to_string(*error);
}

}  // namespace

TEST_CASE("every liberty that JSON5 takes in a real configuration is read") {
  const json expected = {{"channels", {{"whatsapp", {{"authDir", "~/wa"}, {"retries", 255}}}}},
                         {"$list", {1, 0.5, 5, -3, "it's"}},
                         {"multi", "one line"}};
  CHECK(value_of(R"(// comment
    {
      /* block * comment **/
      channels: {'whatsapp': {"authDir": '~/wa', retries: 0xFF,},},
      $list: [1, .5, 5., -3, 'it\'s',],
      multi: "one \
line",
    })") == expected);
}

TEST_CASE("a byte order mark and all Unicode spaces are white space") {
  CHECK(value_of("\xef\xbb\xbf\xc2\xa0[\xe2\x80\xa8 1 \xe3\x80\x80]") == json{1});
}

TEST_CASE("numbers are JavaScript's") {
  CHECK(value_of("9007199254740993") == json(9007199254740992.0));
  CHECK(value_of("0xffffffffffffffffff").get<double>() == 4722366482869645213695.0);
  CHECK(value_of("+1e3") == json(1000));
  CHECK(std::isinf(value_of("-Infinity").get<double>()));
  CHECK(std::isinf(value_of("1e999").get<double>()));
  CHECK(std::isnan(value_of("NaN").get<double>()));
  CHECK_MESSAGE(std::signbit(value_of("-0").get<double>()), "minus zero loses its sign");
  CHECK(value_of("18789").is_number_integer());
}

TEST_CASE("of equal keys the last one counts") {
  CHECK(value_of("{a: {b: 1}, a: {c: 2}}") == json{{"a", {{"c", 2}}}});
}

TEST_CASE("surrogate escapes join, and a lone one becomes the replacement character") {
  CHECK(value_of(R"("\uD83D\uDE00")") == json("\xf0\x9f\x98\x80"));
  CHECK(value_of(R"("\uD83Dx\uDE00")") == json("\xef\xbf\xbdx\xef\xbf\xbd"));
}

TEST_CASE("bytes that are not UTF-8 cost a character, not the configuration") {
  CHECK(value_of("// caf\xe9\n{a: '\xe2\x82'}") == json{{"a", "\xef\xbf\xbd"}});
}

TEST_CASE("an error says where it is, what was expected and what is there") {
  CHECK(error_of("{\n  a: 1\n  b: 2\n}") == "line 3, column 3: expected ',' or '}', found 'b'");
  CHECK(error_of("{\r\n  a: }") == "line 2, column 6: expected a value, found '}'");
  CHECK(error_of("") == "line 1, column 1: expected a value, found the end of the file");
  CHECK(error_of("[1] x") == "line 1, column 5: expected the end of the file, found 'x'");
  CHECK(error_of("{a 1}") == "line 1, column 4: expected ':' after the key, found '1'");
  CHECK(error_of("'a\nb'") ==
        "line 1, column 3: expected the closing quote on this line, found U+000A");
  CHECK(error_of("/* never") ==
        "line 1, column 9: expected '*/' after the comment, found the end of the file");
}

TEST_CASE("an error never repeats a token of the configuration") {
  const std::string error = error_of("{gateway: {auth: {token: 'hunter2-hunter2' 'x'}}}");
  CHECK(error.find("hunter2") == std::string::npos);
}

TEST_CASE("what is no JSON5 is refused") {
  for (const char* text :
       {"{,}",     "[,]",          "[1,,2]",   "01",     "0x",    "1e",     ".",      "+",
        "--1",     "+ 1",          "nul",      "{1: 2}", "{a: 1", "'\\1'",  "'\\01'", "'\\x1'",
        "'\\u12'", "{\\u0031: 1}", "{a\\: 1}", "/",      "]",     "{\"a\"}"}) {
    error_of(text);
  }
}

TEST_CASE("nesting ends at 256, so that no document can exhaust the stack") {
  CHECK(value_of(std::string(256, '[') + std::string(256, ']')).is_array());
  CHECK(error_of(std::string(1'000'000, '[')) ==
        "line 1, column 257: expected no more than 256 nested containers, found '['");
}

TEST_CASE("a document of more than 8 MiB is refused before it is read") {
  CHECK(error_of(std::string((std::size_t{8} << 20) + 1, ' ')) ==
        "line 1, column 1: expected no more than 8 MiB, found 8388609 bytes");
}
