/* The visitor and the service of the rows over UDP, the same for every contender.
 *
 *   datagrams echo ADDRESS PORT                                  sends back what it gets
 *   datagrams load ADDRESS PORT AT_ONCE BYTES WARM_S SECONDS     so many under way at a time; the next goes out when an answer comes
 *
 * What has not come back after 100 ms is lost. Every answer is compared with what was sent. Prints one line of JSON; ends with 1
 * when a byte was wrong. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { MAX_BYTES = 1400, MAX_SAMPLES = 4000000, BUFFER_BYTES = 4 << 20, RING = 65536 };
static const double LOST_AFTER_S = 0.1;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static int byValue(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void echo(int fd, struct sockaddr_in *where) {
  static char datagram[65536];
  if (bind(fd, (void *)where, sizeof *where)) exit(1);
  printf("ready\n");
  fflush(stdout);
  for (;;) {
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    ssize_t got = recvfrom(fd, datagram, sizeof datagram, 0, (void *)&from, &length);
    if (got > 0) sendto(fd, datagram, got, 0, (void *)&from, length);
  }
}

/* What a datagram carries in front: its number and when it left. */
typedef struct {
  unsigned long number;
  double at;
} Mark;

static void load(int fd, struct sockaddr_in *where, int atOnce, int bytes, double warmS, double measureS) {
  static char sent[MAX_BYTES], got[MAX_BYTES + 1];
  static Mark waiting[RING]; /* by number; `at` is 0 once it is answered or lost */
  double *samples = malloc(MAX_SAMPLES * sizeof *samples), from = now() + warmS, until = from + measureS;
  long answers = 0, everything = 0, lost = 0;
  unsigned long next = 0, oldest = 0;
  int underWay = 0, warm = 0;
  for (int i = 0; i < bytes; i++) sent[i] = i * 31;
  if (connect(fd, (void *)where, sizeof *where)) exit(1);
  for (double at; (at = now()) < until;) {
    if (!warm && at >= from) {
      warm = 1;
      from = at;
      answers = lost = 0;
    }
    for (; oldest < next && (waiting[oldest % RING].at == 0 || at - waiting[oldest % RING].at > LOST_AFTER_S); oldest++) {
      if (waiting[oldest % RING].at == 0) continue;
      waiting[oldest % RING].at = 0;
      underWay--;
      lost++;
    }
    for (; underWay < atOnce && next - oldest < RING; underWay++, next++) {
      Mark mark = {next, now()};
      memcpy(sent, &mark, sizeof mark);
      if (send(fd, sent, bytes, 0) < 0) break;
      waiting[next % RING] = mark;
    }
    struct pollfd one = {fd, POLLIN, 0};
    if (poll(&one, 1, 10) <= 0) continue;
    for (ssize_t count; (count = recv(fd, got, sizeof got, MSG_DONTWAIT)) >= 0;) {
      Mark mark;
      memcpy(&mark, got, sizeof mark);
      if (count != bytes || memcmp(got + sizeof mark, sent + sizeof mark, bytes - sizeof mark) || mark.number >= next) {
        fprintf(stderr, "wrong bytes\n");
        exit(1);
      }
      if (mark.number < oldest || waiting[mark.number % RING].at == 0) continue; /* given up already */
      waiting[mark.number % RING].at = 0;
      underWay--;
      if (answers < MAX_SAMPLES) samples[answers] = now() - mark.at;
      answers++;
      everything++;
    }
  }
  double seconds = now() - from;
  long kept = answers < MAX_SAMPLES ? answers : MAX_SAMPLES;
  qsort(samples, kept, sizeof *samples, byValue);
  printf("{\"answers\":%ld,\"seconds\":%.4f,\"failed\":%ld,\"p50Ms\":%.4f,\"p99Ms\":%.4f,\"everything\":%ld}\n", answers, seconds, lost,
         kept ? samples[kept / 2] * 1e3 : -1, kept ? samples[(long)(kept * 0.99)] * 1e3 : -1, everything);
}

int main(int count, char **args) {
  if (count < 4) return 2;
  struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons(atoi(args[3]))};
  inet_pton(AF_INET, args[2], &where.sin_addr);
  int fd = socket(AF_INET, SOCK_DGRAM, 0), bytes = BUFFER_BYTES;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
  if (!strcmp(args[1], "echo")) echo(fd, &where);
  else if (!strcmp(args[1], "load") && count == 8 && atoi(args[5]) <= MAX_BYTES)
    load(fd, &where, atoi(args[4]), atoi(args[5]), atof(args[6]), atof(args[7]));
  else return 2;
}
