// A sum that does not depend on the size of its terms: the rounding error of each addition is kept
// and added at the end. A. Neumaier, Rundungsfehleranalyse einiger Verfahren zur Summation
// endlicher Summen, Zeitschrift für Angewandte Mathematik und Mechanik 54 (1974).
#pragma once

#include <cmath>

class Sum {
 public:
  // An undefined or infinite term makes the sum undefined.
  Sum& operator+=(double x) {
    const double next = sum_ + x;
    error_ += std::abs(sum_) >= std::abs(x) ? (sum_ - next) + x : (x - next) + sum_;
    sum_ = next;
    return *this;
  }

  operator double() const { return sum_ + error_; }

 private:
  double sum_ = 0, error_ = 0;
};
