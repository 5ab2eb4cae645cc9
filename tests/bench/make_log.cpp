// bench_make_log FILE MIB: a log as OpenClaw 2026.2 writes it, JSON lines of 400 to 900 bytes with
// one line in 2000 about a disconnect. The same bytes at every call.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string>

namespace {

std::uint64_t state = 0x9e3779b97f4a7c15;

std::uint64_t next_random(std::uint64_t below) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state % below;
}

const char* const kWords[] = {
    "channel", "status",    "connection", "message", "gateway",  "agent", "session", "started",
    "inbound", "opened",    "res",        "health",  "whatsapp", "retry", "cached",  "run",
    "model",   "listening", "received",   "from",    "provider", "sent",  "ok",      "tool"};

std::string words(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += kWords[next_random(std::size(kWords))];
    text += next_random(6) == 0 ? "=" + std::to_string(next_random(100000)) + " " : " ";
  }
  return text;
}

std::string time_at(std::uint64_t milliseconds) {
  char text[32];
  const auto seconds = static_cast<unsigned>(milliseconds / 1000 % 86400);
  std::snprintf(text, sizeof text, "2026-11-22T%02u:%02u:%02u.%03uZ", seconds / 3600,
                seconds / 60 % 60, seconds % 60, static_cast<unsigned>(milliseconds % 1000));
  return text;
}

std::string record(const std::string& origin, const std::string& rest, std::uint64_t at) {
  const std::string time = time_at(at);
  return "{\"0\":\"{" + origin + "}\"," + rest +
         ",\"_meta\":{\"runtime\":\"node\",\"runtimeVersion\":\"22.23.3\",\"hostname\":\"unknown\","
         "\"name\":\"{" +
         origin + "}\",\"parentNames\":[\"openclaw\"],\"date\":\"" + time +
         "\",\"logLevelId\":3,\"logLevelName\":\"INFO\",\"path\":{\"fullFilePath\":\"file:///home/"
         "user/openclaw/dist/entry.js:1056:14\",\"fileName\":\"entry.js\",\"method\":\"logToFile\"}"
         "},\"time\":\"" +
         time + "\"}\n";
}

std::string line(std::uint64_t number) {
  const std::uint64_t at = number * 40;
  if (number % 2000 == 1999) {
    return record("\\\"subsystem\\\":\\\"gateway/channels/whatsapp\\\"",
                  "\"1\":\"WhatsApp Web connection closed (status 440). Retry 1/12 in 2.18s… "
                  "(status=440 Unknown Stream Errored (conflict))\"",
                  at);
  }
  if (number % 10 == 0) {
    return record("\\\"module\\\":\\\"web-inbound\\\"",
                  "\"1\":{\"connectionId\":\"" + std::to_string(next_random(1U << 30)) +
                      "\",\"body\":\"" + words(30) + "\"},\"2\":\"inbound message\"",
                  at);
  }
  return record("\\\"subsystem\\\":\\\"gateway/ws\\\"",
                "\"1\":\"" + words(4 + next_random(12)) + "\"", at);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: bench_make_log FILE MIB\n", stderr);
    return 2;
  }
  std::FILE* const file = std::fopen(argv[1], "we");
  if (file == nullptr) {
    std::perror(argv[1]);
    return 1;
  }
  const std::uint64_t size = std::strtoull(argv[2], nullptr, 10) << 20U;
  std::uint64_t written = 0;
  for (std::uint64_t number = 0; written < size; ++number) {
    const std::string text = line(number);
    if (std::fwrite(text.data(), 1, text.size(), file) != text.size()) break;
    written += text.size();
  }
  if (std::fclose(file) != 0 || written < size) {
    std::perror(argv[1]);
    return 1;
  }
  return 0;
}
