#include "script.h"
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char *const READING_NAMES[READINGS] = {
  [MEMORY_TOTAL] = "memory_total_bytes",
  [MEMORY_USED] = "memory_used_bytes",
  [MEMORY_RESERVED] = "memory_reserved_bytes",
  [GPU_PERCENT] = "gpu_percent",
  [MEMORY_PERCENT] = "memory_percent",
  [TEMPERATURE] = "temperature_celsius",
  [TEMPERATURE_SHUTDOWN] = "temperature_shutdown_celsius",
  [TEMPERATURE_SLOWDOWN] = "temperature_slowdown_celsius",
  [TEMPERATURE_MEMORY_MAX] = "temperature_memory_max_celsius",
  [TEMPERATURE_GPU_MAX] = "temperature_gpu_max_celsius",
  [TEMPERATURE_MARGIN] = "temperature_margin_celsius",
  [POWER] = "power_mw",
  [POWER_LIMIT] = "power_limit_mw",
  [POWER_MANAGEMENT_LIMIT] = "power_management_limit_mw",
  [ENERGY] = "energy_mj",
  [GRAPHICS_CLOCK] = "graphics_clock_mhz",
  [SM_CLOCK] = "sm_clock_mhz",
  [MEMORY_CLOCK] = "memory_clock_mhz",
  [VIDEO_CLOCK] = "video_clock_mhz",
  [PERFORMANCE_STATE] = "performance_state",
  [CLOCKS_EVENT_REASONS] = "clocks_event_reasons",
  [ECC_CORRECTED] = "ecc_corrected",
  [ECC_UNCORRECTED] = "ecc_uncorrected",
  [ECC_CORRECTED_AGGREGATE] = "ecc_corrected_aggregate",
  [ECC_UNCORRECTED_AGGREGATE] = "ecc_uncorrected_aggregate",
  [PCIE_TX] = "pcie_tx_kb_per_second",
  [PCIE_RX] = "pcie_rx_kb_per_second",
  [FAN_PERCENT] = "fan_percent",
  [MIG_CURRENT] = "mig_current",
  [MIG_PENDING] = "mig_pending",
  [ECC_CURRENT] = "ecc_current",
  [ECC_PENDING] = "ecc_pending",
};

static int line_number;

static void mistake(const char *what, const char *word) {
  fprintf(stderr, "nvml stand-in: line %d of the script: %s: %s\n", line_number, what, word);
  exit(70);
}

/* The next word of a line, its double quotes taken off; 0 at the line's end. */
static int next_word(char **line, char word[MAX_WORD]) {
  char *at = *line;
  size_t length = 0;
  int quoted = 0;
  while (isspace((unsigned char)*at)) at++;
  if (*at == '\0' || *at == '#') return 0;
  for (; *at != '\0' && (quoted || !isspace((unsigned char)*at)); at++) {
    if (*at == '"') quoted = !quoted;
    else if (length < MAX_WORD - 1) word[length++] = *at;
    else mistake("a word is too long", word);
  }
  word[length] = '\0';
  *line = at;
  return 1;
}

static void need_word(char **line, char word[MAX_WORD], const char *what) {
  if (!next_word(line, word)) mistake("missing", what);
}

/* Splits `key=value` in place and gives the value. */
static char *split_setting(char *word) {
  char *equals = strchr(word, '=');
  if (equals == NULL) mistake("expected key=value", word);
  *equals = '\0';
  return equals + 1;
}

static unsigned long long parse_number(const char *text, char **end) {
  if (!isdigit((unsigned char)*text)) mistake("expected a number", text);
  return strtoull(text, end, 0);
}

static unsigned long long whole_number(const char *text) {
  char *end;
  unsigned long long number = parse_number(text, &end);
  if (*end != '\0') mistake("expected a number", text);
  return number;
}

static Value parse_value(const char *text) {
  Value value = {0};
  char *at;
  value.list[value.listed++] = parse_number(text, &at);
  while (*at == ',') {
    if (value.listed == MAX_LISTED) mistake("too long a list", text);
    value.list[value.listed++] = parse_number(at + 1, &at);
  }
  if (*at == '+' || *at == '-') {
    long long sign = *at == '-' ? -1 : 1;
    long long step = sign * (long long)parse_number(at + 1, &at);
    if (strcmp(at, "/s") == 0) value.step_per_second = step;
    else value.step_per_call = step;
    if (strcmp(at, "/s") == 0) at += 2;
  }
  if (*at != '\0') mistake("expected N, N,N,… N+STEP or N+STEP/s", text);
  return value;
}

static int parse_device(const char *text) {
  return strcmp(text, "*") == 0 ? ANY_DEVICE : (int)whole_number(text);
}

static void read_driver(Script *script, char *line) {
  char word[MAX_WORD];
  while (next_word(&line, word)) {
    if (strcmp(word, "unloaded") == 0) {
      script->driver_unloaded = 1;
      continue;
    }
    char *value = split_setting(word);
    if (strcmp(word, "version") == 0) strcpy(script->driver_version, value);
    else if (strcmp(word, "nvml") == 0) strcpy(script->nvml_version, value);
    else if (strcmp(word, "cuda") == 0) script->cuda_version = (int)whole_number(value);
    else mistake("not a setting of the driver", word);
  }
}

