// Values: draws the values of one context. Of what is typical of a column, of what its type makes
// special, of the constants of the code and their neighbours, and again of what was drawn before,
// so that ties and equal points occur. Of some columns all values are typical ones.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
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

// So many texts of a column may be drawn several times; of more, each comes once.
inline constexpr size_t kFewTexts = 5;

class Values {
 public:
  // `longest`: window of the calculation; lists may be as long. `texts`: that a column has, at
  // most. The material outlives it.
  Values(const Material* material, simulator::Random* random, uint32_t longest, size_t texts);

  // The date of the table whose values are drawn from here on.
  void on(Date date) { today_ = date; }

  // The texts of which a column has some in this context: equal names have the same, so that rows
  // of several tables belong together.
  const std::vector<std::string>& texts(const std::string& column);

  // Adds a value of the field's type, or a null. `near`: the number of the same row the day before,
  // which it is near to; NaN: there was none. Gives its number, for the day after; NaN: it has
  // none.
  double add(const Shape::Field& field, double near, arrow::ArrayBuilder* builder);

 private:
  // How a column is drawn in this context.
  struct Habit {
    unsigned special;  // of how many values, in percent, the type or the code decides
    unsigned style;    // of typical numbers of which nothing is known
    bool nulls;        // some may be
    bool constant;     // all numbers are the first
    size_t length;     // of all its lists; kAnyLength: of each another
    std::vector<double> drawn;
  };
  Habit& habit_of(const std::string& column);
  bool is_special(const Habit& habit) { return random_->below(100) < habit.special; }
  double typical(const std::string& column, const Habit& habit);
  double number(const std::string& column);
  int64_t integer(const std::string& column);
  std::string text(const std::string& column);
  Date date(const std::string& column);
  bool null(const Shape::Field& field);
  double special();
  std::optional<int32_t> whole(int32_t most);
  std::string near_to(std::string text);
  std::string special_text(const std::string& other);
  char letter();
  arrow::Status add_list(const Shape::Field& field, arrow::ListBuilder* builder);

  const Material* material_;
  simulator::Random* random_;
  const uint32_t longest_;
  const size_t most_texts_;
  const unsigned special_;  // of the columns of which not all values are typical
  Date today_;
  std::map<std::string, Habit> habits_;  // by column
  std::map<std::string, std::vector<std::string>> texts_;
};

}  // namespace almanac::behaviour
