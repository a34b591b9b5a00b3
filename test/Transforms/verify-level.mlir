// RUN: keops-opt %s --keops-verify-level --verify-diagnostics

// expected-error @below {{remains below its level}}
func.func private @loops()
