#include "core/quality/validator.h"

#include <cmath>
#include <cstdio>

#include "core/base/check.h"

namespace almanac {

namespace {

std::string percent(uint64_t part, uint64_t whole) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%",
                100 * static_cast<double>(part) / static_cast<double>(whole));
  return text;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

}  // namespace

Validator::Validator(const std::vector<Calculation::Output>& outputs) {
  for (const auto& output : outputs) columns_.emplace_back().output = output;
}

void Validator::add(size_t index, std::span<const double> values, std::span<const uint8_t> valid) {
  Column& column = columns_[index];
  CHECK(column.output.type == Type::Float64, "doubles belong to a float64 column");
  for (size_t i = 0; i < values.size(); ++i) {
    ++column.rows;
    if (!valid.empty() && valid[i] == 0) {
      ++column.nulls;
    } else if (!std::isfinite(values[i])) {
      ++column.not_finite;
    } else if (column.values() == 1) {
      column.first_double = values[i];
    } else {
      column.varies |= values[i] != column.first_double;
    }
  }
}

void Validator::add(size_t index, std::span<const int64_t> values, std::span<const uint8_t> valid) {
  Column& column = columns_[index];
  CHECK(column.output.type == Type::Int64, "integers belong to an int64 column");
  for (size_t i = 0; i < values.size(); ++i) {
    ++column.rows;
    if (!valid.empty() && valid[i] == 0) {
      ++column.nulls;
    } else if (column.values() == 1) {
      column.first_int = values[i];
    } else {
      column.varies |= values[i] != column.first_int;
    }
  }
}

void Validator::add(size_t index, uint64_t rows, uint64_t nulls) {
  columns_[index].rows += rows;
  columns_[index].nulls += nulls;
}

std::string Validator::verdict() const {
  std::string findings;
  const auto found = [&](const Column& column, const std::string& rule) {
    findings += (findings.empty() ? "column '" : "; column '") + column.output.name + "': " + rule;
  };
  for (const Column& column : columns_) {
    const Calculation::Output& output = column.output;
    const bool numeric = output.type == Type::Int64 || output.type == Type::Float64;
    if (output.key && column.not_finite > 0) {
      found(column, std::to_string(column.not_finite) + " of " + std::to_string(column.rows) +
                        " keys are NaN or infinite");
    }
    if (numeric && !output.constant && column.values() >= kFlatlineRows && !column.varies) {
      found(column, "all " + std::to_string(column.values()) + " values are " +
                        (output.type == Type::Int64 ? std::to_string(column.first_int)
                                                    : number(column.first_double)) +
                        " (flatline); declare it constant() if that can be right");
    }
    const uint64_t nulls = column.nulls + column.not_finite;
    if ((numeric || output.nullable) && !output.sparse && !output.key &&
        nulls * 100 > column.rows * kMaxNullPercent) {
      found(column, percent(nulls, column.rows) + " of " + std::to_string(column.rows) +
                        " values are null, NaN or infinite, more than " +
                        std::to_string(kMaxNullPercent) +
                        " %; declare it sparse() if that can be right");
    }
  }
  return findings;
}

}  // namespace almanac
