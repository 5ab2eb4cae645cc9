// Asks a server for PATHs in turn, at RATE requests a second over CONNECTIONS kept connections, for
// SECONDS, and prints how long the answers took. With RATE 0 each connection asks again as soon as
// it was answered. A time counts from the moment the request was due, so that a server that falls
// behind cannot hide it by slowing the questions.
// usage: serve_load PORT RATE CONNECTIONS SECONDS PATH…
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;

struct Plan {
  std::uint16_t port = 0;
  double rate = 0;
  Clock::time_point begin;
  Clock::time_point end;
  std::vector<std::string> requests;
};

int connected(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    std::perror("connect");
    std::exit(1);
  }
  const int yes = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return socket;
}

/// Reads one response; false when it is no 200 or 503 with its whole body.
bool receive(int socket, std::vector<char>& block) {
  std::string head;
  std::size_t end = std::string::npos;
  while ((end = head.find("\r\n\r\n")) == std::string::npos) {
    const ssize_t count = ::recv(socket, block.data(), block.size(), 0);
    if (count <= 0) return false;
    head.append(block.data(), static_cast<std::size_t>(count));
  }
  if (!head.starts_with("HTTP/1.1 200") && !head.starts_with("HTTP/1.1 503")) return false;
  const std::size_t length = head.find("Content-Length: ");
  if (length == std::string::npos) return false;
  const std::size_t size = std::strtoul(head.c_str() + length + 16, nullptr, 10);
  std::size_t got = head.size() - end - 4;
  while (got < size) {
    const ssize_t count = ::recv(socket, block.data(), block.size(), 0);
    if (count <= 0) return false;
    got += static_cast<std::size_t>(count);
  }
  return true;
}

void ask(const Plan& plan, std::atomic<std::uint64_t>& next, std::vector<double>& times,
         std::atomic<std::uint64_t>& failures) {
  const int socket = connected(plan.port);
  std::vector<char> block(std::size_t{256} * 1024);
  while (true) {
    const std::uint64_t number = next++;
    auto due = Clock::now();
    if (plan.rate > 0) {
      due = plan.begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(
                             static_cast<double>(number) / plan.rate));
      std::this_thread::sleep_until(due);
    }
    if (due >= plan.end) break;
    const std::string& request = plan.requests[number % plan.requests.size()];
    const bool sent = ::send(socket, request.data(), request.size(), MSG_NOSIGNAL) ==
                      static_cast<ssize_t>(request.size());
    if (!sent || !receive(socket, block)) {
      ++failures;
      break;
    }
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - due).count());
  }
  ::close(socket);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) return 2;
  Plan plan;
  plan.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  plan.rate = std::atof(argv[2]);
  const std::size_t connections = std::strtoul(argv[3], nullptr, 10);
  for (int i = 5; i < argc; ++i) {
    plan.requests.push_back("GET " + std::string(argv[i]) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }
  plan.begin = Clock::now();
  plan.end = plan.begin + std::chrono::duration_cast<Clock::duration>(
                              std::chrono::duration<double>(std::atof(argv[4])));
  std::atomic<std::uint64_t> next = 0;
  std::atomic<std::uint64_t> failures = 0;
  std::vector<std::vector<double>> times(connections);
  std::vector<std::thread> threads;
  for (auto& each : times) threads.emplace_back([&] { ask(plan, next, each, failures); });
  for (auto& thread : threads) thread.join();
  const double took = std::chrono::duration<double>(Clock::now() - plan.begin).count();
  std::vector<double> all;
  for (const auto& each : times) all.insert(all.end(), each.begin(), each.end());
  if (all.empty() || failures > 0) {
    std::fprintf(stderr, "%llu connections failed\n",
                 static_cast<unsigned long long>(failures.load()));
    return 1;
  }
  std::sort(all.begin(), all.end());
  const auto quantile = [&](double part) {
    return all[static_cast<std::size_t>(part * static_cast<double>(all.size() - 1))];
  };
  std::printf("%.0f requests a second, p50 %.2f ms, p99 %.2f ms, longest %.1f ms\n",
              static_cast<double>(all.size()) / took, quantile(0.5), quantile(0.99), all.back());
}
