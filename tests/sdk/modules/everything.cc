// Declares one of everything, for the test of what a module says of itself.
#include <almanac/calculation.h>
using namespace almanac;

struct Everything : Series {
  Table prices = dataset("prices").window(5);
  In<double> close = prices["close"];
  Table sectors = dataset("sectors").optional();
  In<std::string_view> sector = sectors["sector"];
  Table extracted = calculation("price_extractor");
  In<Date> day = extracted["day"];
  In<List<double>> returns = extracted["returns"];
  In<bool> open = prices["open"];

  Parameter<double> period = parameter("period", 14.5);
  Parameter<int64_t> count = parameter("count", 3);
  Parameter<bool> strict = parameter("strict", true);
  Parameter<std::string> label = parameter("label", "plain");

  Key<std::string_view> ticker = key("ticker");
  Key<Date> from = key("from").constant();
  Out<double> value = column("value").nullable();
  Out<List<std::string_view>> names = column("names").sparse().constant();

  Everything() {
    lines({"stocks", "funds"});
    tags({"test"});
    calendar();
  }

  void process(const Span&, Output&) const override {}
};

ALMANAC_CALCULATION(Everything, "testing", "everything")
