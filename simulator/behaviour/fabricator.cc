#include "simulator/behaviour/fabricator.h"

#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "columns/cast.h"
#include "columns/reorder.h"
#include "core/base/check.h"
#include "core/base/hash.h"
#include "core/plan/behaviour.h"
#include "simulator/behaviour/relatives.h"
#include "simulator/behaviour/values.h"

namespace almanac::behaviour {

namespace {

using simulator::Random;
using Source = abi::Source;

constexpr uint64_t kRelated = 4;      // of so many contexts the last is a relative of that before
constexpr uint32_t kLongWindow = 40;  // of such, tables have few rows
// Texts of a column, and entities, at most, in one of some contexts, where there are so many that
// sorting them, and looking for them, goes other ways than with a few.
constexpr uint64_t kManyKeys = 50;  // in a third, all numbers are equal
constexpr size_t kManyTexts = 40, kMostEntities = 30;
// In some of these texts are more than the bits of a word, or as many as a number of the code says,
// up to this one; or entities are, of which that number is at most:
constexpr size_t kMostTexts = 130, kMostCounted = 1000;

// The number of a row's value the day before, by key; so that prices walk instead of jumping.
using Before = std::map<std::pair<size_t, std::string>, double>;  // column, key

class Maker {
 public:
  Maker(const Shape& shape, const Material& material, uint64_t seed)
      : shape_(shape), material_(material), random_(seed_of(shape, seed)) {}

  Context run() {
    make_dates();
    const bool many_keys = random_.one_in(kManyKeys);
    const bool is_crowd = many_keys && are_looked_at_together() && random_.one_in(2);
    values_.emplace(&material_, &random_, longest_window(),
                    many_keys && !is_crowd ? many_texts() : kFewTexts);
    choose_mishaps();
    crowded_ = random_.one_in(12);
    if (random_.one_in(50)) many_ = many();
    most_entities_ = is_crowd    ? crowd()
                     : many_keys ? kMostEntities
                     : crowded_  ? 12
                                 : 1 + random_.below(4);
    make_entities();
    for (const Shape::Read& read : shape_.reads) context_.reads.push_back(make_read(read));
    if (many_keys && random_.one_in(3)) make_equal(shape_, &context_);
    drop_absent_entities();
    if (!reads_calendar()) context_.calendar.clear();
    return std::move(context_);
  }

 private:
  static uint64_t seed_of(const Shape& shape, uint64_t seed) {
    Hasher hasher("context/1");
    hasher.add(shape.id).add(uint64_t{kEvidenceRecipe}).add(seed);
    return hasher.digest().low | 1;
  }

  uint32_t longest_window() const {
    uint32_t longest = 1;
    for (const auto& read : shape_.reads) longest = std::max(longest, read.window);
    return longest;
  }

  size_t many_texts() {
    if (!random_.one_in(3)) return kManyTexts;
    const auto number = random_.one_in(2) ? number_in_code(kFewTexts, kMostTexts) : std::nullopt;
    return number ? static_cast<size_t>(*number) + random_.below(2) : kMostTexts;
  }

  bool are_looked_at_together() const {
    return !shape_.entity.name.empty() && shape_.kind != abi::Kind::PerEntity &&
           longest_window() <= kLongWindow;
  }

  // What looks at all entities together may count them; so many are more than all smaller numbers.
  size_t crowd() {
    std::optional<int> number;
    for (uint64_t tries = 1 + random_.below(3); tries > 0; --tries) {
      number = std::max(number, number_in_code(kMostEntities, kMostCounted));
    }
    if (!number) return kMostEntities;
    const auto count = static_cast<uint64_t>(*number);
    return count + random_.below(count / 2);  // some may have no rows
  }

  void choose_mishaps() {
    constexpr uint64_t kAbsent[] = {0, 0, 15}, kGaps[] = {0, 40, 4}, kThin[] = {1, 2, 6, 25};
    absent_ = kAbsent[random_.below(std::size(kAbsent))];
    gaps_ = kGaps[random_.below(std::size(kGaps))];
    thin_ = kThin[random_.below(std::size(kThin))];
  }
  bool happens(uint64_t one_in) { return one_in > 0 && random_.one_in(one_in); }

  bool reads_calendar() const {
    return std::any_of(shape_.reads.begin(), shape_.reads.end(),
                       [](const auto& read) { return read.source == Source::Calendar; });
  }

