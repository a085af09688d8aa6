#include "simulator/behaviour/shape.h"

#include <algorithm>

namespace almanac::behaviour {

namespace {

using Source = abi::Source;

void describe_result(const Calculation& source, const Calculation::Column& entity,
                     Shape::Read* read) {
  const std::vector<size_t> keys = source.keys();
  read->unique = true;
  read->keyed = !entity.name.empty() && source.entity() == entity.name;
  read->single = read->keyed && keys.size() == 1;
  for (Shape::Field& field : read->fields) {
    for (const auto& output : source.outputs) {
      if (output.name != field.name) continue;
      field.key = output.key;
      field.nullable = output.nullable;
    }
  }
}

}  // namespace

Shape shape_of(const Calculation& calculation, const Manifest& manifest, const Project& project) {
  Shape shape{calculation.id, calculation.kind, calculation.streamed_by(), {}};
  for (const auto& declared : calculation.reads) {
    Shape::Read read{declared.source, declared.name, declared.window, declared.optional};
    for (const auto& column : declared.columns) read.fields.push_back({column.name, column.type});
    if (declared.source == Source::Dataset) {
      const Dataset& dataset = *project.dataset(declared.name);
      read.is_static = dataset.is_static;
      read.keyed = !shape.entity.name.empty() && dataset.entity == shape.entity.name;
      for (auto& field : read.fields) field.key = field.name == dataset.entity;
    } else if (declared.source == Source::Calculation) {
      describe_result(*manifest.find(declared.name), shape.entity, &read);
    } else if (declared.source == Source::Previous) {
      describe_result(calculation, shape.entity, &read);
    }
    shape.reads.push_back(std::move(read));
  }
  return shape;
}

}  // namespace almanac::behaviour
