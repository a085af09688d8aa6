// The one header that a calculation includes. A calculation is a class that derives from PerEntity,
// WholeDate or Series; its members declare what it reads and puts out; `process` computes it.
// `process` must depend on nothing but its arguments, parameters and what `prepare` has made of its
// own.
#pragma once

#include <exception>
#include <new>
#include <string>

#include "almanac/base.h"
#include "almanac/context.h"
#include "almanac/module.h"
#include "almanac/output.h"

namespace almanac {

// One entity at a time: `process` is called for each id found in the tables keyed by the entity. An
// exception fails this entity alone, a PermanentError the cell; an entity without a record counts
// as skipped.
class PerEntity : public CalculationBase {
 public:
  static constexpr abi::Kind kKind = abi::Kind::PerEntity;

  // Called before the entities of a date, again for each batch of them: makes, and keeps in
  // members, what they share. `day` has the tables that are not keyed by the entity; what is made
  // of them lives until the next call. An exception fails the cell.
  virtual void prepare(const Day& day) { (void)day; }
  virtual void process(const Entity& entity, Output& out) const = 0;

  void run(const abi::Batch& batch, const abi::Sink& sink) final {
    detail::Call call(declaration(), batch, sink);
    Output out(&declaration(), &batch, declaration().first_key(), false);
    prepare(Day(&call.inputs, 0, detail::kShared));
    for (size_t e = 0; e < batch.n_entities; ++e) {
      out.start_entity(e);
      const std::string failure = process_one(Entity(&call.inputs, 0, e), out);
      if (!failure.empty()) {
        out.roll_back_entity();
        sink.entity_failed(sink.self, e, failure.c_str());
      } else if (out.added_by_entity() == 0) {
        sink.entity_skipped(sink.self, e);
      }
    }
    call.finish(out);
  }

 private:
  // The message of the exception that fails the entity; empty if there is none.
  std::string process_one(const Entity& entity, Output& out) const {
    try {
      process(entity, out);
      out.close();
      return {};
    } catch (const PermanentError&) {
      throw;
    } catch (const std::bad_alloc&) {
      throw;  // says something about the machine, nothing about the entity
    } catch (const std::exception& error) {
      return *error.what() != '\0' ? error.what() : "exception without a message";
    } catch (...) {
      return "exception of an unknown type";
    }
  }
};

// A whole date in one call. Tables are given whole, but for those keyed by what it names with
// entities("user_id"): these are seen entity by entity, with day.each(), and may be of any size.
class WholeDate : public CalculationBase {
 public:
  static constexpr abi::Kind kKind = abi::Kind::WholeDate;

  EntitiesName entities(std::string_view name) { return entities_by(name); }

  virtual void process(const Day& day, Output& out) const = 0;

  void run(const abi::Batch& batch, const abi::Sink& sink) final {
    detail::Call call(declaration(), batch, sink);
    Output out(&declaration(), &batch, Declaration::kNone, false);
    process(Day(&call.inputs, 0, detail::kWhole), out);
    call.finish(out);
  }
};

// Consecutive dates in one call, for calculations that share work between them. What it puts out
// for a date must not depend on which other dates are asked for.
class Series : public CalculationBase {
 public:
  static constexpr abi::Kind kKind = abi::Kind::Series;

  virtual void process(const Span& span, Output& out) const = 0;

  void run(const abi::Batch& batch, const abi::Sink& sink) final {
    detail::Call call(declaration(), batch, sink);
    Output out(&declaration(), &batch, Declaration::kNone, true);
    process(Span(&call.inputs), out);
    call.finish(out);
  }
};

}  // namespace almanac

// ALMANAC_CALCULATION(Class, "category", "id") makes the shared object a module; once per file.
#define ALMANAC_CALCULATION(Class, category_, id_)                                     \
  namespace {                                                                          \
  struct OnlyOne_ALMANAC_CALCULATION_PerFile {                                         \
    static constexpr const char* category = category_;                                 \
    static constexpr const char* id = id_;                                             \
  };                                                                                   \
  }                                                                                    \
  extern "C" __attribute__((visibility("default"))) const ::almanac::abi::Module*      \
  almanac_module() {                                                                   \
    return ::almanac::detail::module_of<Class, OnlyOne_ALMANAC_CALCULATION_PerFile>(); \
  }