  // A whole number of the code; nothing where it has none in between.
  std::optional<int> number_in_code(double low, double high) {
    std::vector<double> fitting;
    for (const double number : material_.numbers) {
      const bool whole = number == std::trunc(number);
      if (number >= low && number <= high && whole) fitting.push_back(number);
    }
    if (fitting.empty()) return std::nullopt;
    return static_cast<int>(fitting[random_.below(fitting.size())]);
  }

  // Of a calendar date that the code writes down, or a day beside it; nothing where it has none.
  std::optional<Date> date_in_code() {
    const auto day = number_in_code(1, 31), month = number_in_code(1, 12),
               year = number_in_code(1990, 2100);
    if (!day || !month) return std::nullopt;
    const Date date = Date::of(year.value_or(2024), static_cast<unsigned>(*month), 1) + (*day - 1);
    return date + static_cast<int>(random_.between(-1, 1));
  }

  Date special_date() {
    if (random_.one_in(6)) {
      if (const auto date = date_in_code()) return *date;
    }
    const bool before_1970 = random_.one_in(30);
    const auto year =
        static_cast<int>(before_1970 ? random_.between(1960, 1969) : random_.between(2015, 2026));
    const auto month = static_cast<unsigned>(random_.between(1, 12));
    switch (random_.below(7)) {
      case 0:
        return Date::of(2016 + 4 * static_cast<int>(random_.below(3)), 2, 29);
      case 1:
        return Date::of(year, 12, 31);
      case 2:
        return Date::of(year, 1, 1 + static_cast<unsigned>(random_.below(4)));
      case 3:
        return Date::of(year, month, 1) - 1;  // the end of a month
      case 4:
        return Date::of(year, 3 * ((month + 2) / 3), 1) + 30;  // about the end of a quarter
      case 5:
        return Date::of(year, month, 1);
      default:
        return Date::of(year, month, 1) + static_cast<int>(random_.below(31));
    }
  }

  // Backwards from the last date: daily, weekdays, or with holidays; long enough for the windows or
  // not, as at the beginning of a history.
  void make_dates() {
    const uint32_t longest = longest_window();
    const bool long_series = random_.one_in(16);
    const size_t wanted =
        shape_.kind == abi::Kind::Series ? 1 + random_.below(long_series ? 20 : 3) : 1;
    size_t days = longest + wanted + random_.below(3);
    if (random_.one_in(6)) {
      days = wanted + random_.below(std::min<uint64_t>(days, 4));
    } else if (random_.one_in(6)) {
      days = wanted + random_.below(longest + 1);
    } else if (random_.one_in(6)) {  // so many days may be asked for
      const auto number = number_in_code(1, longest);
      if (number) days = wanted + static_cast<size_t>(*number) - 1 + random_.below(3);
    }
    const uint64_t style = random_.below(3);
    Date date = !material_.dates.empty() && random_.one_in(4)
                    ? material_.dates[random_.below(material_.dates.size())]
                    : special_date();
    std::vector<Date> calendar;
    for (; calendar.size() < days; date = date - 1) {
      const bool weekend = date.weekday() >= 5;
      if (style > 0 && weekend && !calendar.empty()) continue;
      if (style == 2 && !calendar.empty() && random_.one_in(20)) continue;
      calendar.push_back(date);
    }
    std::reverse(calendar.begin(), calendar.end());
    context_.dates.assign(calendar.end() - static_cast<int64_t>(wanted), calendar.end());
    context_.calendar = std::move(calendar);
  }

  void make_entities() {
    if (shape_.entity.name.empty()) return;
    auto builder = arrow::MakeBuilder(arrow_type(shape_.entity.type)).ValueOrDie();
    if (shape_.entity.type == Type::String) {
      for (const std::string& id : values_->texts(shape_.entity.name)) {
        if (entities_.size() == most_entities_) break;
        CHECK(static_cast<arrow::StringBuilder&>(*builder).Append(id).ok(), "memory");
        entities_.push_back(id);
      }
    } else {
      int64_t id = first_id();
      const bool to_the_last = random_.one_in(20);
      for (size_t i = 0; i < most_entities_; ++i, id += random_.between(1, 3)) {
        const bool is_last = to_the_last && i + 1 == most_entities_;
        const int64_t own = is_last ? std::numeric_limits<int64_t>::max() : id;
        CHECK(static_cast<arrow::Int64Builder&>(*builder).Append(own).ok(), "memory");
        entities_.push_back(std::to_string(own));
      }
    }
    context_.entities = builder->Finish().ValueOrDie();
  }

