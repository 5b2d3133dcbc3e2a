/* Initialisation, the system, and how devices are found. */
#include <string.h>
#include <strings.h>
#include "session.h"

nvmlReturn_t nvmlInit_v2(void) {
  begin();
  nvmlReturn_t code = faults(__func__, NO_DEVICE);
  return leave(code == NVML_SUCCESS ? open_session() : code);
}

nvmlReturn_t nvmlShutdown(void) {
  begin();
  nvmlReturn_t code = faults(__func__, NO_DEVICE);
  return leave(code == NVML_SUCCESS ? close_session() : code);
}

const char *nvmlErrorString(nvmlReturn_t result) {
  switch (result) {
    case NVML_SUCCESS: return "Success";
    case NVML_ERROR_UNINITIALIZED: return "Uninitialized";
    case NVML_ERROR_INVALID_ARGUMENT: return "Invalid Argument";
    case NVML_ERROR_NOT_SUPPORTED: return "Not Supported";
    case NVML_ERROR_NO_PERMISSION: return "Insufficient Permissions";
    case NVML_ERROR_NOT_FOUND: return "Not Found";
    case NVML_ERROR_INSUFFICIENT_SIZE: return "Insufficient Size";
    case NVML_ERROR_DRIVER_NOT_LOADED: return "Driver Not Loaded";
    case NVML_ERROR_FUNCTION_NOT_FOUND: return "Function Not Found";
    case NVML_ERROR_GPU_IS_LOST: return "GPU is lost";
    case NVML_ERROR_RESET_REQUIRED: return "GPU requires reset";
    case NVML_ERROR_LIB_RM_VERSION_MISMATCH: return "Driver/library version mismatch";
    default: return "Unknown Error";
  }
}

static nvmlReturn_t system_text(const char *symbol, const char *text, char *out, unsigned int length) {
  nvmlReturn_t code = enter(symbol);
  if (code == NVML_SUCCESS) code = text[0] == '\0' ? NVML_ERROR_NOT_SUPPORTED : copy_text(text, out, length);
  return leave(code);
}

nvmlReturn_t nvmlSystemGetDriverVersion(char *version, unsigned int length) {
  return system_text(__func__, current_script()->driver_version, version, length);
}

nvmlReturn_t nvmlSystemGetNVMLVersion(char *version, unsigned int length) {
  return system_text(__func__, current_script()->nvml_version, version, length);
}

static nvmlReturn_t cuda_version(const char *symbol, int *version) {
  nvmlReturn_t code = enter(symbol);
  if (code != NVML_SUCCESS) return leave(code);
  if (version == NULL) return leave(NVML_ERROR_INVALID_ARGUMENT);
  if (current_script()->cuda_version == 0) return leave(NVML_ERROR_NOT_SUPPORTED);
  *version = current_script()->cuda_version;
  return leave(NVML_SUCCESS);
}

nvmlReturn_t nvmlSystemGetCudaDriverVersion(int *cudaDriverVersion) { return cuda_version(__func__, cudaDriverVersion); }

nvmlReturn_t nvmlSystemGetCudaDriverVersion_v2(int *cudaDriverVersion) {
  return cuda_version(__func__, cudaDriverVersion);
}

nvmlReturn_t nvmlSystemGetProcessName(unsigned int pid, char *name, unsigned int length) {
  nvmlReturn_t code = enter(__func__);
  if (code != NVML_SUCCESS) return leave(code);
  const Script *script = current_script();
  for (int i = 0; i < script->process_count; i++) {
    const Process *process = &script->processes[i];
    if (process->pid == pid && process->name[0] != '\0') return leave(copy_text(process->name, name, length));
  }
  return leave(NVML_ERROR_NOT_FOUND);
}

nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *deviceCount) {
  nvmlReturn_t code = enter(__func__);
  if (code != NVML_SUCCESS) return leave(code);
  if (deviceCount == NULL) return leave(NVML_ERROR_INVALID_ARGUMENT);
  *deviceCount = (unsigned int)current_script()->device_count;
  return leave(NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device) {
  begin();
  nvmlReturn_t code = check(__func__, (int)index);
  if (code != NVML_SUCCESS) return leave(code);
  if (device == NULL || index >= (unsigned int)current_script()->device_count) return leave(NVML_ERROR_INVALID_ARGUMENT);
  *device = handle_of(current_script()->devices[index].uuid);
  return leave(NVML_SUCCESS);
}

typedef int (*Test)(const Device *device, const char *text);

static int has_uuid(const Device *device, const char *uuid) { return strcmp(device->uuid, uuid) == 0; }
static int has_pci(const Device *device, const char *pci) { return strcasecmp(device->pci, pci) == 0; }

static int find_device(Test test, const char *text) {
  for (int i = 0; text != NULL && i < current_script()->device_count; i++) {
    if (test(&current_script()->devices[i], text)) return i;
  }
  return NO_DEVICE;
}

static nvmlReturn_t handle_by(const char *symbol, Test test, const char *text, nvmlDevice_t *device) {
  begin();
  nvmlReturn_t code = check(symbol, find_device(test, text));
  if (code != NVML_SUCCESS) return leave(code);
  if (text == NULL || device == NULL) return leave(NVML_ERROR_INVALID_ARGUMENT);
  int index = find_device(test, text);
  if (index == NO_DEVICE) return leave(NVML_ERROR_NOT_FOUND);
  *device = handle_of(current_script()->devices[index].uuid);
  return leave(NVML_SUCCESS);
}

static const MigInstance *find_mig_instance(const char *uuid) {
  const Script *script = current_script();
  for (int i = 0; uuid != NULL && i < script->mig_count; i++) {
    if (strcmp(script->mig_instances[i].uuid, uuid) == 0) return &script->mig_instances[i];
  }
  return NULL;
}

nvmlReturn_t nvmlDeviceGetHandleByUUID(const char *uuid, nvmlDevice_t *device) {
  begin();
  const MigInstance *instance = find_mig_instance(uuid);
  leave(NVML_SUCCESS);
  if (instance == NULL) return handle_by(__func__, has_uuid, uuid, device);
  nvmlReturn_t code = enter(__func__);
  if (code == NVML_SUCCESS) *device = handle_of(uuid);
  return leave(code);
}

nvmlReturn_t nvmlDeviceGetHandleByPciBusId_v2(const char *pciBusId, nvmlDevice_t *device) {
  return handle_by(__func__, has_pci, pciBusId, device);
}

nvmlReturn_t nvmlDeviceGetDeviceHandleFromMigDeviceHandle(nvmlDevice_t migDevice, nvmlDevice_t *device) {
  nvmlReturn_t code = enter(__func__);
  if (code != NVML_SUCCESS) return leave(code);
  const MigInstance *instance = find_mig_instance(uuid_of(migDevice));
  if (instance == NULL || device == NULL) return leave(NVML_ERROR_INVALID_ARGUMENT);
  *device = handle_of(current_script()->devices[instance->device].uuid);
  return leave(NVML_SUCCESS);
}
