/* The visitor and the service of `npm run bench -- tunnel`, the same for every contender. In C, so that they cost the measured cores little.
 *
 *   load serve    ADDRESS PORT HELLO                                     answers each "GET /N" with N bytes
 *   load bulk     ADDRESS PORT HELLO STREAMS WARM_S SECONDS              endless answers, read as fast as they come
 *   load requests ADDRESS PORT HELLO CONNECTIONS WARM_S SECONDS keep|new 1 KB answers, one after the other on each connection; new
 *                                                                        ones come from addresses all over 127.0.0.0/8
 *   load paced    ADDRESS PORT HELLO SECONDS EVERY_MS                    one new connection with one 1 KB answer at a time
 *   load idle     ADDRESS PORT HELLO COUNT                               connections that stay after one byte, until SIGTERM; likewise
 *
 * A visitor's connection begins with a TLS ClientHello (the file HELLO, which may be empty), by which a relay finds the home; the service
 * skips it. Every byte of an answer is compared with the one that was sent. Prints one line of JSON; ends with 1 when a byte was wrong. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

typedef unsigned long long u64;
enum { PERIOD = 262144, HEAD_BYTES = 48, SMALL_BYTES = 1024, TLS_HANDSHAKE = 22, MAX_CONNECTIONS = 65536, MAX_SAMPLES = 4000000, GIVE_UP_S = 20 };
static const u64 ENDLESS = 99999999999; /* as many digits as the head has room for */

typedef struct {
  int fd, begun, requestBytes, wantsToWrite, connecting;
  char request[1024];
  u64 toSkip, at, end; /* of an answer: how far it is, head included, and how long */
  u64 measured;
  double askedAt;
} Connection;

static char pattern[2 * PERIOD], incoming[PERIOD], hello[65536];
static size_t helloBytes;
static struct sockaddr_in where;
static Connection *connections; /* by descriptor */
static int poller;
static u64 everything; /* answered bytes, or answers, the warm-up included: what the processor time was spent on */

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void die(const char *format, ...) {
  va_list args;
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fprintf(stderr, "\n");
  exit(1);
}

static void watch(int fd, int operation, unsigned events) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  if (epoll_ctl(poller, operation, fd, &event)) die("epoll_ctl: %m");
}

static Connection *track(int fd) {
  if (fd < 0 || fd >= MAX_CONNECTIONS) die("no descriptor: %m");
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  Connection *c = &connections[fd];
  memset(c, 0, sizeof *c);
  c->fd = fd;
  return c;
}

/* ---- the service ---- */

static void headOf(u64 bytes, char *head) {
  snprintf(head, HEAD_BYTES + 1, "HTTP/1.1 200 OK\r\ncontent-length: %0*llu\r\n\r\n", HEAD_BYTES - 37, bytes);
}

/* Takes in what a visitor sends; 0 when he is gone. */
static int serveRequest(Connection *c) {
  ssize_t got = read(c->fd, incoming, PERIOD);
  if (got <= 0) return got < 0 && errno == EAGAIN;
  if (!c->begun && incoming[0] == TLS_HANDSHAKE) c->toSkip = helloBytes;
  c->begun = 1;
  for (ssize_t i = 0; i < got; i++) {
    if (c->toSkip > 0) {
      c->toSkip--;
      continue;
    }
    if (c->requestBytes == sizeof c->request - 1) return 0;
    c->request[c->requestBytes++] = incoming[i];
    if (c->requestBytes < 4 || memcmp(c->request + c->requestBytes - 4, "\r\n\r\n", 4)) continue;
    c->request[c->requestBytes] = 0;
    if (sscanf(c->request, "GET /%llu ", &c->end) != 1) return 0;
    c->end += HEAD_BYTES;
    c->at = 0;
    c->requestBytes = 0;
  }
  return 1;
}

static int serveAnswer(Connection *c) {
  char head[HEAD_BYTES + 1];
  struct iovec parts[2];
  int count = 0;
  if (c->at < HEAD_BYTES) {
    headOf(c->end - HEAD_BYTES, head);
    parts[count++] = (struct iovec){head + c->at, HEAD_BYTES - c->at};
  }
  u64 body = c->at < HEAD_BYTES ? 0 : c->at - HEAD_BYTES, left = c->end - HEAD_BYTES - body;
  if (left > 0) parts[count++] = (struct iovec){pattern + body % PERIOD, left < PERIOD ? left : PERIOD};
  ssize_t sent = writev(c->fd, parts, count);
  if (sent < 0) return errno == EAGAIN;
  c->at += sent;
  return 1;
}