static void read_device_setting(Device *device, const char *key, const char *value) {
  if (strcmp(key, "name") == 0) strcpy(device->name, value);
  else if (strcmp(key, "uuid") == 0) strcpy(device->uuid, value);
  else if (strcmp(key, "pci") == 0) strcpy(device->pci, value);
  else {
    for (int reading = 0; reading < READINGS; reading++) {
      if (strcmp(key, READING_NAMES[reading]) != 0) continue;
      device->readings[reading] = parse_value(value);
      return;
    }
    mistake("not a setting of a device", key);
  }
}

static void read_device(Script *script, char *line) {
  char word[MAX_WORD];
  need_word(&line, word, "the device's index");
  if (script->device_count == MAX_DEVICES) mistake("too many devices", word);
  if ((int)whole_number(word) != script->device_count) mistake("devices are numbered from 0 in order", word);
  Device *device = &script->devices[script->device_count++];
  while (next_word(&line, word)) {
    char *value = split_setting(word);
    read_device_setting(device, word, value);
  }
  if (device->uuid[0] == '\0') mistake("missing", "the device's uuid");
}

static void read_mig_instance(Script *script, char *line) {
  char word[MAX_WORD];
  if (script->mig_count == MAX_MIG_INSTANCES) mistake("too many MIG instances", line);
  MigInstance *instance = &script->mig_instances[script->mig_count++];
  need_word(&line, instance->uuid, "the instance's uuid");
  need_word(&line, word, "device=INDEX");
  char *value = split_setting(word);
  if (strcmp(word, "device") != 0) mistake("expected device=INDEX", word);
  instance->device = (int)whole_number(value);
}

static void read_process(Script *script, char *line) {
  char word[MAX_WORD];
  need_word(&line, word, "the process's pid");
  if (script->process_count == MAX_PROCESSES) mistake("too many processes", word);
  Process *process = &script->processes[script->process_count++];
  process->pid = (unsigned)whole_number(word);
  process->memory = (unsigned long long)NVML_VALUE_NOT_AVAILABLE;
  while (next_word(&line, word)) {
    char *value = split_setting(word);
    if (strcmp(word, "device") == 0) process->device = (int)whole_number(value);
    else if (strcmp(word, "memory_bytes") == 0) process->memory = whole_number(value);
    else if (strcmp(word, "name") == 0) strcpy(process->name, value);
    else mistake("not a setting of a process", word);
  }
}

/* `SYMBOL DEVICE AMOUNT [FROM..TO]` */
static void read_rule(Script *script, RuleKind kind, char *line) {
  char word[MAX_WORD];
  if (script->rule_count == MAX_RULES) mistake("too many rules", line);
  Rule *rule = &script->rules[script->rule_count++];
  rule->kind = kind;
  need_word(&line, rule->symbol, "the symbol");
  need_word(&line, word, "the device, or *");
  rule->device = parse_device(word);
  need_word(&line, word, kind == FAIL ? "the return code" : "the milliseconds");
  rule->amount = (unsigned)whole_number(word);
  rule->from = 1;
  rule->to = ULLONG_MAX;
  if (!next_word(&line, word)) return;
  char *at;
  rule->from = parse_number(word, &at);
  if (strncmp(at, "..", 2) != 0) mistake("expected FROM..TO or FROM..", word);
  if (at[2] != '\0') rule->to = whole_number(at + 2);
}

void read_script(Script *script, FILE *file) {
  char *line = NULL;
  size_t capacity = 0;
  memset(script, 0, sizeof *script);
  for (line_number = 1; getline(&line, &capacity, file) >= 0; line_number++) {
    char *rest = line;
    char word[MAX_WORD];
    if (!next_word(&rest, word)) continue;
    if (strcmp(word, "driver") == 0) read_driver(script, rest);
    else if (strcmp(word, "device") == 0) read_device(script, rest);
    else if (strcmp(word, "mig") == 0) read_mig_instance(script, rest);
    else if (strcmp(word, "process") == 0) read_process(script, rest);
    else if (strcmp(word, "fail") == 0) read_rule(script, FAIL, rest);
    else if (strcmp(word, "slow") == 0) read_rule(script, SLOW, rest);
    else mistake("expected driver, device, mig, process, fail or slow", word);
  }
  free(line);
}

int take_value(Value *value, double seconds, unsigned long long *out) {
  if (value->listed == 0) return 0;
  unsigned long long call = value->calls++;
  unsigned long long last = (unsigned long long)value->listed - 1;
  *out = value->list[call < last ? call : last];
  *out += (unsigned long long)(value->step_per_call * (long long)call);
  *out += (unsigned long long)(long long)((double)value->step_per_second * seconds);
  return 1;
}
