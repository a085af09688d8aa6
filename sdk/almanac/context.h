// What `process` is given: the tables, dates and the calendar around one entity (Entity), one date
// (Day) or several dates (Span). Contexts and what they return live until `process` returns.
#pragma once

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "almanac/rows.h"

namespace almanac {

// Ascending dates.
class Dates {
 public:
  Dates(const int32_t* dates, size_t size) : dates_(dates), size_(size) {}
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  Date operator[](size_t i) const {
    if (i >= size_) [[unlikely]]
      detail::fail_index("date", i, size_);
    return Date(dates_[i]);
  }
  detail::IndexIterator<Dates> begin() const { return {*this, 0}; }
  detail::IndexIterator<Dates> end() const { return {*this, size_}; }

 private:
  const int32_t* dates_;
  size_t size_;
};

// One calendar day of a window. An absent day (not there, or never) has no rows.
struct WindowDay {
  Date date;
  bool present;
  Rows rows;
};

namespace detail {

inline constexpr size_t kWhole = static_cast<size_t>(-1);   // all rows, not those of one entity
inline constexpr size_t kShared = static_cast<size_t>(-2);  // what is not keyed by the entity

// Rejected input rows of one date for one reason.
struct Rejection {
  size_t date;
  std::string reason;
  int64_t rows;
};

// One call's inputs, shared by its contexts.
struct Inputs {
  const Declaration* declaration;
  const abi::Batch* batch;
  std::vector<Rejection>* rejections;

  // Position, in the days of a read, of wanted date `date`. A static dataset has one day for all.
  int64_t day_of(uint32_t read, size_t date) const {
    if (batch->reads[read].streamed) [[unlikely]] {
      fail<PermanentError>("%s '%s' is streamed by '%s': read it in a loop over day.each()",
                           kind_of(declaration->reads[read]), declaration->reads[read].name,
                           declaration->entities);
    }
    const size_t n_days = batch->reads[read].n_days;
    if (n_days < batch->n_dates) return static_cast<int64_t>(n_days) - 1;
    return static_cast<int64_t>(n_days - batch->n_dates + date);
  }

  Rows rows(uint32_t read, int64_t day, size_t entity) const {
    const abi::Read* declared = &declaration->reads[read];
    if (day < 0) return {nullptr, declared, read, 0, 0};
    const abi::DayRows& rows = batch->reads[read].days[day];
    if (!rows.present) return {nullptr, declared, read, 0, 0};
    if (entity == kWhole || rows.offsets == nullptr) return {&rows, declared, read, 0, rows.rows};
    if (entity == kShared) [[unlikely]] {
      fail<PermanentError>("%s '%s' is keyed by the entity: read it in process", kind_of(*declared),
                           declared->name);
    }
    const int64_t begin = rows.offsets[entity];
    return {&rows, declared, read, begin, rows.offsets[entity + 1] - begin};
  }

  Rows rows(const Table& table, size_t date, uint32_t back, size_t entity) const {
    const abi::Read& read = declaration->reads[table.index()];
    if (back >= read.window) {
      fail<PermanentError>("%u days back are outside window(%u) of %s '%s': declare a larger one",
                           back, read.window, kind_of(read), read.name);
    }
    return rows(table.index(), day_of(table.index(), date) - back, entity);
  }

  // Up to one wanted date, also where the engine gives more: no date sees what comes after it.
  Dates calendar(size_t date) const {
    for (const abi::Read& read : declaration->reads) {
      if (read.source != abi::Source::Calendar) continue;
      size_t n = batch->n_calendar;
      while (n > 0 && batch->calendar[n - 1] > batch->dates[date]) --n;
      return {batch->calendar, n};
    }
    fail<PermanentError>("the calendar is read, not declared: call calendar() in the constructor");
  }

  void reject(size_t date, std::string_view reason, int64_t rows) const {
    for (Rejection& known : *rejections) {
      if (known.date == date && known.reason == reason) return void(known.rows += rows);
    }
    rejections->push_back({date, std::string(reason), rows});
  }
};

}  // namespace detail

// The days of a table's window, oldest first; the last is the date itself. There are fewer than
// declared where the calendar starts later.
class Window {
 public:
  Window(const detail::Inputs* inputs, uint32_t read, int64_t begin, int64_t end, size_t entity)
      : inputs_(inputs), read_(read), begin_(begin), end_(end), entity_(entity) {}

  size_t size() const { return static_cast<size_t>(end_ - begin_); }
  bool empty() const { return size() == 0; }
  WindowDay operator[](size_t i) const {
    if (i >= size()) [[unlikely]]
      detail::fail_index("day", i, size(), &inputs_->declaration->reads[read_]);
    const int64_t day = begin_ + static_cast<int64_t>(i);
    const abi::DayRows& rows = inputs_->batch->reads[read_].days[day];
    return {Date(rows.date), rows.present, inputs_->rows(read_, day, entity_)};
  }
  detail::IndexIterator<Window> begin() const { return {*this, 0}; }
  detail::IndexIterator<Window> end() const { return {*this, size()}; }

