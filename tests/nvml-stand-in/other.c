/* A library of something else, for whoever takes it for NVML by mistake. */
int other_library_version(void) { return 1; }
