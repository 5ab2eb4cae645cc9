/* The data of `who-holds`: COUNT processes, each with 50 descriptors that are not its standard
 * ones: files below FILES, both ends of pipes, and TCP sockets connected over the loopback. The
 * first one works in the directory that standard input names (as an argument it would tie all of
 * them to it). Prints that process's pid and the port that it is connected to, then `ready` when
 * all of them are, and keeps them until it is killed itself.
 *
 * usage: bench_make_processes COUNT FILES <FILE-WITH-DIRECTORY */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* With the life line and the listening socket: 16 + 16 + 16 + 2. */
enum { kFiles = 16, kPipes = 8, kConnections = 8 };

static void fail(const char* what) {
  perror(what);
  exit(1);
}

static void open_files(const char* directory, int number) {
  char path[4096];
  for (int i = 0; i < kFiles; ++i) {
    snprintf(path, sizeof path, "%s/%d-%d", directory, number, i);
    if (open(path, O_RDWR | O_CREAT, 0600) < 0) fail(path);
  }
}

static void open_pipes(void) {
  int ends[2];
  for (int i = 0; i < kPipes; ++i) {
    if (pipe(ends) != 0) fail("pipe");
  }
}

/* Both ends of each connection are this process's. Returns the port of the far ends. */
static int open_connections(void) {
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0 || bind(listener, (struct sockaddr*)&address, size) != 0 ||
      listen(listener, kConnections) != 0 ||
      getsockname(listener, (struct sockaddr*)&address, &size) != 0) {
    fail("listen");
  }
  for (int i = 0; i < kConnections; ++i) {
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    if (client < 0 || connect(client, (struct sockaddr*)&address, size) != 0 ||
        accept(listener, NULL, NULL) < 0) {
      fail("connect");
    }
  }
  return ntohs(address.sin_port);
}

/* Reads until the process at the other end is gone. */
static void live(int number, const char* files, const char* store, int ready, int life) {
  char byte = 0;
  open_files(files, number);
  open_pipes();
  const int port = open_connections();
  if (number == 0) {
    if (chdir(store) != 0) fail(store);
    printf("%d %d\n", (int)getpid(), port);
    fflush(stdout);
  }
  if (write(ready, &byte, 1) != 1) fail("ready");
  close(ready);
  while (read(life, &byte, 1) > 0) {
  }
  _exit(0);
}

int main(int argc, char** argv) {
  char store[4096];
  if (argc != 3 || fgets(store, sizeof store, stdin) == NULL) return 2;
  store[strcspn(store, "\n")] = '\0';
  const int count = atoi(argv[1]);
  int ready[2];
  int life[2];
  if (pipe(ready) != 0 || pipe(life) != 0) fail("pipe");
  for (int number = 0; number < count; ++number) {
    const pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
      close(ready[0]);
      close(life[1]);
      live(number, argv[2], store, ready[1], life[0]);
    }
  }
  close(ready[1]);
  char byte = 0;
  int waiting = count;
  while (waiting > 0 && read(ready[0], &byte, 1) == 1) --waiting;
  if (waiting > 0) return 1;
  puts("ready");
  fflush(stdout);
  for (;;) pause();
}