  // Ids are small numbers, mostly; others are less than nothing, about a number of the code, or as
  // far out as they can be.
  int64_t first_id() {
    const auto& numbers = material_.numbers;
    switch (random_.below(10)) {
      case 0:
        return random_.between(-4, -1);
      case 1:
        return std::numeric_limits<int64_t>::min();
      case 2:
        if (!numbers.empty()) {
          const double number = numbers[random_.below(numbers.size())];
          const bool whole = number == std::trunc(number) && std::fabs(number) < 1e15;
          if (whole) return static_cast<int64_t>(number) - random_.between(0, 1);
        }
        [[fallthrough]];
      default:
        return random_.between(0, 3);
    }
  }

  // An entity that has no row anywhere is none.
  void drop_absent_entities() {
    if (context_.entities == nullptr) return;
    const auto has_rows = [&](size_t entity) {
      for (const ReadTables& tables : context_.reads) {
        for (const DayTable& table : tables) {
          if (!table.offsets.empty() && table.offsets[entity] < table.offsets[entity + 1]) {
            return true;
          }
        }
      }
      return false;
    };
    std::vector<std::shared_ptr<arrow::Array>> ids;
    std::vector<bool> stays(entities_.size());
    for (size_t entity = 0; entity < entities_.size(); ++entity) {
      stays[entity] = has_rows(entity);
      if (stays[entity]) ids.push_back(context_.entities->Slice(static_cast<int64_t>(entity), 1));
    }
    for (ReadTables& tables : context_.reads) {
      for (DayTable& table : tables) {
        if (table.offsets.empty()) continue;
        size_t kept = 0;  // who is left out has no rows: its end is that of the one before
        for (size_t entity = 0; entity < stays.size(); ++entity) {
          if (stays[entity]) table.offsets[++kept] = table.offsets[entity + 1];
        }
        table.offsets.resize(kept + 1);
      }
    }
    context_.entities =
        ids.empty() ? context_.entities->Slice(0, 0) : arrow::Concatenate(ids).ValueOrDie();
  }

  ReadTables make_read(const Shape::Read& read) {
    ReadTables tables;
    if (read.source == Source::Calendar) return tables;
    const auto& calendar = context_.calendar;
    const size_t wanted = context_.dates.size();
    if (read.is_static) {
      tables.push_back(make_table(read, context_.dates.back(), true, nullptr));
      return tables;
    }
    if (read.source == Source::Previous) {
      if (calendar.size() <= wanted) return tables;
      const Date before = calendar[calendar.size() - wanted - 1];
      tables.push_back(make_table(read, before, !random_.one_in(6), nullptr));
      return tables;
    }
    const size_t days = std::min<size_t>(calendar.size(), read.window + wanted - 1);
    Before before;
    for (size_t day = calendar.size() - days; day < calendar.size(); ++day) {
      const bool asked = day + wanted >= calendar.size();
      const bool present = asked ? !read.optional || !random_.one_in(5) : !happens(absent_);
      tables.push_back(make_table(read, calendar[day], present, &before));
    }
    return tables;
  }

  DayTable make_table(const Shape::Read& read, Date date, bool present, Before* before) {
    DayTable table{date, present, 0, {}, {}};
    values_->on(date);
    std::vector<std::unique_ptr<arrow::ArrayBuilder>> builders;
    for (const auto& field : read.fields) {
      builders.push_back(arrow::MakeBuilder(arrow_type(field.type)).ValueOrDie());
    }
    if (read.keyed) table.offsets.push_back(0);
    const size_t groups = read.keyed ? entities_.size() : 1;
    for (size_t group = 0; group < groups; ++group) {
      if (present) table.rows += add_rows(read, group, before, &builders);
      if (read.keyed) table.offsets.push_back(table.rows);
    }
    for (auto& builder : builders) table.columns.push_back(builder->Finish().ValueOrDie());
    return table;
  }

  // So many rows that what only happens to many is seen: beyond the sizes at which the library's
  // algorithms change their ways, and about the whole numbers of the code.
  uint64_t many() {
    constexpr uint64_t kMany[] = {17, 33, 65, 130, 300};
    std::vector<uint64_t> sizes(std::begin(kMany), std::end(kMany));
    for (const double number : material_.numbers) {
      if (number < 4 || number > 1000) continue;
      const auto whole = static_cast<uint64_t>(number);
      sizes.insert(sizes.end(), {whole, whole + 1, 2 * whole + 1});
    }
    return sizes[random_.below(sizes.size())];
  }

