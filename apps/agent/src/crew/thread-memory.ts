/**
 * Semi-space of a load thread, MiB; V8 has three of them for young objects. Left to itself it grows to many times what a
 * load has use for, which is memory and long pauses; with less, objects of requests in flight are promoted too early.
 */
export const SEMI_SPACE_MB = 4
