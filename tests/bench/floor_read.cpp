// The floor of `list`: opens and reads DIR/bot-N/creds.json for N below COUNT on one thread, and
// does nothing with the bytes.
#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  static char buffer[64 * 1024];
  const int count = std::atoi(argv[2]);
  long total = 0;
  for (int i = 0; i < count; ++i) {
    char path[4096];
    std::snprintf(path, sizeof path, "%s/bot-%05d/creds.json", argv[1], i);
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 1;
    total += read(file, buffer, sizeof buffer);
    close(file);
  }
  std::printf("%ld\n", total);
}