  uint64_t how_many(const Shape::Read& read) {
    if (many_ > 0 && many_ <= rows_left_ && !read.single && random_.one_in(2)) {
      rows_left_ -= many_;
      return many_;
    }
    if (read.single) return happens(gaps_) ? 0 : 1;
    if (read.window > kLongWindow) return random_.one_in(thin_) ? random_.below(4) : 0;
    if (crowded_) return random_.below(read.keyed ? 12 : 40);
    return random_.below(read.keyed ? 4 : 8);
  }

  // The rows of an entity, or of a whole table. Gives how many.
  int64_t add_rows(const Shape::Read& read, size_t group, Before* before,
                   std::vector<std::unique_ptr<arrow::ArrayBuilder>>* builders) {
    std::vector<size_t> keys;  // text fields that tell rows apart beside the entity
    for (size_t f = 0; f < read.fields.size(); ++f) {
      const auto& field = read.fields[f];
      const bool own = read.keyed && field.name == shape_.entity.name;
      if (field.key && !own && field.type == Type::String) keys.push_back(f);
    }
    if (read.unique && !keys.empty()) return add_unique(read, group, keys[0], before, builders);
    const uint64_t rows = how_many(read);
    for (uint64_t row = 0; row < rows; ++row) {
      add_row(read, group, static_cast<int64_t>(row), {}, before, builders);
    }
    return static_cast<int64_t>(rows);
  }

  // One row for some of the texts that the key field has, in order.
  int64_t add_unique(const Shape::Read& read, size_t group, size_t key, Before* before,
                     std::vector<std::unique_ptr<arrow::ArrayBuilder>>* builders) {
    int64_t rows = 0;
    const auto texts = values_->texts(read.fields[key].name);
    for (const std::string& text : texts) {
      if (happens(gaps_)) continue;
      add_row(read, group, rows++, {{key, text}}, before, builders);
    }
    return rows;
  }

  void add_row(const Shape::Read& read, size_t group, int64_t row,
               const std::map<size_t, std::string>& given, Before* before,
               std::vector<std::unique_ptr<arrow::ArrayBuilder>>* builders) {
    const std::string key =
        std::to_string(group) + "/" + (given.empty() ? std::to_string(row) : given.begin()->second);
    for (size_t f = 0; f < read.fields.size(); ++f) {
      const auto& field = read.fields[f];
      auto* builder = (*builders)[f].get();
      const auto text = given.find(f);
      if (text != given.end()) {
        CHECK(static_cast<arrow::StringBuilder*>(builder)->Append(text->second).ok(), "memory");
      } else if (read.keyed && field.name == shape_.entity.name) {
        add_entity(group, field.type, builder);
      } else {
        add_value(field, {f, key}, before, builder);
      }
    }
  }

  void add_entity(size_t group, Type type, arrow::ArrayBuilder* builder) {
    const std::string& id = entities_[group];
    const auto added = type == Type::String
                           ? static_cast<arrow::StringBuilder*>(builder)->Append(id)
                           : static_cast<arrow::Int64Builder*>(builder)->Append(std::stoll(id));
    CHECK(added.ok(), "memory");
  }

  void add_value(const Shape::Field& field, const Before::key_type& key, Before* before,
                 arrow::ArrayBuilder* builder) {
    double nothing = std::numeric_limits<double>::quiet_NaN();
    double& near = before == nullptr ? nothing : before->try_emplace(key, nothing).first->second;
    near = values_->add(field, near, builder);
  }

  const Shape& shape_;
  const Material& material_;
  Random random_;
  std::optional<Values> values_;
  std::vector<std::string> entities_;  // ids as texts
  // One in so many is missing; 0: none.
  uint64_t absent_ = 0;  // days of a window
  uint64_t gaps_ = 0;    // keys of a table
  uint64_t thin_ = 1;    // one in so many days of a long window has rows
  bool crowded_ = false;
  size_t most_entities_ = 0;
  uint64_t many_ = 0;            // rows of an entity, or of a table; 0: as usual
  uint64_t rows_left_ = 50'000;  // that a context may have of so many
  Context context_;
};

}  // namespace

Context fabricate(const Shape& shape, const Material& material, uint64_t seed) {
  if (seed % kRelated != kRelated - 1) return Maker(shape, material, seed).run();
  Context context = Maker(shape, material, seed - 1).run();
  Random random(seed);
  relate(shape, random, &context);
  return context;
}

}  // namespace almanac::behaviour
