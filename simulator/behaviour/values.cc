#include "simulator/behaviour/values.h"

#include <arrow/builder.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/check.h"

namespace almanac::behaviour {

namespace {

using Doubles = std::numeric_limits<double>;

constexpr double kSpecial[] = {0.0,
                               -0.0,
                               1.0,
                               -1.0,
                               2.0,
                               0.5,
                               100.0,
                               1e-9,
                               1e9,
                               1e300,
                               -1e300,
                               1e-300,
                               Doubles::min(),
                               Doubles::denorm_min(),
                               Doubles::max(),
                               Doubles::infinity(),
                               -Doubles::infinity(),
                               Doubles::quiet_NaN()};
constexpr int64_t kSpecialIntegers[] = {0,
                                        1,
                                        -1,
                                        2,
                                        100,
                                        1'000'000,
                                        int64_t{1} << 32,
                                        int64_t{1} << 53,
                                        std::numeric_limits<int64_t>::max(),
                                        std::numeric_limits<int64_t>::min()};
constexpr unsigned kShares[] = {0, 5, 20, 50};  // of special values, in percent
constexpr size_t kLetters = 26, kKept = 64;
constexpr size_t kAnyLength = SIZE_MAX;
constexpr uint32_t kLongList = 100;
constexpr int32_t kMostDays = 10'000, kMostLetters = 1000;  // that the code is asked for
constexpr unsigned kStyles = 5;

bool is_whole(double value) {
  return std::abs(value) < 9e15 && value == std::floor(value);
}

char other_case(char letter) {
  const bool is_lower = letter >= 'a' && letter <= 'z', is_upper = letter >= 'A' && letter <= 'Z';
  return static_cast<char>(is_lower ? letter - 'a' + 'A' : is_upper ? letter - 'A' + 'a' : letter);
}

template <class Array>
auto pick(const Array& values, simulator::Random* random) {
  return values[random->below(std::size(values))];
}

}  // namespace

Values::Values(const Material* material, simulator::Random* random, uint32_t longest, size_t texts)
    : material_(material),
      random_(random),
      longest_(longest),
      most_texts_(texts),
      special_(kShares[random->below(std::size(kShares))]) {}

Values::Habit& Values::habit_of(const std::string& column) {
  const auto [found, is_new] = habits_.try_emplace(column);
  Habit& habit = found->second;
  if (!is_new) return habit;
  habit.special = random_->one_in(2) ? special_ : 0;
  habit.style = static_cast<unsigned>(random_->below(kStyles + 1));  // the last: each another
  habit.nulls = random_->one_in(2);
  habit.constant = random_->one_in(12);
  switch (random_->below(4)) {
    case 0: {
      const auto length = whole(kLongList);
      habit.length =
          length && *length > 0 ? static_cast<size_t>(*length) : random_->below(kLongList);
      break;
    }
    case 1:
      habit.length = std::min(longest_, kLongList);
      break;
    default:
      habit.length = kAnyLength;
  }
  return habit;
}

// A constant of the code, what lies beside it, or what its type makes special.
double Values::special() {
  if (material_->numbers.empty() || random_->one_in(3)) return pick(kSpecial, random_);
  const double constant = pick(material_->numbers, random_);
  switch (random_->below(8)) {
    case 0:
      return std::nextafter(constant, Doubles::infinity());
    case 1:
      return std::nextafter(constant, -Doubles::infinity());
    case 2:
      return constant + 1;
    case 3:
      return constant - 1;
    case 4:
      return -constant;
    default:
      return constant;
  }
}

double Values::typical(const std::string& column, const Habit& habit) {
  const auto known = material_->columns.find(column);
  if (known != material_->columns.end() && !known->second.numbers.empty()) {
    const double value = pick(known->second.numbers, random_);
    if (random_->one_in(2)) return value;
    return value * (1 + (static_cast<double>(random_->below(2001)) - 1000) / 10'000);
  }
  const auto hundredths = static_cast<double>(random_->below(100'000)) / 100;
  switch (habit.style < kStyles ? habit.style : random_->below(kStyles)) {
    case 0:
      return static_cast<double>(random_->between(0, 10));
    case 1:
      return hundredths / 1000;
    case 2:
      return hundredths - 500;
    case 3:
      return std::round(hundredths);
    default:
      return hundredths;
  }
}

double Values::number(const std::string& column) {
  Habit& habit = habit_of(column);
  auto& drawn = habit.drawn;
  if (!drawn.empty() && (habit.constant || random_->one_in(6))) return pick(drawn, random_);
  const double value = is_special(habit) ? special() : typical(column, habit);
  if (drawn.size() < kKept) drawn.push_back(value);
  return value;
}

int64_t Values::integer(const std::string& column) {
  Habit& habit = habit_of(column);
  auto& drawn = habit.drawn;
  if (!drawn.empty() && (habit.constant || random_->one_in(6))) {
    const double again = pick(drawn, random_);  // of another table it may be a real
    if (is_whole(again)) return static_cast<int64_t>(again);
  }
  if (is_special(habit) && random_->one_in(3)) return pick(kSpecialIntegers, random_);
  const double value = is_special(habit) ? special() : typical(column, habit);
  if (!is_whole(value)) return random_->between(-1, 12);
  if (drawn.size() < kKept) drawn.push_back(value);
  return static_cast<int64_t>(value);
}

// A whole number of the code, or one beside it.
std::optional<int32_t> Values::whole(int32_t most) {
  for (int tries = 0; tries < 8 && !material_->numbers.empty(); ++tries) {
    const double constant = pick(material_->numbers, random_);
    const double number = constant + static_cast<double>(random_->between(-1, 1));
    if (is_whole(number) && std::abs(number) <= most) return static_cast<int32_t>(number);
  }
  return std::nullopt;
}

// A text that code may take for another, or not: shorter or longer by something that the code
// names, in other case, with another letter, of those that the code names and their neighbours, or
// as long as one of its numbers says.
std::string Values::near_to(std::string text) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return c > 0; });
  if (text.empty() || !ascii) text = "A";  // bytes of longer letters mean nothing alone
  switch (random_->below(8)) {
    case 0:
      text.pop_back();
      return text;
    case 1: {
      const std::string more = material_->texts.empty() ? "A" : pick(material_->texts, random_);
      return random_->one_in(2) ? text + more : more + text;
    }
    case 2:
      for (size_t i = random_->below(text.size()); i < text.size(); ++i) {
        text[i] = other_case(text[i]);
      }
      return text;
    case 3:
    case 4:
    case 5:
      text[random_->below(text.size())] = letter();
      return text;
    default:
      if (const auto length = whole(kMostLetters); length && *length >= 0) {
        text.resize(static_cast<size_t>(*length), text[0]);
      }
      return text;
  }
}

// One that the code names, one beside it, or any that can be printed.
char Values::letter() {
  std::vector<char> letters;
  for (const std::string& constant : material_->texts) {
    if (constant.size() == 1) letters.push_back(constant[0]);
  }
  if (letters.empty() || random_->one_in(4)) return static_cast<char>(random_->between(' ', '~'));
  const char known = pick(letters, random_);
  const auto letter = static_cast<char>(known + random_->between(-1, 1));
  return letter < ' ' || letter > '~' ? '~' : letter;
}

const std::vector<std::string>& Values::texts(const std::string& column) {
  auto [found, is_new] = texts_.try_emplace(column);
  auto& texts = found->second;
  if (!is_new) return texts;
  const Habit& habit = habit_of(column);
  const auto known = material_->columns.find(column);
  const bool is_known = known != material_->columns.end() && !known->second.texts.empty();
  const bool in_turn = most_texts_ > kFewTexts;  // those that are known, and then others
  for (size_t i = 0; i < most_texts_; ++i) {
    std::string text(1 + i / kLetters, static_cast<char>('A' + i % kLetters));
    if (is_known && !in_turn) text = pick(known->second.texts, random_);
    if (is_known && in_turn && i < known->second.texts.size()) text = known->second.texts[i];
    if (is_special(habit)) text = special_text(texts.empty() ? text : pick(texts, random_));
    texts.push_back(std::move(text));
  }
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  return texts;
}

// One of the code, one near to it or to `other`, or what is special to texts.
std::string Values::special_text(const std::string& other) {
  const auto& constants = material_->texts;
  switch (random_->below(4)) {
    case 0:
      if (random_->one_in(2)) return random_->one_in(2) ? "" : "\xc3\xa9\xf0\x9f\x98\x80";
      return near_to(other);
    case 1:
      return near_to(constants.empty() ? other : pick(constants, random_));
    case 2:
      return constants.empty() ? near_to(other) : pick(constants, random_);
    default:
      return near_to(other);
  }
}

std::string Values::text(const std::string& column) {
  return pick(texts(column), random_);
}

// Of the day, or some time before it, but for a few that are ahead.
Date Values::date(const std::string& column) {
  const Habit& habit = habit_of(column);
  if (is_special(habit)) {
    if (!material_->dates.empty() && random_->one_in(3)) return pick(material_->dates, random_);
    if (const auto days = whole(kMostDays); days && random_->one_in(2)) return today_ - *days;
    return today_ + static_cast<int32_t>(random_->below(5));
  }
  switch (random_->below(4)) {
    case 0:
      return today_ - static_cast<int32_t>(random_->below(2));
    case 1:
      return today_ - static_cast<int32_t>(random_->below(400));
    default:
      return today_ - static_cast<int32_t>(random_->below(31));
  }
}

bool Values::null(const Shape::Field& field) {
  if (field.key || !field.nullable) return false;
  const Habit& habit = habit_of(field.name);
  if (!habit.nulls) return false;
  const auto known = material_->columns.find(field.name);
  const double share = known == material_->columns.end() ? 0.02 : known->second.nulls;
  if (is_special(habit)) return random_->one_in(4);
  return static_cast<double>(random_->below(1'000'000)) < share * 1e6;
}

double Values::add(const Shape::Field& field, double near, arrow::ArrayBuilder* builder) {
  double number = Doubles::quiet_NaN();
  const auto appended = [&]() -> arrow::Status {
    if (null(field)) return builder->AppendNull();
    switch (field.type) {
      case Type::Bool:
        return static_cast<arrow::BooleanBuilder*>(builder)->Append(random_->one_in(2));
      case Type::Int64: {
        const bool follows = is_whole(near) && !is_special(habit_of(field.name));
        const int64_t value =
            follows ? static_cast<int64_t>(near) + random_->between(0, 1) : integer(field.name);
        number = static_cast<double>(value);
        return static_cast<arrow::Int64Builder*>(builder)->Append(value);
      }
      case Type::Float64: {
        const double step = (static_cast<double>(random_->below(2001)) - 1000) / 50'000;
        const Habit& habit = habit_of(field.name);
        const bool walks = std::isfinite(near) && !habit.constant && !is_special(habit);
        number = walks ? near * (1 + step) : this->number(field.name);
        return static_cast<arrow::DoubleBuilder*>(builder)->Append(number);
      }
      case Type::String:
        return static_cast<arrow::StringBuilder*>(builder)->Append(text(field.name));
      case Type::Date:
        return static_cast<arrow::Date32Builder*>(builder)->Append(date(field.name).days());
      case Type::Float64List:
      case Type::StringList:
        return add_list(field, static_cast<arrow::ListBuilder*>(builder));
    }
    return arrow::Status::OK();
  }();
  CHECK(appended.ok(), "there is memory for a small table");
  return number;
}

arrow::Status Values::add_list(const Shape::Field& field, arrow::ListBuilder* builder) {
  ARROW_RETURN_NOT_OK(builder->Append());
  const Habit& habit = habit_of(field.name);
  const bool is_other = habit.length == kAnyLength || random_->one_in(30);
  for (size_t left = is_other ? random_->below(6) : habit.length; left > 0; --left) {
    if (is_special(habit) && random_->one_in(4)) {
      ARROW_RETURN_NOT_OK(builder->value_builder()->AppendNull());
    } else if (field.type == Type::Float64List) {
      ARROW_RETURN_NOT_OK(
          static_cast<arrow::DoubleBuilder*>(builder->value_builder())->Append(number(field.name)));
    } else {
      ARROW_RETURN_NOT_OK(
          static_cast<arrow::StringBuilder*>(builder->value_builder())->Append(text(field.name)));
    }
  }
  return arrow::Status::OK();
}

}  // namespace almanac::behaviour
