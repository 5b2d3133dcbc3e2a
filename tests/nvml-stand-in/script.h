/* What the stand-in says, as its script file has it. README.md has the format. */
#ifndef NVML_STAND_IN_SCRIPT_H
#define NVML_STAND_IN_SCRIPT_H

#include <stdio.h>
#include "nvml.h"

enum { MAX_DEVICES = 16, MAX_RULES = 64, MAX_PROCESSES = 256, MAX_MIG_INSTANCES = 16, MAX_LISTED = 64, MAX_WORD = 128 };
enum { ANY_DEVICE = -1, NO_DEVICE = -2 };

typedef enum {
  MEMORY_TOTAL, MEMORY_USED, MEMORY_RESERVED, GPU_PERCENT, MEMORY_PERCENT,
  TEMPERATURE, TEMPERATURE_SHUTDOWN, TEMPERATURE_SLOWDOWN, TEMPERATURE_MEMORY_MAX, TEMPERATURE_GPU_MAX,
  TEMPERATURE_MARGIN,
  POWER, POWER_LIMIT, POWER_MANAGEMENT_LIMIT, ENERGY,
  GRAPHICS_CLOCK, SM_CLOCK, MEMORY_CLOCK, VIDEO_CLOCK, PERFORMANCE_STATE, CLOCKS_EVENT_REASONS,
  ECC_CORRECTED, ECC_UNCORRECTED, ECC_CORRECTED_AGGREGATE, ECC_UNCORRECTED_AGGREGATE,
  PCIE_TX, PCIE_RX, FAN_PERCENT, MIG_CURRENT, MIG_PENDING, ECC_CURRENT, ECC_PENDING,
  READINGS
} Reading;

/* A number, a list that gives one item a call, or a ramp by calls or by seconds. */
typedef struct {
  int listed; /* 0: the device does not have this reading */
  unsigned long long list[MAX_LISTED];
  long long step_per_call;
  long long step_per_second;
  unsigned long long calls;
} Value;

typedef struct {
  char name[MAX_WORD];
  char uuid[MAX_WORD];
  char pci[MAX_WORD];
  Value readings[READINGS];
} Device;

typedef struct {
  unsigned pid;
  int device;
  unsigned long long memory;
  char name[MAX_WORD]; /* "": its name cannot be seen */
} Process;

/* An instance of a partitioned device. */
typedef struct {
  char uuid[MAX_WORD];
  int device;
} MigInstance;

typedef enum { FAIL, SLOW } RuleKind;

/* `fail` and `slow`: for the calls of `symbol` ("*": every one) on `device`, counted from `from` to `to`. */
typedef struct {
  RuleKind kind;
  char symbol[MAX_WORD];
  int device;
  unsigned amount; /* return code, or milliseconds */
  unsigned long long from, to, calls;
} Rule;

typedef struct {
  int driver_unloaded;
  char driver_version[MAX_WORD];
  char nvml_version[MAX_WORD];
  int cuda_version;
  int device_count, mig_count, process_count, rule_count;
  Device devices[MAX_DEVICES];
  MigInstance mig_instances[MAX_MIG_INSTANCES];
  Process processes[MAX_PROCESSES];
  Rule rules[MAX_RULES];
} Script;

/* Fills `script`, all of it. A script with a mistake ends the process, with the line on stderr. */
void read_script(Script *script, FILE *file);

/* The value of this call; 0 when the device does not have the reading. */
int take_value(Value *value, double seconds, unsigned long long *out);

#endif
