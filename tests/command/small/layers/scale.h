#pragma once

inline double scaled(double value) {
  return 2 * value;
}
