#include "support/run.h"

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fcntl.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/temporary_directory.h"

namespace wasession::test {
namespace {

std::string read_all(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (std::string& string : strings) result.push_back(string.data());
  result.push_back(nullptr);
  return result;
}

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  ::_exit(127);
}

void redirect(int descriptor, const std::string& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (file < 0 || ::dup2(file, descriptor) < 0) give_up(path.c_str());
}

void give_up_privileges() {
  if (::geteuid() != 0) return;
  if (::setgroups(0, nullptr) != 0 || ::setgid(kPersonId) != 0 || ::setuid(kPersonId) != 0) {
    give_up("setuid");
  }
}

}  // namespace

[[noreturn]] void exec_wasession(const std::vector<std::string>& arguments,
                                 const Variables& environment, const RunOptions& options) {
  std::vector<std::string> argv = {WASESSION_BINARY};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
#ifdef __linux__
  // The person whom root becomes may not reach the build directory by its path.
  const int binary = ::open(WASESSION_BINARY, O_RDONLY | O_CLOEXEC);
  if (binary < 0) give_up(WASESSION_BINARY);
#endif
  give_up_privileges();
  if (::chdir(options.working_directory.c_str()) != 0) give_up(options.working_directory.c_str());
#ifdef __linux__
  ::fexecve(binary, pointers(argv).data(), pointers(variables).data());
#else
  ::execve(WASESSION_BINARY, pointers(argv).data(), pointers(variables).data());
#endif
  give_up(WASESSION_BINARY);
}

int wait_for(int child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Run run_wasession(const std::vector<std::string>& arguments, const Variables& environment,
                  const RunOptions& options) {
  const TemporaryDirectory outputs;
  const std::string out = options.stdout_path.empty() ? outputs.path("out") : options.stdout_path;
  const std::string err = outputs.path("err");
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child == 0) {
    redirect(STDIN_FILENO, "/dev/null", O_RDONLY);
    redirect(STDOUT_FILENO, out, O_WRONLY | O_CREAT);
    redirect(STDERR_FILENO, err, O_WRONLY | O_CREAT);
    exec_wasession(arguments, environment, options);
  }
  Run run;
  run.exit_status = wait_for(child);
  if (options.stdout_path.empty()) run.out = read_all(out);
  run.err = read_all(err);
  return run;
}

}  // namespace wasession::test
