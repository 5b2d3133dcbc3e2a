/* What does not change of a device, and its readings. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include "session.h"

static nvmlReturn_t device_text(const char *symbol, nvmlDevice_t handle, size_t offset, char *out, unsigned int length) {
  Device *device;
  nvmlReturn_t code = enter_device(symbol, handle, &device);
  if (code != NVML_SUCCESS) return leave(code);
  const char *text = (const char *)device + offset;
  return leave(text[0] == '\0' ? NVML_ERROR_NOT_SUPPORTED : copy_text(text, out, length));
}

static nvmlReturn_t long_reading(const char *symbol, nvmlDevice_t handle, Reading reading, unsigned long long *out) {
  Device *device;
  nvmlReturn_t code = enter_device(symbol, handle, &device);
  if (code != NVML_SUCCESS) return leave(code);
  return leave(out == NULL ? NVML_ERROR_INVALID_ARGUMENT : reading_of(device, reading, out));
}

static nvmlReturn_t reading(const char *symbol, nvmlDevice_t handle, Reading which, unsigned int *out) {
  unsigned long long value = 0;
  nvmlReturn_t code = long_reading(symbol, handle, which, out == NULL ? NULL : &value);
  if (code == NVML_SUCCESS) *out = (unsigned int)value;
  return code;
}

/* Two readings of one call, at one moment. */
static nvmlReturn_t pair(const char *symbol, nvmlDevice_t handle, Reading first, Reading second, unsigned int out[2]) {
  Device *device;
  unsigned long long values[2];
  nvmlReturn_t code = enter_device(symbol, handle, &device);
  if (code == NVML_SUCCESS) code = reading_of(device, first, &values[0]);
  if (code == NVML_SUCCESS) code = reading_of(device, second, &values[1]);
  if (code != NVML_SUCCESS) return leave(code);
  out[0] = (unsigned int)values[0];
  out[1] = (unsigned int)values[1];
  return leave(NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t device, char *name, unsigned int length) {
  return device_text(__func__, device, offsetof(Device, name), name, length);
}

nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t device, char *uuid, unsigned int length) {
  return device_text(__func__, device, offsetof(Device, uuid), uuid, length);
}

