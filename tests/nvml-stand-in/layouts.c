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

#define STRUCT(type) open_struct(#type, sizeof(type))
#define MEMBER(type, name) member(#name, offsetof(type, name))

int main(void) {
  printf("{\"memoryV2Version\":%u,\"structs\":{", nvmlMemory_v2);

  STRUCT(nvmlPciInfo_t);
  MEMBER(nvmlPciInfo_t, busIdLegacy);
  MEMBER(nvmlPciInfo_t, domain);
  MEMBER(nvmlPciInfo_t, bus);
  MEMBER(nvmlPciInfo_t, device);
  MEMBER(nvmlPciInfo_t, pciDeviceId);
  MEMBER(nvmlPciInfo_t, pciSubSystemId);
  MEMBER(nvmlPciInfo_t, busId);
  close_struct();

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

  printf("}}\n");
  return 0;
}
