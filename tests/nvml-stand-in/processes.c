/* The compute processes of a device, in the layouts of all three versions of the call. */
#include <stddef.h>
#include <stdio.h>
#include "session.h"

enum { NO_INSTANCE = 0xFFFFFFFF };

typedef void (*Write)(void *infos, unsigned int at, const Process *process);

static void write_v1(void *infos, unsigned int at, const Process *process) {
  ((nvmlProcessInfo_v1_t *)infos)[at] = (nvmlProcessInfo_v1_t){process->pid, process->memory};
}

static void write_v2(void *infos, unsigned int at, const Process *process) {
  ((nvmlProcessInfo_v2_t *)infos)[at] =
    (nvmlProcessInfo_v2_t){process->pid, process->memory, NO_INSTANCE, NO_INSTANCE};
}

static void write_early_v3(void *infos, unsigned int at, const Process *process) {
  ((nvmlProcessInfo_early_v3_t *)infos)[at] =
    (nvmlProcessInfo_early_v3_t){process->pid, process->memory, NO_INSTANCE, NO_INSTANCE, 0};
}

static int early_r535(const char *version) {
  unsigned int minor;
  return sscanf(version, "535.%u", &minor) == 1 && minor < 98;
}

/* With too small an array nothing is written; `count` always comes back as the number there are. */
static nvmlReturn_t processes(const char *symbol, nvmlDevice_t handle, unsigned int *count, void *infos, Write write) {
  Device *device;
  nvmlReturn_t code = enter_device(symbol, handle, &device);
  if (code != NVML_SUCCESS) return leave(code);
  if (count == NULL || (infos == NULL && *count != 0)) return leave(NVML_ERROR_INVALID_ARGUMENT);
  const Script *script = current_script();
  int index = (int)(device - script->devices);
  unsigned int room = *count, found = 0;
  for (int i = 0; i < script->process_count; i++) found += script->processes[i].device == index;
  *count = found;
  if (found > room) return leave(NVML_ERROR_INSUFFICIENT_SIZE);
  unsigned int at = 0;
  for (int i = 0; i < script->process_count; i++) {
    if (script->processes[i].device == index) write(infos, at++, &script->processes[i]);
  }
  return leave(NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetComputeRunningProcesses(nvmlDevice_t device, unsigned int *count, nvmlProcessInfo_v1_t *infos) {
  return processes(__func__, device, count, infos, write_v1);
}

nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v2(nvmlDevice_t device, unsigned int *count,
                                                     nvmlProcessInfo_v2_t *infos) {
  return processes(__func__, device, count, infos, write_v2);
}

nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v3(nvmlDevice_t device, unsigned int *count, nvmlProcessInfo_t *infos) {
  Write write = early_r535(current_script()->driver_version) ? write_early_v3 : write_v2;
  return processes(__func__, device, count, infos, write);
}
