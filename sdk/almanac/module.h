// Turns a class into the functions of abi::Module; no exception leaves them. Authors do not need
// this header.
#pragma once

#include <cstdio>
#include <exception>
#include <new>
#include <type_traits>
#include <vector>

#include "almanac/abi.h"
#include "almanac/base.h"
#include "almanac/context.h"
#include "almanac/output.h"

namespace almanac::detail {

// What one call reads and reports besides its rows.
struct Call {
  Call(const Declaration& declaration, const abi::Batch& batch, const abi::Sink& sink)
      : inputs{&declaration, &batch, &rejections}, sink(sink) {}
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  void finish(Output& out) {
    out.close();
    out.send(sink);
    for (const Rejection& r : rejections) {
      sink.rejected(sink.self, inputs.batch->dates[r.date], r.reason.c_str(), r.rows);
    }
  }

  std::vector<Rejection> rejections;
  Inputs inputs;
  const abi::Sink& sink;
};

// Runs `body`; what it throws becomes a status and a message.
template <class Body>
abi::Status guarded(char* error, size_t error_size, Body body) {
  auto fail = [&](abi::Status status, const char* message) {
    std::snprintf(error, error_size, "%s", message);
    return status;
  };
  try {
    body();
    return abi::Status::Ok;
  } catch (const PermanentError& permanent) {
    return fail(abi::Status::Permanent, permanent.what());
  } catch (const std::bad_alloc&) {
    return fail(abi::Status::Failed, "out of memory");
  } catch (const std::exception& failure) {
    return fail(abi::Status::Failed, failure.what());
  } catch (...) {
    return fail(abi::Status::Failed, "exception of an unknown type");
  }
}

template <class Class, class Identity>
struct Glue {
  // Made at the first call, kept as long as the module.
  struct Described {
    Described() {
      calculation.seal();
      const Declaration& d = calculation.declaration();
      description = {Identity::id,     Identity::category,  Class::kKind,
                     d.lines.data(),   d.lines.size(),      d.tags.data(),
                     d.tags.size(),    d.parameters.data(), d.parameters.size(),
                     d.reads.data(),   d.reads.size(),      d.outputs.data(),
                     d.outputs.size(), d.entities,          static_cast<uint8_t>(d.entities_type)};
    }
    Class calculation;
    abi::Description description;
  };

  static const abi::Description* describe(char* error, size_t error_size) {
    const abi::Description* description = nullptr;
    guarded(error, error_size, [&] {
      static const Described described;
      description = &described.description;
    });
    return description;
  }

  static void* create(const abi::ParameterValue* values, size_t n_values, char* error,
                      size_t error_size) {
    Class* made = nullptr;
    const abi::Status status = guarded(error, error_size, [&] {
      made = new Class;
      made->seal();
      for (size_t i = 0; i < n_values; ++i) made->set(values[i]);
      made->start();
    });
    if (status == abi::Status::Ok) return made;
    delete made;
    return nullptr;
  }

  static void destroy(void* instance) { delete static_cast<Class*>(instance); }

  static abi::Status process(void* instance, const abi::Batch* batch, const abi::Sink* sink,
                             char* error, size_t error_size) {
    return guarded(error, error_size, [&] { static_cast<Class*>(instance)->run(*batch, *sink); });
  }
};

template <class Class, class Identity>
const abi::Module* module_of() {
  constexpr bool complete = !std::is_abstract_v<Class>;
  static_assert(complete,
                "process is missing: write `void process(const Entity& entity, Output& out) const "
                "override`, with const Day& in a WholeDate and const Span& in a Series");
  if constexpr (complete) {
    using Functions = Glue<Class, Identity>;
    static constexpr abi::Module module = {abi::kVersion, &Functions::describe, &Functions::create,
                                           &Functions::destroy, &Functions::process};
    return &module;
  } else {
    return nullptr;
  }
}

}  // namespace almanac::detail
