/* What every exported function goes through: the lock, the script as it is now, its faults, the handle. */
#ifndef NVML_STAND_IN_SESSION_H
#define NVML_STAND_IN_SESSION_H

#include "script.h"

/* The script of the call under way; valid between `begin` and `leave`. */
Script *current_script(void);

/* Locks, and reads the script again where it has changed. */
void begin(void);

/* What the script's faults make of a call on this device. */
nvmlReturn_t faults(const char *symbol, int index);

/* `faults`, then whether the library is initialised. */
nvmlReturn_t check(const char *symbol, int index);

/* `begin` and `check`. Anything but NVML_SUCCESS is what the function has to return, through `leave`. */
nvmlReturn_t enter(const char *symbol);
nvmlReturn_t enter_device(const char *symbol, nvmlDevice_t handle, Device **device);

/* Unlocks and gives the code back. */
nvmlReturn_t leave(nvmlReturn_t code);

nvmlReturn_t open_session(void);
nvmlReturn_t close_session(void);

/* A handle holds until the library is shut down; after that it is refused. */
nvmlDevice_t handle_of(const char *uuid);
/* The UUID the handle was made for; NULL for a handle that does not hold. */
const char *uuid_of(nvmlDevice_t handle);

nvmlReturn_t reading_of(Device *device, Reading reading, unsigned long long *out);
nvmlReturn_t copy_text(const char *text, char *out, unsigned int length);

#endif
