/* Stands in for wacli (0.1 to 0.16): the same system calls on LOCK and session.db, no WhatsApp.
 *
 *   wacli_stand_in --store DIR [--connect ADDRESS:PORT] [--lock-wait]
 *   wacli_stand_in --store DIR --leave-lock-of PID
 *
 * Holds DIR/LOCK and keeps DIR/session.db open until SIGTERM. Prints one JSON object a line:
 * {"ready":true} once it holds both (and is connected), {"waiting":true} when --lock-wait finds the
 * lock taken. --leave-lock-of takes the lock, writes that pid into it, releases it and ends: what
 * `wacli doctor` of 0.1 leaves behind. Status: 0 done, 1 failed, 2 wrong usage. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct options {
  const char* store;
  const char* connect_to;
  bool lock_wait;
  long leave_lock_of; /* 0: hold it */
};

static void fail(const char* what) {
  fprintf(stderr, "wacli_stand_in: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void refuse(const char* why) {
  fprintf(stderr, "wacli_stand_in: %s\n", why);
  exit(2);
}

static struct options read_options(int argc, char** argv) {
  struct options options = {0};
  for (int at = 1; at < argc; ++at) {
    if (strcmp(argv[at], "--lock-wait") == 0) {
      options.lock_wait = true;
      continue;
    }
    if (at + 1 == argc) refuse("an option lacks its value");
    if (strcmp(argv[at], "--store") == 0) {
      options.store = argv[++at];
    } else if (strcmp(argv[at], "--connect") == 0) {
      options.connect_to = argv[++at];
    } else if (strcmp(argv[at], "--leave-lock-of") == 0) {
      options.leave_lock_of = strtol(argv[++at], NULL, 10);
    } else {
      refuse("unknown option");
    }
  }
  if (options.store == NULL) refuse("missing --store");
  return options;
}

static void say(const char* line) {
  puts(line);
  fflush(stdout);
}

static int open_in(const char* store, const char* name, int flags) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", store, name);
  const int descriptor = open(path, flags | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0) fail(path);
  return descriptor;
}

/* The words of wacli 0.1, with the lines of who has the lock. */
static void refuse_locked(int lock) {
  char owner[256] = "";
  const int error = errno;
  const ssize_t length = pread(lock, owner, sizeof owner - 1, 0);
  if (length > 0) owner[length - (owner[length - 1] == '\n')] = '\0';
  fprintf(stderr, "store is locked (another wacli is running?): %s (%s)\n", strerror(error), owner);
  exit(1);
}

/* As wacli does: a loser closes LOCK before it tries again, 100 ms later. */
static int take_lock(const struct options* options) {
  const struct timespec pause = {.tv_sec = 0, .tv_nsec = 100 * 1000 * 1000};
  for (bool told = false;; told = true) {
    const int lock = open_in(options->store, "LOCK", O_CREAT);
    if (flock(lock, LOCK_EX | LOCK_NB) == 0) return lock;
    if (!options->lock_wait) refuse_locked(lock);
    if (!told) say("{\"waiting\":true}");
    close(lock);
    nanosleep(&pause, NULL);
  }
}

static void write_owner(int lock, long pid) {
  struct timespec now;
  struct tm parts;
  char text[128];
  char second[32];
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &parts);
  strftime(second, sizeof second, "%Y-%m-%dT%H:%M:%S", &parts);
  const int length =
      snprintf(text, sizeof text, "pid=%ld\nacquired_at=%s.%09ldZ\n", pid, second, now.tv_nsec);
  if (ftruncate(lock, 0) != 0) fail("truncating LOCK");
  if (write(lock, text, (size_t)length) != length) fail("writing LOCK");
  if (fsync(lock) != 0) fail("syncing LOCK");
}

static void connect_to(const char* address_and_port) {
  char address[64];
  const char* const colon = strrchr(address_and_port, ':');
  if (colon == NULL) refuse("--connect wants ADDRESS:PORT");
  snprintf(address, sizeof address, "%.*s", (int)(colon - address_and_port), address_and_port);
  struct sockaddr_in remote = {.sin_family = AF_INET};
  remote.sin_port = htons((unsigned short)strtol(colon + 1, NULL, 10));
  if (inet_pton(AF_INET, address, &remote.sin_addr) != 1) refuse("--connect wants an IPv4 address");
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) fail("making a socket");
  if (connect(descriptor, (const struct sockaddr*)&remote, sizeof remote) != 0) fail("connecting");
}

int main(int argc, char** argv) {
  const struct options options = read_options(argc, argv);
  const int lock = take_lock(&options);
  if (options.leave_lock_of != 0) {
    write_owner(lock, options.leave_lock_of);
    if (flock(lock, LOCK_UN) != 0) fail("unlocking LOCK");
    return 0;
  }
  write_owner(lock, getpid());
  open_in(options.store, "session.db", 0);
  if (options.connect_to != NULL) connect_to(options.connect_to);
  say("{\"ready\":true}");
  for (;;) pause();
}
