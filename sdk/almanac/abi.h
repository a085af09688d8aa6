// What crosses the boundary between the engine and a calculation's module: plain structs, so that
// neither side depends on the other's C++ library. Authors do not need this header.
//
// Ownership: what is passed in lives until the call returns; a Description lives as long as the
// module; rows given to a Sink are moved (the receiver releases them, as the C data interface
// says). Thread rule: an instance is used by one thread at a time; instances are independent.
#pragma once

#include <cstddef>
#include <cstdint>

#include "almanac/c_data.h"

namespace almanac::abi {

inline constexpr uint32_t kVersion = 2;

enum class Kind : uint8_t { PerEntity, WholeDate, Series };
enum class Source : uint8_t { Dataset, Calculation, Previous, Calendar };

struct ReadColumn {
  const char* name;
  uint8_t type;  // almanac::Type
};

struct Read {
  Source source;
  const char* name;  // of the dataset or calculation; "" for Previous and Calendar
  bool optional;
  uint32_t window;  // calendar days, the date itself included; 1 is the date alone
  const ReadColumn* columns;
  size_t n_columns;
};

struct OutputColumn {
  const char* name;
  uint8_t type;
  bool key, nullable;
  bool sparse;    // exempt from the validator's rule on nulls
  bool constant;  // exempt from the validator's rule on zero variance
};

struct Parameter {
  const char* name;
  uint8_t type;              // Bool, Int64, Float64 or String
  const char* default_text;  // as it is written in the project file
};

struct Description {
  const char* id;
  const char* category;
  Kind kind;
  const char* const* lines;
  size_t n_lines;
  const char* const* tags;
  size_t n_tags;
  const Parameter* parameters;
  size_t n_parameters;
  const Read* reads;
  size_t n_reads;
  const OutputColumn* outputs;
  size_t n_outputs;
  const char* entities;  // WholeDate: tables keyed by this are streamed by entity; "" if none are
  uint8_t entities_type;
};

// The rows of one read on one date. Columns are in the order of their declaration, each a
// contiguous Arrow array of the declared type. `offsets` has n_entities + 1 entries where the table
// is keyed by the entity of the batch: rows [offsets[e], offsets[e+1]) belong to entity e. It is
// null where the table is given whole.
struct DayRows {
  int32_t date;
  bool present;
  int64_t rows;
  const ArrowArray* const* columns;
  const int64_t* offsets;
};

// The dates of one read, oldest first. A read with a window of w has w - 1 entries before that of
// the first wanted date (fewer where the calendar starts later); a static dataset has one entry.
// Previous has one entry, the day before, or none; Calendar has none. A table that is streamed by
// entity has no days here: they come with the batches of Batch::next.
struct ReadDays {
  const DayRows* days;
  size_t n_days;
  bool streamed;
};

// What one call computes: one date (PerEntity: a batch of entities in key order; WholeDate) or the
// consecutive calendar days of a Series.
struct Batch {
  const int32_t* dates;  // wanted dates, ascending
  size_t n_dates;
  const ReadDays* reads;  // in the order of Description::reads
  size_t n_reads;
  const ArrowArray* entities;  // ids, of the first key's type; null unless PerEntity
  size_t n_entities;
  const int32_t* calendar;  // calendar days up to the last wanted date; null unless declared
  size_t n_calendar;
  // Where the Description names entities: their next batch in key order, or their first one, with
  // all reads as in a PerEntity batch. Returns 1 and a batch that lives until the next call, 0 at
  // the end, -1 when the tables cannot be read.
  int (*next)(void* stream, bool first, const Batch** batch);
  void* stream;
};

struct Sink {
  void* self;
  // A struct array with the output columns in order; the rows of one call are in the order in which
  // the calculation added them. The schema travels once, in the Description.
  void (*rows)(void* self, int32_t date, ArrowArray* rows);
  void (*entity_failed)(void* self, size_t entity, const char* message);
  void (*entity_skipped)(void* self, size_t entity);
  void (*rejected)(void* self, int32_t date, const char* reason, int64_t rows);
};

enum class Status : int { Ok = 0, Failed = 1, Permanent = 2 };

struct ParameterValue {
  const char* name;
  const char* text;
};

// On failure the functions write a message of at most `error_size` bytes, terminated.
struct Module {
  uint32_t version;
  const Description* (*describe)(char* error, size_t error_size);  // null on failure
  void* (*create)(const ParameterValue* values, size_t n_values, char* error, size_t error_size);
  void (*destroy)(void* instance);
  Status (*process)(void* instance, const Batch* batch, const Sink* sink, char* error,
                    size_t error_size);
};

using Entry = const Module* (*)();
inline constexpr const char* kEntryName = "almanac_module";

}  // namespace almanac::abi
