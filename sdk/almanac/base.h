// What all kinds of calculations have in common: how they declare what they read and put out.
// Authors derive from PerEntity, WholeDate or Series (calculation.h).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "almanac/abi.h"
#include "almanac/declaration.h"
#include "almanac/error.h"
#include "almanac/parameter.h"

namespace almanac {

class CalculationBase {
 public:
  CalculationBase() = default;
  CalculationBase(const CalculationBase&) = delete;  // its handles point into it
  CalculationBase& operator=(const CalculationBase&) = delete;
  virtual ~CalculationBase() = default;

  // The rest is called by the engine: `seal` once after construction, then `set` for the parameters
  // that have another value than the default, then `start`, then `run` any number of times.
  void seal() { declaration_.seal(); }

  void set(const abi::ParameterValue& value) {
    for (uint32_t i = 0; i < slots_.size(); ++i) {
      if (std::string_view(slots_[i]->name) != value.name) continue;
      if (slots_[i]->parse(value.text)) return;
      const Type type = static_cast<Type>(declaration_.parameters[i].type);
      detail::fail<PermanentError>("parameter '%s' expects a value of type %s, found '%s'",
                                   value.name, name_of(type).data(), value.text);
    }
    detail::fail<PermanentError>("there is no parameter '%s'", value.name);
  }

  void start() {
    for (detail::ParameterSlot* slot : slots_) slot->ready = true;
  }

  virtual void run(const abi::Batch& batch, const abi::Sink& sink) = 0;

  const Declaration& declaration() const { return declaration_; }

 protected:
  EntitiesName entities_by(std::string_view name) {
    declaration_.entities = declaration_.keep(name);
    return EntitiesName(&declaration_);
  }

  // A table of root data, another calculation's result, or the own result of the day before.
  Table dataset(std::string_view name) { return table(abi::Source::Dataset, name); }
  Table calculation(std::string_view id) { return table(abi::Source::Calculation, id); }
  Table previous() { return table(abi::Source::Previous, ""); }

  // Output columns, in order. Rows are unique by and sorted by all key fields.
  KeyName key(std::string_view name) {
    return {&declaration_, declaration_.add_output(name, true)};
  }
  OutputName column(std::string_view name) {
    return {&declaration_, declaration_.add_output(name, false)};
  }

  // A bool, an integer (int64_t), a double or a string; the project file's value, otherwise this
  // one.
  template <class T>
  ParameterName<T> parameter(std::string_view name, T default_value) {
    return {&declaration_, &slots_, name, default_value};
  }

  // Called in the constructor: the calculation reads the calendar; its product lines; its tags.
  void calendar() { table(abi::Source::Calendar, ""); }
  void lines(std::initializer_list<std::string_view> names) {
    for (std::string_view name : names) declaration_.lines.push_back(declaration_.keep(name));
  }
  void tags(std::initializer_list<std::string_view> names) {
    for (std::string_view name : names) declaration_.tags.push_back(declaration_.keep(name));
  }

 private:
  Table table(abi::Source source, std::string_view name) {
    return {&declaration_, declaration_.add_read(source, name)};
  }

  Declaration declaration_;
  detail::Array<detail::ParameterSlot*> slots_;  // in the order of declaration_.parameters
};

}  // namespace almanac
