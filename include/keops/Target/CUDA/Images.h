//===- Images.h - GPU code as bytes -----------------------------*- C++ -*-===//
#ifndef KEOPS_TARGET_CUDA_IMAGES_H
#define KEOPS_TARGET_CUDA_IMAGES_H

#include <string>

namespace keops {

enum class ImageKind { PTX = 1, Cubin = 2, Simulated = 3 };

/// What GPU code is compiled for: sm_90a (machine code), compute_90 (PTX), or
/// the simulated driver.
struct GpuArch {
  ImageKind kind = ImageKind::PTX;
  int number = 0;  ///< 90 for sm_90
  char suffix = 0; ///< 'a', 'f' or 0

  /// "sm_90a", "compute_90", "simulated".
  std::string name() const {
    if (kind == ImageKind::Simulated)
      return "simulated";
    return (kind == ImageKind::Cubin ? "sm_" : "compute_") + version();
  }
  /// "90a".
  std::string version() const {
    return std::to_string(number) + (suffix ? std::string(1, suffix) : "");
  }
};

/// The GPU kernels of a file for one architecture.
struct GpuImage {
  GpuArch arch;
  std::string bytes; ///< none of a simulated one
};

} // namespace keops

#endif // KEOPS_TARGET_CUDA_IMAGES_H
