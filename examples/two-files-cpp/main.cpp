// Pulls one point cloud onto another with kernels from two .kop files, and
// watches two distances between the clouds fall.
#include "energy.h"
#include "matching.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

void check(keops_status status) {
  if (status == KEOPS_OK)
    return;
  std::fprintf(stderr, "%s: %s\n", keops_status_string(status),
               keops_last_error());
  std::exit(1);
}

// A circle of `count` points around (cx, cy).
std::vector<float> circle(int count, float cx, float cy, float radius) {
  std::vector<float> points;
  for (int k = 0; k < count; ++k) {
    float angle =
        6.2831853f * static_cast<float>(k) / static_cast<float>(count);
    points.push_back(cx + radius * std::cos(angle));
    points.push_back(cy + radius * std::sin(angle));
  }
  return points;
}

int64_t rows(const std::vector<float> &points) {
  return static_cast<int64_t>(points.size() / 2);
}

float energyDistance(const std::vector<float> &x, const std::vector<float> &y) {
  float xy, xx, yy;
  check(cross_energy(nullptr, rows(x), rows(y), x.data(), y.data(), &xy));
  check(cross_energy(nullptr, rows(x), rows(x), x.data(), x.data(), &xx));
  check(cross_energy(nullptr, rows(y), rows(y), y.data(), y.data(), &yy));
  return 2 * xy - xx - yy;
}

float chamfer(const std::vector<float> &x, const std::vector<float> &y) {
  std::vector<float> squared(x.size() / 2);
  check(nearest_distance(nullptr, rows(x), rows(y), x.data(), y.data(),
                         squared.data()));
  float sum = 0;
  for (float d2 : squared)
    sum += d2;
  return sum / static_cast<float>(squared.size());
}

} // namespace

int main() {
  std::vector<float> x = circle(300, 0.0f, 0.0f, 1.0f),
                     y = circle(400, 0.2f, 0.1f, 2.0f);
  std::vector<float> target(x.size());
  float first = energyDistance(x, y), last = first;
  for (int step = 0; step < 8; ++step) {
    last = energyDistance(x, y);
    std::printf("step %d: energy distance %.5f, chamfer %.5f\n", step,
                static_cast<double>(last), static_cast<double>(chamfer(x, y)));
    float width = 0.4f;
    check(soft_match(nullptr, rows(x), rows(y), &width, x.data(), y.data(),
                     target.data()));
    for (size_t k = 0; k < x.size(); ++k)
      x[k] += 0.5f * (target[k] - x[k]);
  }
  return last < first / 4 ? 0 : 1;
}
