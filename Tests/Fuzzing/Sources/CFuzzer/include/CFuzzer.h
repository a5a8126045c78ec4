#pragma once
#include <stddef.h>
#include <stdint.h>

// The driver of libFuzzer, which comes with the Swift toolchain; a program that calls it keeps its own main.
int LLVMFuzzerRunDriver(
    int *count, char ***arguments, int (*input)(const uint8_t *bytes, size_t count));
