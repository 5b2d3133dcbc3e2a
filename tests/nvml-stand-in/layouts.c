/* Prints what the compiler makes of the structs and constants of nvml.h, as JSON. */
#include <stddef.h>
#include <stdio.h>
#include "nvml.h"

static const char *separator = "";

static void open_struct(const char *name, size_t size) {
  printf("%s\"%s\":{\"size\":%zu,\"offsets\":{", separator, name, size);
  separator = "";
}

static void member(const char *name, size_t offset) {
  printf("%s\"%s\":%zu", separator, name, offset);
  separator = ",";
}

static void close_struct(void) {
  printf("}}");
  separator = ",";
}

#define CONSTANT(name) printf("%s\"%s\":%lld", separator, #name, (long long)(name)), separator = ","
#define STRUCT(type) open_struct(#type, sizeof(type))
#define MEMBER(type, name) member(#name, offsetof(type, name))

static void print_constants(void) {
  CONSTANT(nvmlMemory_v2);
  CONSTANT(nvmlMarginTemperature_v1);
  CONSTANT(NVML_SUCCESS);
  CONSTANT(NVML_ERROR_UNINITIALIZED);
  CONSTANT(NVML_ERROR_NOT_SUPPORTED);
  CONSTANT(NVML_ERROR_NO_PERMISSION);
  CONSTANT(NVML_ERROR_INSUFFICIENT_SIZE);
  CONSTANT(NVML_ERROR_DRIVER_NOT_LOADED);
  CONSTANT(NVML_ERROR_FUNCTION_NOT_FOUND);
  CONSTANT(NVML_ERROR_GPU_IS_LOST);
  CONSTANT(NVML_ERROR_RESET_REQUIRED);
  CONSTANT(NVML_ERROR_OPERATING_SYSTEM);
  CONSTANT(NVML_ERROR_LIB_RM_VERSION_MISMATCH);
  CONSTANT(NVML_TEMPERATURE_GPU);
  CONSTANT(NVML_TEMPERATURE_THRESHOLD_SLOWDOWN);
  CONSTANT(NVML_CLOCK_SM);
  CONSTANT(NVML_CLOCK_MEM);
  CONSTANT(NVML_MEMORY_ERROR_TYPE_CORRECTED);
  CONSTANT(NVML_MEMORY_ERROR_TYPE_UNCORRECTED);
  CONSTANT(NVML_VOLATILE_ECC);
  CONSTANT(NVML_PCIE_UTIL_TX_BYTES);
  CONSTANT(NVML_PCIE_UTIL_RX_BYTES);
  CONSTANT(NVML_FEATURE_ENABLED);
  CONSTANT(NVML_PSTATE_15);
  CONSTANT(NVML_VALUE_NOT_AVAILABLE);
}

static void print_memory_structs(void) {
  STRUCT(nvmlUtilization_t);
  MEMBER(nvmlUtilization_t, gpu);
  MEMBER(nvmlUtilization_t, memory);
  close_struct();

  STRUCT(nvmlMemory_t);
  MEMBER(nvmlMemory_t, total);
  MEMBER(nvmlMemory_t, free);
  MEMBER(nvmlMemory_t, used);
  close_struct();

  STRUCT(nvmlMemory_v2_t);
  MEMBER(nvmlMemory_v2_t, version);
  MEMBER(nvmlMemory_v2_t, total);
  MEMBER(nvmlMemory_v2_t, reserved);
  MEMBER(nvmlMemory_v2_t, free);
  MEMBER(nvmlMemory_v2_t, used);
  close_struct();
}

static void print_other_structs(void) {
  STRUCT(nvmlMarginTemperature_v1_t);
  MEMBER(nvmlMarginTemperature_v1_t, version);
  MEMBER(nvmlMarginTemperature_v1_t, marginTemperature);
  close_struct();

  STRUCT(nvmlPciInfo_t);
  MEMBER(nvmlPciInfo_t, busIdLegacy);
  MEMBER(nvmlPciInfo_t, domain);
  MEMBER(nvmlPciInfo_t, bus);
  MEMBER(nvmlPciInfo_t, device);
  MEMBER(nvmlPciInfo_t, pciDeviceId);
  MEMBER(nvmlPciInfo_t, pciSubSystemId);
  MEMBER(nvmlPciInfo_t, busId);
  close_struct();

  STRUCT(nvmlProcessInfo_v1_t);
  MEMBER(nvmlProcessInfo_v1_t, pid);
  MEMBER(nvmlProcessInfo_v1_t, usedGpuMemory);
  close_struct();

  STRUCT(nvmlProcessInfo_v2_t);
  MEMBER(nvmlProcessInfo_v2_t, pid);
  MEMBER(nvmlProcessInfo_v2_t, usedGpuMemory);
  MEMBER(nvmlProcessInfo_v2_t, gpuInstanceId);
  MEMBER(nvmlProcessInfo_v2_t, computeInstanceId);
  close_struct();
}

int main(void) {
  printf("{\"constants\":{");
  print_constants();
  printf("},\"structs\":{");
  separator = "";
  print_memory_structs();
  print_other_structs();
  printf("}}\n");
  return 0;
}
