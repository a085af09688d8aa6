// A calculation with a column that is right, and one that is whatever a fickle one makes of it.
#pragma once

#include <almanac/calculation.h>

struct Fickle : almanac::PerEntity {
  almanac::Table readings = dataset("readings");
  almanac::In<double> value = readings["value"];

  almanac::Key<std::string_view> station = key("station");
  almanac::Out<double> sound = column("sound");
  almanac::Out<double> wrong = column("wrong");

  virtual double make_of(double given) const = 0;

  void process(const almanac::Entity& entity, almanac::Output& out) const override {
    const double given = entity.rows(readings)[0][value];
    almanac::Record record = out.add();
    record[sound] = given;
    record[wrong] = make_of(given);
  }
};