nvmlReturn_t nvmlDeviceGetIndex(nvmlDevice_t handle, unsigned int *index) {
  Device *device;
  nvmlReturn_t code = enter_device(__func__, handle, &device);
  if (code != NVML_SUCCESS) return leave(code);
  if (index == NULL) return leave(NVML_ERROR_INVALID_ARGUMENT);
  *index = (unsigned int)(device - current_script()->devices);
  return leave(NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t handle, nvmlPciInfo_t *pci) {
  Device *device;
  nvmlReturn_t code = enter_device(__func__, handle, &device);
  if (code != NVML_SUCCESS) return leave(code);
  if (pci == NULL) return leave(NVML_ERROR_INVALID_ARGUMENT);
  unsigned int domain, bus, slot;
  if (sscanf(device->pci, "%x:%x:%x.0", &domain, &bus, &slot) != 3) return leave(NVML_ERROR_NOT_SUPPORTED);
  memset(pci, 0, sizeof *pci);
  pci->domain = domain;
  pci->bus = bus;
  pci->device = slot;
  pci->pciDeviceId = 0x233010DE;
  pci->pciSubSystemId = 0x16C110DE;
  snprintf(pci->busIdLegacy, sizeof pci->busIdLegacy, "%04X:%02X:%02X.0", domain & 0xFFFF, bus & 0xFF, slot & 0xFF);
  snprintf(pci->busId, sizeof pci->busId, "%08X:%02X:%02X.0", domain, bus & 0xFF, slot & 0xFF);
  return leave(NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetMigMode(nvmlDevice_t device, unsigned int *currentMode, unsigned int *pendingMode) {
  unsigned int modes[2];
  if (currentMode == NULL || pendingMode == NULL) return NVML_ERROR_INVALID_ARGUMENT;
  nvmlReturn_t code = pair(__func__, device, MIG_CURRENT, MIG_PENDING, modes);
  if (code != NVML_SUCCESS) return code;
  *currentMode = modes[0];
  *pendingMode = modes[1];
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetEccMode(nvmlDevice_t device, nvmlEnableState_t *current, nvmlEnableState_t *pending) {
  unsigned int modes[2];
  if (current == NULL || pending == NULL) return NVML_ERROR_INVALID_ARGUMENT;
  nvmlReturn_t code = pair(__func__, device, ECC_CURRENT, ECC_PENDING, modes);
  if (code != NVML_SUCCESS) return code;
  *current = (nvmlEnableState_t)modes[0];
  *pending = (nvmlEnableState_t)modes[1];
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetTemperatureThreshold(nvmlDevice_t device, nvmlTemperatureThresholds_t type, unsigned int *temp) {
  if (type > NVML_TEMPERATURE_THRESHOLD_GPU_MAX) return NVML_ERROR_INVALID_ARGUMENT;
  return reading(__func__, device, TEMPERATURE_SHUTDOWN + type, temp);
}

nvmlReturn_t nvmlDeviceGetMarginTemperature(nvmlDevice_t device, nvmlMarginTemperature_t *margin) {
  unsigned int degrees;
  if (margin == NULL) return NVML_ERROR_INVALID_ARGUMENT;
  if (margin->version != nvmlMarginTemperature_v1) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  nvmlReturn_t code = reading(__func__, device, TEMPERATURE_MARGIN, &degrees);
  if (code == NVML_SUCCESS) margin->marginTemperature = (int)degrees;
  return code;
}

/* Both forms of the memory call: v1 counts what is reserved as used, v2 tells the two apart. */
static nvmlReturn_t memory_reading(const char *symbol, nvmlDevice_t handle, nvmlMemory_v2_t *memory) {
  Device *device;
  nvmlReturn_t code = enter_device(symbol, handle, &device);
  if (code == NVML_SUCCESS) code = reading_of(device, MEMORY_TOTAL, &memory->total);
  if (code == NVML_SUCCESS) code = reading_of(device, MEMORY_USED, &memory->used);
  if (code == NVML_SUCCESS) code = reading_of(device, MEMORY_RESERVED, &memory->reserved);
  if (code == NVML_SUCCESS) memory->free = memory->total - memory->used - memory->reserved;
  return leave(code);
}

nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *memory) {
  nvmlMemory_v2_t now;
  if (memory == NULL) return NVML_ERROR_INVALID_ARGUMENT;
  nvmlReturn_t code = memory_reading(__func__, device, &now);
  if (code == NVML_SUCCESS) *memory = (nvmlMemory_t){now.total, now.free, now.used + now.reserved};
  return code;
}

nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t device, nvmlMemory_v2_t *memory) {
  if (memory == NULL) return NVML_ERROR_INVALID_ARGUMENT;
  if (memory->version != nvmlMemory_v2) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  return memory_reading(__func__, device, memory);
}

nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t device, nvmlUtilization_t *utilization) {
  unsigned int percents[2];
  if (utilization == NULL) return NVML_ERROR_INVALID_ARGUMENT;
  nvmlReturn_t code = pair(__func__, device, GPU_PERCENT, MEMORY_PERCENT, percents);
  if (code == NVML_SUCCESS) *utilization = (nvmlUtilization_t){percents[0], percents[1]};
  return code;
}

nvmlReturn_t nvmlDeviceGetTemperature(nvmlDevice_t device, nvmlTemperatureSensors_t sensor, unsigned int *temp) {
  if (sensor != NVML_TEMPERATURE_GPU) return NVML_ERROR_INVALID_ARGUMENT;
  return reading(__func__, device, TEMPERATURE, temp);
}

nvmlReturn_t nvmlDeviceGetPowerUsage(nvmlDevice_t device, unsigned int *milliwatts) {
  return reading(__func__, device, POWER, milliwatts);
}

nvmlReturn_t nvmlDeviceGetEnforcedPowerLimit(nvmlDevice_t device, unsigned int *milliwatts) {
  return reading(__func__, device, POWER_LIMIT, milliwatts);
}

nvmlReturn_t nvmlDeviceGetPowerManagementLimit(nvmlDevice_t device, unsigned int *milliwatts) {
  return reading(__func__, device, POWER_MANAGEMENT_LIMIT, milliwatts);
}

nvmlReturn_t nvmlDeviceGetTotalEnergyConsumption(nvmlDevice_t device, unsigned long long *millijoules) {
  return long_reading(__func__, device, ENERGY, millijoules);
}

nvmlReturn_t nvmlDeviceGetClockInfo(nvmlDevice_t device, nvmlClockType_t type, unsigned int *megahertz) {
  if (type > NVML_CLOCK_VIDEO) return NVML_ERROR_INVALID_ARGUMENT;
  return reading(__func__, device, GRAPHICS_CLOCK + type, megahertz);
}

nvmlReturn_t nvmlDeviceGetPerformanceState(nvmlDevice_t device, nvmlPstates_t *state) {
  unsigned int number;
  nvmlReturn_t code = reading(__func__, device, PERFORMANCE_STATE, state == NULL ? NULL : &number);
  if (code == NVML_SUCCESS) *state = (nvmlPstates_t)number;
  return code;
}

nvmlReturn_t nvmlDeviceGetCurrentClocksEventReasons(nvmlDevice_t device, unsigned long long *reasons) {
  return long_reading(__func__, device, CLOCKS_EVENT_REASONS, reasons);
}

nvmlReturn_t nvmlDeviceGetCurrentClocksThrottleReasons(nvmlDevice_t device, unsigned long long *reasons) {
  return long_reading(__func__, device, CLOCKS_EVENT_REASONS, reasons);
}

nvmlReturn_t nvmlDeviceGetTotalEccErrors(nvmlDevice_t device, nvmlMemoryErrorType_t type, nvmlEccCounterType_t counter,
                                         unsigned long long *count) {
  if (type > NVML_MEMORY_ERROR_TYPE_UNCORRECTED || counter > NVML_AGGREGATE_ECC) return NVML_ERROR_INVALID_ARGUMENT;
  Reading volatile_count = ECC_CORRECTED + type;
  return long_reading(__func__, device, counter == NVML_VOLATILE_ECC ? volatile_count : volatile_count + 2, count);
}

nvmlReturn_t nvmlDeviceGetPcieThroughput(nvmlDevice_t device, nvmlPcieUtilCounter_t counter, unsigned int *kilobytes) {
  if (counter > NVML_PCIE_UTIL_RX_BYTES) return NVML_ERROR_INVALID_ARGUMENT;
  return reading(__func__, device, PCIE_TX + counter, kilobytes);
}

nvmlReturn_t nvmlDeviceGetFanSpeed(nvmlDevice_t device, unsigned int *percent) {
  return reading(__func__, device, FAN_PERCENT, percent);
}