static void serve(void) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (void *)&where, sizeof where) || listen(listener, 4096)) die("listen: %m");
  watch(listener, EPOLL_CTL_ADD, EPOLLIN);
  printf("ready\n");
  fflush(stdout);
  for (struct epoll_event events[256];;) {
    int count = epoll_wait(poller, events, 256, -1);
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) {
        for (int visitor; (visitor = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0;) {
          track(visitor);
          watch(visitor, EPOLL_CTL_ADD, EPOLLIN);
        }
        continue;
      }
      Connection *c = &connections[fd];
      int alive = 1;
      if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) alive = serveRequest(c);
      if (alive && c->at < c->end) alive = serveAnswer(c);
      if (!alive) {
        close(fd);
        continue;
      }
      int wants = c->at < c->end;
      if (wants != c->wantsToWrite) watch(fd, EPOLL_CTL_MOD, wants ? EPOLLIN | EPOLLOUT : EPOLLIN);
      c->wantsToWrite = wants;
    }
  }
}

/* ---- the visitor ---- */

static void ask(Connection *c, u64 bytes, int first) {
  static char text[sizeof hello + 128];
  size_t length = first ? helloBytes : 0;
  memcpy(text, hello, length);
  length += sprintf(text + length, "GET /%llu HTTP/1.1\r\nhost: web.home.relay.test\r\naccept: */*\r\n\r\n", bytes);
  c->at = 0;
  c->end = bytes + HEAD_BYTES;
  if (write(c->fd, text, length) != (ssize_t)length) c->end = 0; /* the read that follows tells what is wrong */
}

/* Reads part of an answer, and compares it. 0 when the connection is over. */
static ssize_t take(Connection *c) {
  ssize_t got = read(c->fd, incoming, PERIOD);
  if (got <= 0) return got < 0 && errno == EAGAIN ? -1 : 0;
  char head[HEAD_BYTES + 1];
  headOf(c->end - HEAD_BYTES, head);
  u64 ofHead = c->at >= HEAD_BYTES ? 0 : HEAD_BYTES - c->at;
  if (ofHead > (u64)got) ofHead = got;
  u64 body = c->at + ofHead - HEAD_BYTES;
  if ((u64)got > c->end - c->at || memcmp(incoming, head + c->at, ofHead) ||
      (ofHead < (u64)got && memcmp(incoming + ofHead, pattern + body % PERIOD, got - ofHead)))
    die("wrong bytes at %llu of %llu", c->at, c->end);
  c->at += got;
  return got;
}

/* `manyVisitors`: each comes from another of 62,500 networks of loopback, as different visitors do. */
static Connection *dial(int flags, int manyVisitors) {
  static unsigned visitor;
  Connection *c = track(socket(AF_INET, SOCK_STREAM | flags, 0));
  if (manyVisitors) {
    visitor = (visitor + 1) % 62500;
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001 + ((visitor / 250 + 1) << 16) + (visitor % 250 << 8))};
    int on = 1;
    setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (bind(c->fd, (void *)&from, sizeof from)) die("bind: %m");
  }
  c->connecting = 1;
  c->askedAt = now();
  if (connect(c->fd, (void *)&where, sizeof where) && errno != EINPROGRESS) {
    close(c->fd);
    return 0;
  }
  return c;
}

static Connection *mustDial(int manyVisitors) {
  Connection *c = dial(0, manyVisitors);
  if (!c) die("connect: %m");
  struct timeval limit = {GIVE_UP_S, 0};
  setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  return c;
}

static void bulk(int streams, double warmS, double measureS) {
  int *fds = malloc(streams * sizeof *fds), lost = 0, warm = 0;
  for (int i = 0; i < streams; i++) {
    Connection *c = mustDial(0);
    fds[i] = c->fd;
    ask(c, ENDLESS, 1);
    watch(c->fd, EPOLL_CTL_ADD, EPOLLIN);
  }
  double from = now() + warmS, until = from + measureS;
  u64 total = 0, least = ~0ULL, most = 0;
  for (struct epoll_event events[256]; now() < until && lost < streams;) {
    if (!warm && now() >= from) {
      warm = 1;
      from = now();
      total = 0;
      for (int i = 0; i < streams; i++) connections[fds[i]].measured = 0;
    }
    int count = epoll_wait(poller, events, 256, 50);
    for (int i = 0; i < count; i++) {
      Connection *c = &connections[events[i].data.fd];
      ssize_t got = take(c);
      if (got == 0) {
        lost++;
        watch(c->fd, EPOLL_CTL_DEL, 0);
      } else if (got > 0) {
        total += got;
        everything += got;
        c->measured += got;
      }
    }
  }
  for (int i = 0; i < streams; i++) {
    u64 measured = connections[fds[i]].measured;
    least = measured < least ? measured : least;
    most = measured > most ? measured : most;
  }
  printf("{\"bytes\":%llu,\"seconds\":%.4f,\"least\":%llu,\"most\":%llu,\"lost\":%d,\"everything\":%llu}\n", total, now() - from, least,
         most, lost, everything);
}

