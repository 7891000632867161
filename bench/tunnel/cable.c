/* A line between two network namespaces, for kernels without netem: a TUN device at each end, and in between a delay, a rate with a queue
 * that drops what does not fit, and loss at random (the same in every run).
 *
 *   cable DEVICE NAMESPACE_A NAMESPACE_B DELAY_MS MBIT_PER_S QUEUE_BYTES LOSS_PERCENT
 *
 * Each way alike. Prints "ready" once both devices are there; they go with the process. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { SLOTS = 16384, MAX_PACKET = 1600, MAX_BURST = 64 };
typedef struct {
  double leavesAt;
  ssize_t bytes;
  char data[MAX_PACKET];
} Packet;
typedef struct {
  int from, to;
  Packet *ring;
  unsigned first, last;
  double freeAt; /* when the last bit of the queue will have been sent */
} Direction;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static int openTun(const char *device, const char *namespace) {
  char path[256];
  snprintf(path, sizeof path, "/run/netns/%s", namespace);
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  snprintf(request.ifr_name, IFNAMSIZ, "%s", device);
  int network = open(path, O_RDONLY), tun = -1;
  if (network < 0 || setns(network, CLONE_NEWNET) || (tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK)) < 0 || ioctl(tun, TUNSETIFF, &request)) {
    perror(path);
    exit(1);
  }
  return tun;
}

int main(int count, char **args) {
  if (count != 8) return 2;
  double delayS = atof(args[4]) / 1e3, bytesPerS = atof(args[5]) * 1e6 / 8, queueBytes = atof(args[6]), loss = atof(args[7]) / 100;
  int a = openTun(args[1], args[2]), b = openTun(args[1], args[3]);
  Direction ways[2] = {{a, b, malloc(SLOTS * sizeof(Packet)), 0, 0, 0}, {b, a, malloc(SLOTS * sizeof(Packet)), 0, 0, 0}};
  prctl(PR_SET_TIMERSLACK, 1000);
  printf("ready\n");
  fflush(stdout);
  for (;;) {
    double at = now(), next = at + 0.05;
    int busy = 0;
    for (int i = 0; i < 2; i++) {
      Direction *way = &ways[i];
      for (; way->first != way->last && way->ring[way->first].leavesAt <= at; way->first = (way->first + 1) % SLOTS) {
        Packet *packet = &way->ring[way->first];
        if (write(way->to, packet->data, packet->bytes) < 0) continue; /* a device whose own queue is full drops it, as a line does */
      }
      if (way->first != way->last && way->ring[way->first].leavesAt < next) next = way->ring[way->first].leavesAt;
      for (int burst = 0; burst < MAX_BURST && (way->last + 1) % SLOTS != way->first; burst++) {
        Packet *packet = &way->ring[way->last];
        packet->bytes = read(way->from, packet->data, MAX_PACKET);
        if (packet->bytes <= 0) break;
        busy = 1;
        double starts = way->freeAt > at ? way->freeAt : at;
        if ((starts - at) * bytesPerS > queueBytes || drand48() < loss) continue;
        way->freeAt = starts + packet->bytes / bytesPerS;
        packet->leavesAt = way->freeAt + delayS;
        way->last = (way->last + 1) % SLOTS;
      }
    }
    double wait = next - now();
    if (busy || wait <= 0) continue;
    struct timespec limit = {(time_t)wait, (long)((wait - (time_t)wait) * 1e9)};
    struct pollfd ends[2] = {{a, POLLIN, 0}, {b, POLLIN, 0}};
    ppoll(ends, 2, &limit, 0);
  }
}
