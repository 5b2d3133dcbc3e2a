// Ground truth: streams OpenAI chat completions of one-token events at a fixed pace and remembers when each was sent.
// Usage: truth-server TOKENS ITL_MICROSECONDS. Prints its port. Needs Linux (epoll, timerfd). Ends with its stdin.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST_BYTES = 8192, ID_BYTES = 64, EVENTS_AT_ONCE = 256, PIECE_BYTES = 2048, NEAR_NS = 60000 };

// What GET /truth hands out, followed by sent_count times; all in the machine's byte order (little-endian).
typedef struct {
  char id[ID_BYTES];
  uint64_t received_ns;
  uint64_t sent_count;
} Head;

typedef struct {
  Head head;
  uint64_t *sent_ns;
} Truth;

typedef struct {
  int fd;
  size_t length;
  Truth *truth; // the stream under way, or NULL
  size_t heap_index;
  uint64_t due_ns;
  char request[REQUEST_BYTES];
} Connection;

static uint64_t tokens, itl_ns;
static int poller, timer;
static Truth **truths;
static size_t truth_count, truth_room;
static Connection **heap; // streams under way, the one due next first
static size_t heap_count, heap_room;
static char token_piece[PIECE_BYTES], first_piece[PIECE_BYTES], last_piece[PIECE_BYTES];
static size_t token_length, first_length, last_length;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void *grow(void *list, size_t count, size_t *room, size_t size) {
  if (count < *room) return list;
  *room = *room ? *room * 2 : 1024;
  list = realloc(list, *room * size);
  if (!list) die("realloc");
  return list;
}

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static size_t add_event(char *to, size_t at, const char *data) {
  return at + (size_t)sprintf(to + at, "%zx\r\ndata: %s\n\n\r\n", strlen(data) + 8, data);
}

#define CHUNK(rest) "{\"id\":\"chatcmpl-truth\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"truth\"," rest "}"
#define DELTA(delta, reason) CHUNK("\"choices\":[{\"index\":0,\"delta\":" delta ",\"finish_reason\":" reason "}]")