static int byValue(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void printLatencies(double *samples, int count, double seconds, int failed) {
  qsort(samples, count, sizeof *samples, byValue);
  double p50 = count ? samples[count / 2] * 1e3 : -1, p99 = count ? samples[(int)(count * 0.99)] * 1e3 : -1;
  printf("{\"answers\":%d,\"seconds\":%.4f,\"failed\":%d,\"p50Ms\":%.4f,\"p99Ms\":%.4f,\"everything\":%llu}\n", count, seconds, failed, p50,
         p99, everything);
}

static void dialNonBlocking(int manyVisitors, int *failed) {
  Connection *c = dial(SOCK_NONBLOCK, manyVisitors);
  if (c) watch(c->fd, EPOLL_CTL_ADD, EPOLLOUT);
  else ++*failed;
}

static void requests(int count, double warmS, double measureS, int keep) {
  double *samples = malloc(MAX_SAMPLES * sizeof *samples);
  int answered = 0, failed = 0, warm = 0;
  for (int i = 0; i < count; i++) dialNonBlocking(!keep, &failed);
  double from = now() + warmS, until = from + measureS;
  for (struct epoll_event events[256]; now() < until;) {
    if (!warm && now() >= from) {
      warm = 1;
      from = now();
      answered = failed = 0;
    }
    int ready = epoll_wait(poller, events, 256, 50);
    for (int i = 0; i < ready; i++) {
      Connection *c = &connections[events[i].data.fd];
      if (c->connecting && !(events[i].events & EPOLLERR)) {
        c->connecting = 0;
        ask(c, SMALL_BYTES, 1);
        watch(c->fd, EPOLL_CTL_MOD, EPOLLIN);
        continue;
      }
      ssize_t got = take(c);
      if (got < 0 || (got > 0 && c->at < c->end)) continue;
      failed += got == 0;
      everything += got > 0;
      if (got > 0 && answered < MAX_SAMPLES) samples[answered++] = now() - c->askedAt;
      if (got > 0 && keep) {
        c->askedAt = now();
        ask(c, SMALL_BYTES, 0);
      } else {
        close(c->fd);
        dialNonBlocking(!keep, &failed);
      }
    }
  }
  printLatencies(samples, answered, now() - from, failed);
}

/* One that takes too long counts with the time after which it was given up. */
static void paced(double seconds, double everyMs) {
  double *samples = malloc(MAX_SAMPLES * sizeof *samples), from = now();
  int answered = 0, failed = 0;
  for (double until = from + seconds; now() < until && answered < MAX_SAMPLES;) {
    Connection *c = mustDial(0);
    ask(c, SMALL_BYTES, 1);
    while (c->at < c->end && take(c) > 0) {}
    failed += c->at < c->end || c->end == 0;
    double took = now() - c->askedAt;
    samples[answered++] = took;
    close(c->fd);
    if (took * 1e3 < everyMs) usleep((everyMs - took * 1e3) * 1e3);
  }
  printLatencies(samples, answered, now() - from, failed);
}

static void idle(int count) {
  int held = 0;
  for (int i = 0; i < count; i++) {
    Connection *c = mustDial(1);
    ask(c, 1, 1);
    while (c->at < c->end && take(c) > 0) {}
    held += c->end > 0 && c->at == c->end;
  }
  printf("{\"held\":%d}\n", held);
  fflush(stdout);
  pause();
}

int main(int count, char **args) {
  if (count < 5) die("see the head of load.c");
  signal(SIGPIPE, SIG_IGN);
  struct rlimit files = {MAX_CONNECTIONS, MAX_CONNECTIONS};
  setrlimit(RLIMIT_NOFILE, &files);
  connections = calloc(MAX_CONNECTIONS, sizeof *connections);
  poller = epoll_create1(0);
  for (unsigned i = 0, x = 1; i < PERIOD; i++) pattern[i] = pattern[i + PERIOD] = (x = x * 1664525 + 1013904223) >> 24;
  where = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(atoi(args[3]))};
  inet_pton(AF_INET, args[2], &where.sin_addr);
  FILE *file = fopen(args[4], "r");
  if (!file) die("%s: %m", args[4]);
  helloBytes = fread(hello, 1, sizeof hello, file);
  double given[3] = {0};
  for (int i = 5; i < count && i < 8; i++) given[i - 5] = atof(args[i]);
  if (!strcmp(args[1], "serve")) serve();
  else if (!strcmp(args[1], "bulk") && count == 8) bulk(given[0], given[1], given[2]);
  else if (!strcmp(args[1], "requests") && count == 9) requests(given[0], given[1], given[2], !strcmp(args[8], "keep"));
  else if (!strcmp(args[1], "paced") && count == 7) paced(given[0], given[1]);
  else if (!strcmp(args[1], "idle") && count == 6) idle(given[0]);
  else die("see the head of load.c");
}