 private:
  const detail::Inputs* inputs_;
  uint32_t read_;
  int64_t begin_, end_;
  size_t entity_;
};

// One date, seen by one entity or as a whole. Helpers in layers take a `const Context&`.
class Context {
 public:
  Context(const detail::Inputs* inputs, size_t date, size_t entity)
      : inputs_(inputs), date_(date), entity_(entity) {}

  Date date() const { return Date(inputs_->batch->dates[date_]); }

  // The table's rows of `back` calendar days earlier (0: of the date itself; of previous(): of the
  // day before); empty where that day is absent. `back` lies inside the table's window. For an
  // entity: its own rows, or all where the table is keyed by something else.
  Rows rows(const Table& table, uint32_t back = 0) const {
    return inputs_->rows(table, date_, back, entity_);
  }

  Window window(const Table& table) const {
    const int64_t end = inputs_->day_of(table.index(), date_) + 1;
    const int64_t days = inputs_->declaration->reads[table.index()].window;
    return {inputs_, table.index(), end > days ? end - days : 0, end, entity_};
  }

  // The calendar up to the date. The calculation declares it with calendar() in its constructor.
  Dates calendar() const { return inputs_->calendar(date_); }

  // Counts `rows` input rows that were left out; the counts are part of the result's identity.
  void reject(std::string_view reason, int64_t rows = 1) const {
    if (entity_ == detail::kShared) [[unlikely]] {  // it would count once for each batch
      detail::fail<PermanentError>("rows are rejected in process, not in prepare");
    }
    inputs_->reject(date_, reason, rows);
  }

 protected:
  const detail::Inputs* inputs_;
  size_t date_, entity_;
};

// What PerEntity::process is given.
class Entity : public Context {
 public:
  using Context::Context;

  // int64_t or std::string_view, as the first key field is declared.
  template <class T>
  T id() const {
    static_assert(std::is_same_v<T, int64_t> || std::is_same_v<T, std::string_view>,
                  "an entity's id is an int64_t or a std::string_view");
    const Declaration& declared = *inputs_->declaration;
    const auto type = *declared.entities != '\0'
                          ? declared.entities_type
                          : static_cast<Type>(declared.outputs[declared.first_key()].type);
    if (type != TypeOf<T>::value) {
      detail::fail<PermanentError>("the entity's id is read as %s, but it is declared as %s",
                                   name_of(TypeOf<T>::value).data(), name_of(type).data());
    }
    return detail::read<T>(*inputs_->batch->entities, static_cast<int64_t>(entity_));
  }
};

// All entities that are in a table keyed by them, in key order. An Entity, and what it gives, lives
// until the next one is asked for.
class EachEntity {
 public:
  explicit EachEntity(const detail::Inputs* day) : day_(*day->batch), inputs_(*day) {}
  EachEntity(const EachEntity&) = delete;
  EachEntity& operator=(const EachEntity&) = delete;

  class Iterator {
   public:
    explicit Iterator(EachEntity* all) : all_(all) {}
    Entity operator*() const { return {&all_->inputs_, 0, all_->entity_}; }
    Iterator& operator++() {
      if (++all_->entity_ == all_->inputs_.batch->n_entities) all_->next(false);
      return *this;
    }
    bool operator==(std::default_sentinel_t) const { return all_->done_; }

   private:
    EachEntity* all_;
  };

  Iterator begin() {
    next(true);
    return Iterator(this);
  }
  std::default_sentinel_t end() const { return {}; }

 private:
  void next(bool first) {
    const int found = day_.next(day_.stream, first, &inputs_.batch);
    if (found < 0) detail::fail<std::runtime_error>("the tables cannot be read");
    done_ = found == 0;
    entity_ = 0;
  }

  const abi::Batch& day_;
  detail::Inputs inputs_;
  size_t entity_ = 0;
  bool done_ = false;
};

// What WholeDate::process is given.
class Day : public Context {
 public:
  using Context::Context;

  // `for (const Entity user : day.each(users))`; once more starts from the first one again.
  template <class T>
  EachEntity each(const Entities<T>&) const {
    return EachEntity(inputs_);
  }
};

// What Series::process is given: consecutive wanted dates, and the days before them that lie in a
// table's window. Dates are named by their position in `dates()`.
class Span {
 public:
  explicit Span(const detail::Inputs* inputs) : inputs_(inputs) {}

  Dates dates() const { return {inputs_->batch->dates, inputs_->batch->n_dates}; }
  size_t size() const { return inputs_->batch->n_dates; }

  // One of the dates, with all that a Day can do: rows, window, calendar, reject.
  Day operator[](size_t date) const {
    (void)dates()[date];  // there is one
    return {inputs_, date, detail::kWhole};
  }

  Rows rows(const Table& table, size_t date, uint32_t back = 0) const {
    return (*this)[date].rows(table, back);
  }

 private:
  const detail::Inputs* inputs_;
};

}  // namespace almanac