static void write_pieces(void) {
  char usage[256];
  snprintf(usage, sizeof usage, CHUNK("\"choices\":[],\"usage\":{\"prompt_tokens\":8,\"completion_tokens\":%llu,\"total_tokens\":%llu}"),
           (unsigned long long)tokens, (unsigned long long)tokens + 8);
  token_length = add_event(token_piece, 0, DELTA("{\"content\":\" token\"}", "null"));
  first_length = (size_t)sprintf(first_piece, "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                                              "transfer-encoding: chunked\r\n\r\n");
  first_length = add_event(first_piece, first_length, DELTA("{\"role\":\"assistant\",\"content\":\"\"}", "null"));
  last_length = add_event(last_piece, 0, DELTA("{}", "\"length\""));
  last_length = add_event(last_piece, last_length, usage);
  last_length = add_event(last_piece, last_length, "[DONE]");
  last_length += (size_t)sprintf(last_piece + last_length, "0\r\n\r\n");
}

static void place(size_t i, Connection *c) {
  heap[i] = c;
  c->heap_index = i;
}

static void sift(size_t i, Connection *c) {
  for (; i > 0 && heap[(i - 1) / 2]->due_ns > c->due_ns; i = (i - 1) / 2) place(i, heap[(i - 1) / 2]);
  for (size_t child; (child = 2 * i + 1) < heap_count; i = child) {
    if (child + 1 < heap_count && heap[child + 1]->due_ns < heap[child]->due_ns) child++;
    if (heap[child]->due_ns >= c->due_ns) break;
    place(i, heap[child]);
  }
  place(i, c);
}

static void end_stream(Connection *c) {
  if (!c->truth) return;
  Connection *moved = heap[--heap_count];
  if (moved != c) sift(c->heap_index, moved);
  c->truth = NULL;
}

static void hang_up(Connection *c) {
  end_stream(c);
  close(c->fd);
  free(c);
}

static void start_stream(Connection *c, const char *id, size_t id_length, uint64_t received) {
  Truth *t = calloc(1, sizeof *t);
  if (!t || !(t->sent_ns = malloc(tokens * sizeof *t->sent_ns))) die("malloc");
  memcpy(t->head.id, id, id_length < ID_BYTES ? id_length : ID_BYTES - 1);
  t->head.received_ns = received;
  truths = grow(truths, truth_count, &truth_room, sizeof *truths);
  // The golden ratio spreads any number of streams evenly over the interval.
  double turns = 0.6180339887 * (double)truth_count;
  uint64_t phase = (uint64_t)((double)itl_ns * (turns - (double)(uint64_t)turns));
  truths[truth_count++] = t;
  c->truth = t;
  c->due_ns = received + itl_ns + phase;
  heap = grow(heap, heap_count, &heap_room, sizeof *heap);
  heap_count++;
  sift(heap_count - 1, c);
}

// Sends the stream's next event in one write. A client that lets its socket fill up loses the connection.
static void send_token(Connection *c) {
  char bytes[3 * PIECE_BYTES];
  size_t length = 0;
  Truth *t = c->truth;
  int first = t->head.sent_count == 0, last = t->head.sent_count + 1 == tokens;
  if (first) memcpy(bytes, first_piece, length = first_length);
  memcpy(bytes + length, token_piece, token_length);
  length += token_length;
  if (last) {
    memcpy(bytes + length, last_piece, last_length);
    length += last_length;
  }
  t->sent_ns[t->head.sent_count++] = now_ns();
  if (send(c->fd, bytes, length, MSG_NOSIGNAL) != (ssize_t)length) return hang_up(c);
  if (last) return end_stream(c);
  c->due_ns += itl_ns;
  sift(0, c);
}

static int send_all(int fd, const void *bytes, size_t length) {
  for (const char *at = bytes; length > 0;) {
    ssize_t sent = send(fd, at, length, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return 0;
    at += sent;
    length -= (size_t)sent;
  }
  return 1;
}

// Blocks: the truth is asked for when no stream is under way.
static int send_truth(int fd, const char *id, size_t id_length) {
  char head[128];
  size_t length = 0;
  int ok = 1, chosen[2] = {0, 0};
  fcntl(fd, F_SETFL, 0);
  for (int writing = 0; writing < 2 && ok; writing++) {
    if (writing) {
      int n = sprintf(head, "HTTP/1.1 %s\r\ncontent-type: application/octet-stream\r\ncontent-length: %zu\r\n\r\n",
                      id_length && !chosen[0] ? "404 Not Found" : "200 OK", length);
      ok = send_all(fd, head, (size_t)n);
    }
    for (size_t i = 0; i < truth_count && ok; i++) {
      Truth *t = truths[i];
      if (id_length && (strlen(t->head.id) != id_length || memcmp(t->head.id, id, id_length) != 0)) continue;
      chosen[writing]++;
      size_t times = t->head.sent_count * sizeof *t->sent_ns;
      if (writing) ok = send_all(fd, &t->head, sizeof t->head) && send_all(fd, t->sent_ns, times);
      else length += sizeof t->head + times;
    }
  }
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return ok;
}

static const char *header(const char *request, const char *name) {
  const char *at = strcasestr(request, name);
  return at ? at + strlen(name) + strspn(at + strlen(name), " ") : NULL;
}

// Answers the request that is complete in the buffer. Returns 0 when the connection is to be closed.
static int answer(Connection *c, uint64_t received) {
  const char *id = header(c->request, "\r\nx-request-id:");
  if (strncmp(c->request, "POST /v1/chat/completions ", 26) == 0) {
    start_stream(c, id ? id : "", id ? strcspn(id, "\r") : 0, received);
    return 1;
  }
  if (strncmp(c->request, "GET /truth/", 11) == 0) return send_truth(c->fd, c->request + 11, strcspn(c->request + 11, " "));
  if (strncmp(c->request, "GET /truth ", 11) == 0) return send_truth(c->fd, "", 0);
  const char *unknown = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
  return send_all(c->fd, unknown, strlen(unknown));
}

static void on_readable(Connection *c) {
  ssize_t got = recv(c->fd, c->request + c->length, REQUEST_BYTES - 1 - c->length, 0);
  uint64_t received = now_ns();
  if (got < 0 && errno == EAGAIN) return;
  // Bytes while a stream is under way would be pipelining, which no client here does.
  if (got <= 0 || c->truth) return hang_up(c);
  c->length += (size_t)got;
  c->request[c->length] = 0;
  const char *end = strstr(c->request, "\r\n\r\n");
  const char *size = header(c->request, "\r\ncontent-length:");
  size_t wanted = end ? (size_t)(end + 4 - c->request) + (size && size < end ? strtoul(size, NULL, 10) : 0) : 0;
  if (wanted >= REQUEST_BYTES || c->length == REQUEST_BYTES - 1) return hang_up(c);
  if (!end || c->length < wanted) return;
  c->length = 0;
  if (!answer(c, received)) hang_up(c);
}

static void accept_all(int listener) {
  for (int fd, one = 1; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    Connection *c = calloc(1, sizeof *c);
    if (!c) die("calloc");
    c->fd = fd;
    struct epoll_event wanted = {.events = EPOLLIN, .data.ptr = c};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &wanted) < 0) die("epoll_ctl");
  }
}

// Returns how long epoll may wait: not at all when the next event is so near that arming the timer would make it late.
static int arm_timer(void) {
  uint64_t due = heap_count ? heap[0]->due_ns : 0;
  if (heap_count && due < now_ns() + NEAR_NS) return 0;
  struct itimerspec at = {.it_value = {.tv_sec = (time_t)(due / 1000000000u), .tv_nsec = (long)(due % 1000000000u)}};
  timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL);
  return -1;
}

static int listen_anywhere(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 4096) < 0) die("listen");
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

static void watch(int fd, int *tag, uint32_t mode) {
  struct epoll_event wanted = {.events = EPOLLIN | mode, .data.ptr = tag};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &wanted) < 0) die("epoll_ctl");
}

int main(int count, char **words) {
  tokens = count == 3 ? strtoull(words[1], NULL, 10) : 0;
  itl_ns = count == 3 ? strtoull(words[2], NULL, 10) * 1000 : 0;
  if (tokens < 1 || itl_ns < 1) {
    fprintf(stderr, "usage: truth-server TOKENS ITL_MICROSECONDS\n");
    return 2;
  }
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  write_pieces();
  poller = epoll_create1(0);
  timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  int listener = listen_anywhere(), input = STDIN_FILENO;
  watch(listener, &listener, 0);
  // Edge-triggered, the timer need not be read.
  watch(timer, &timer, EPOLLET);
  watch(input, &input, 0);
  for (struct epoll_event events[EVENTS_AT_ONCE];;) {
    int ready = epoll_wait(poller, events, EVENTS_AT_ONCE, arm_timer());
    for (int i = 0; i < ready; i++) {
      void *what = events[i].data.ptr;
      char byte;
      if (what == &listener) accept_all(listener);
      else if (what != &input && what != &timer) on_readable(what);
      else if (what == &input && read(input, &byte, 1) <= 0) return 0;
    }
    while (heap_count && heap[0]->due_ns <= now_ns()) send_token(heap[0]);
  }
}
