#define _GNU_SOURCE
#include "session.h"
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { MAX_HANDLES = 1024 };

struct nvmlDevice_st {
  unsigned generation;
  char uuid[MAX_WORD];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Script script;
static char script_path[4096];
static struct stat script_state;

static int references;
/* The driver went away under an initialised library: it stays useless until it has been shut down. */
static int stale;
static unsigned generation;
static struct nvmlDevice_st handles[MAX_HANDLES];
static unsigned long long handle_count;
static struct timespec loaded_at;

__attribute__((constructor)) static void remember_load(void) { clock_gettime(CLOCK_MONOTONIC, &loaded_at); }

static double seconds_since_load(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - loaded_at.tv_sec) + (double)(now.tv_nsec - loaded_at.tv_nsec) / 1e9;
}

static int same_file(const struct stat *a, const struct stat *b) {
  return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
         a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static void reload_script(void) {
  struct stat state;
  if (script_path[0] == '\0') {
    const char *path = getenv("NVML_STAND_IN_SCRIPT");
    snprintf(script_path, sizeof script_path, "%s", path == NULL ? "" : path);
  }
  if (stat(script_path, &state) != 0) {
    fprintf(stderr, "nvml stand-in: NVML_STAND_IN_SCRIPT names no file: '%s'\n", script_path);
    exit(70);
  }
  if (same_file(&state, &script_state)) return;
  FILE *file = fopen(script_path, "r");
  if (file == NULL) {
    perror("nvml stand-in: the script cannot be read");
    exit(70);
  }
  read_script(&script, file);
  fclose(file);
  script_state = state;
  if (script.driver_unloaded && references > 0) stale = 1;
}

static int matches(const Rule *rule, RuleKind kind, const char *symbol, int device) {
  return rule->kind == kind && (strcmp(rule->symbol, "*") == 0 || strcmp(rule->symbol, symbol) == 0) &&
         (rule->device == ANY_DEVICE || rule->device == device);
}

/* Counts the call; the amount of the first rule that is on for it, or 0. */
static unsigned apply_rules(RuleKind kind, const char *symbol, int device) {
  unsigned amount = 0;
  for (int i = 0; i < script.rule_count; i++) {
    Rule *rule = &script.rules[i];
    if (!matches(rule, kind, symbol, device)) continue;
    rule->calls++;
    if (amount == 0 && rule->calls >= rule->from && rule->calls <= rule->to) amount = rule->amount;
  }
  return amount;
}

nvmlReturn_t faults(const char *symbol, int index) {
  unsigned milliseconds = apply_rules(SLOW, symbol, index);
  if (milliseconds > 0) {
    struct timespec pause = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};
    pthread_mutex_unlock(&lock);
    nanosleep(&pause, NULL);
    begin();
  }
  return (nvmlReturn_t)apply_rules(FAIL, symbol, index);
}

static int ready(void) { return references > 0 && !stale; }

static int valid_handle(nvmlDevice_t handle) {
  uintptr_t offset = (uintptr_t)handle - (uintptr_t)handles;
  return offset < sizeof handles && offset % sizeof handles[0] == 0 && handle->generation == generation;
}

static int index_of(nvmlDevice_t handle) {
  for (int i = 0; i < script.device_count; i++) {
    if (strcmp(script.devices[i].uuid, handle->uuid) == 0) return i;
  }
  return NO_DEVICE;
}

Script *current_script(void) { return &script; }

void begin(void) {
  pthread_mutex_lock(&lock);
  reload_script();
}

nvmlReturn_t check(const char *symbol, int index) {
  nvmlReturn_t code = faults(symbol, index);
  if (code != NVML_SUCCESS) return code;
  return ready() ? NVML_SUCCESS : NVML_ERROR_UNINITIALIZED;
}

nvmlReturn_t enter(const char *symbol) {
  begin();
  return check(symbol, NO_DEVICE);
}

nvmlReturn_t enter_device(const char *symbol, nvmlDevice_t handle, Device **device) {
  begin();
  nvmlReturn_t code = check(symbol, valid_handle(handle) ? index_of(handle) : NO_DEVICE);
  if (code != NVML_SUCCESS) return code;
  if (!valid_handle(handle)) return NVML_ERROR_INVALID_ARGUMENT;
  int index = index_of(handle);
  if (index == NO_DEVICE) return NVML_ERROR_GPU_IS_LOST;
  *device = &script.devices[index];
  return NVML_SUCCESS;
}

nvmlReturn_t leave(nvmlReturn_t code) {
  pthread_mutex_unlock(&lock);
  return code;
}

nvmlReturn_t open_session(void) {
  if (script.driver_unloaded) return NVML_ERROR_DRIVER_NOT_LOADED;
  if (references++ == 0) generation++;
  return NVML_SUCCESS;
}

nvmlReturn_t close_session(void) {
  if (references == 0) return NVML_ERROR_UNINITIALIZED;
  if (--references == 0) {
    stale = 0;
    generation++;
  }
  return NVML_SUCCESS;
}

const char *uuid_of(nvmlDevice_t handle) { return valid_handle(handle) ? handle->uuid : NULL; }

nvmlDevice_t handle_of(const char *uuid) {
  for (int i = 0; i < MAX_HANDLES; i++) {
    if (handles[i].generation == generation && strcmp(handles[i].uuid, uuid) == 0) return &handles[i];
  }
  nvmlDevice_t handle = &handles[handle_count++ % MAX_HANDLES];
  handle->generation = generation;
  strcpy(handle->uuid, uuid);
  return handle;
}

nvmlReturn_t reading_of(Device *device, Reading reading, unsigned long long *out) {
  return take_value(&device->readings[reading], seconds_since_load(), out) ? NVML_SUCCESS : NVML_ERROR_NOT_SUPPORTED;
}

nvmlReturn_t copy_text(const char *text, char *out, unsigned int length) {
  if (out == NULL) return NVML_ERROR_INVALID_ARGUMENT;
  if (strlen(text) + 1 > length) return NVML_ERROR_INSUFFICIENT_SIZE;
  strcpy(out, text);
  return NVML_SUCCESS;
}
