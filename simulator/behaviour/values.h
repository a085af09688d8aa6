// Values: draws the values of one context. Of what is typical of a column, of what its type makes
// special, of the constants of the code and their neighbours, and again of what was drawn before,
// so that ties and equal points occur.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "simulator/behaviour/material.h"
#include "simulator/behaviour/shape.h"
#include "simulator/random.h"

namespace arrow {
class ArrayBuilder;
class ListBuilder;
class Status;
}  // namespace arrow

namespace almanac::behaviour {

class Values {
 public:
  // `special`: of how many values, in percent, the type or the code decides rather than what is
  // typical. The material outlives it.
  Values(const Material* material, simulator::Random* random, unsigned special, Date today);

  double number(const std::string& column);
  int64_t integer(const std::string& column);
  std::string text(const std::string& column);
  Date date();
  bool null(const Shape::Field& field);

  // The texts of which a column has some in this context: equal names have the same, so that rows
  // of several tables belong together.
  const std::vector<std::string>& texts(const std::string& column);

  // Adds a value of the field's type, or a null. `near`: the number of the same row the day before,
  // which it is near to; NaN: there was none. Gives its number, for the day after; NaN: it has
  // none.
  double add(const Shape::Field& field, double near, arrow::ArrayBuilder* builder);

 private:
  bool is_special() { return random_->below(100) < special_; }
  double typical(const std::string& column);
  double special();
  std::string near_to(std::string text);
  arrow::Status add_list(const Shape::Field& field, arrow::ListBuilder* builder);

  const Material* material_;
  simulator::Random* random_;
  unsigned special_;
  Date today_;
  std::map<std::string, std::vector<double>> drawn_;  // by column
  std::map<std::string, std::vector<std::string>> texts_;
};

}  // namespace almanac::behaviour
