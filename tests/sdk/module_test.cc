// A compiled module: loaded by content, described, created with parameters, called.
#include "runner/module.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/compiled_module.h"
#include "tests/support/fake_call.h"

namespace almanac {
namespace {

const std::string kModules = ALMANAC_SOURCE_DIR "/tests/sdk/modules/";

const ModuleFolder& folder() {
  static const ModuleFolder folder;
  return folder;
}

std::string net_profit() {
  static const std::string path = folder().compile(kModules + "net_profit.cc", "net_profit.so");
  return path;
}

// A calculation with these members and an otherwise empty body.
std::string module_with(const std::string& name, const std::string& members) {
  return folder().compile_text(
      "#include <almanac/calculation.h>\nusing namespace almanac;\n"
      "struct C : WholeDate {\n  Out<double> x = column(\"x\");\n" +
          members +
          "\n  void process(const Day&, Output& out) const override {\n"
          "    out.add()[x] = 1;\n  }\n};\n"
          "ALMANAC_CALCULATION(C, \"tests\", \"" +
          name + "\")\n",
      name + ".so");
}

TEST(Module, ReadmeExampleComputes) {
  const Module module = Module::load(net_profit()).value();
  const Calculation calculation = module.describe().value();
  EXPECT_EQ(calculation.id, "net_profit");
  EXPECT_EQ(calculation.category, "portfolio");
  EXPECT_EQ(calculation.entity(), "user_id");
  EXPECT_FALSE(calculation.historical());

  FakeBatch batch({Date::of(2024, 1, 2)});
  batch.entities<int64_t>({7, 8});
  batch.read().day(Date::of(2024, 1, 2),
                   columns(hand_array<double>({100.0, 300.0}), hand_array<double>({10.0, 30.0})),
                   {0, 2, 2});
  SinkLog log({Type::Int64, Type::Float64, Type::Float64});
  Instance instance = module.create(calculation.parameters).value();
  const Instance::Outcome outcome = instance.process(batch.view(), log.sink());
  EXPECT_EQ(outcome.message, "");
  EXPECT_EQ(log.lines,
            (std::vector<std::string>{"2024-01-02: 7, 400, 10", "2024-01-02: 8, 0, null"}));
}

TEST(Module, DescribesEverythingThatIsDeclared) {
  const std::string path = folder().compile(kModules + "everything.cc", "everything.so");
  const Calculation c = Module::load(path).value().describe().value();
  EXPECT_EQ(c.kind, abi::Kind::Series);
  EXPECT_EQ(c.lines, (std::vector<std::string>{"stocks", "funds"}));
  EXPECT_EQ(c.tags, (std::vector<std::string>{"test"}));

  std::string text;
  for (const auto& p : c.parameters) {
    text += p.name + ":" + std::string(name_of(p.type)) + "=" + p.text + " ";
  }
  EXPECT_EQ(text, "period:float64=14.5 count:int64=3 strict:bool=true label:string=plain ");

  text.clear();
  for (const auto& r : c.reads) {
    text += std::to_string(static_cast<int>(r.source)) + r.name + (r.optional ? "?" : "") + "/" +
            std::to_string(r.window) + "(";
    for (const auto& column : r.columns) {
      text += column.name + ":" + std::string(name_of(column.type)) + " ";
    }
    text += ") ";
  }
  EXPECT_EQ(text,
            "0prices/5(close:float64 open:bool ) 0sectors?/1(sector:string ) "
            "1price_extractor/1(day:date returns:list<float64> ) 3/1() ");

  text.clear();
  for (const auto& o : c.outputs) {
    text += o.name + ":" + std::string(name_of(o.type)) + (o.key ? " key" : "") +
            (o.nullable ? " nullable" : "") + (o.sparse ? " sparse" : "") +
            (o.constant ? " constant" : "") + "; ";
  }
  EXPECT_EQ(text,
            "ticker:string key; from:date key constant; value:float64 nullable; "
            "names:list<string> nullable sparse constant; ");
  EXPECT_EQ(c.keys(), (std::vector<size_t>{0, 1}));
}

TEST(Module, DeclaringTwiceIsAnErrorThatNamesTheFile) {
  const auto message = [](const std::string& name, const std::string& members) {
    const std::string path = module_with(name, members);
    const std::string text = Module::load(path).value().describe().error().message;
    const std::string prefix = path + ": calculation '" + name + "': ";
    EXPECT_EQ(text.substr(0, prefix.size()), prefix);
    return text.substr(prefix.size());
  };
  EXPECT_EQ(message("twice_previous", "Table a = previous(), b = previous();"),
            "previous() is declared twice: declare it once, with the larger window");
  EXPECT_EQ(message("twice_dataset", "Table a = dataset(\"p\"), b = dataset(\"p\").window(2);"),
            "dataset(\"p\") is declared twice: declare it once, with the larger window");
  EXPECT_EQ(message("twice_column",
                    "Table a = dataset(\"p\"); In<double> b = a[\"c\"]; In<bool> d = a[\"c\"];"),
            "dataset(\"p\")[\"c\"] is declared twice: use one handle for both");
  EXPECT_EQ(message("twice_parameter",
                    "Parameter<double> a = parameter(\"n\", 1.0), b = parameter(\"n\", 2.0);"),
            "parameter 'n' is declared twice: remove one");
}

TEST(Module, ThrowingConstructorIsAnErrorOfDescribeAndCreate) {
  const std::string path =
      module_with("throwing", "C() { throw std::runtime_error(\"no such table\"); }");
  const Module module = Module::load(path).value();
  EXPECT_EQ(module.describe().error().message, path + ": no such table");
  EXPECT_EQ(module.create({}).error().message, path + ": no such table");
}

TEST(Module, OtherBytesThanExpectedAreNotLoaded) {
  const std::string digest(64, '0');
  const Result<Module> module = Module::load(net_profit(), digest);
  ASSERT_FALSE(module.ok());
  EXPECT_EQ(module.error().kind, Error::Kind::Data);
  EXPECT_EQ(module.error().message.find(net_profit() + ": expected content " + digest), 0u);

  const std::string text = module.error().message;
  const size_t found = text.find("found ") + 6;
  EXPECT_TRUE(Module::load(net_profit(), text.substr(found, 64)).ok());
}

TEST(Module, ReplacedFileIsANewModuleAlsoUnderTheSameNumber) {
  const std::string path = folder().file("replaced.so");
  for (int round = 0; round < 3; ++round) {
    const std::string name = "round" + std::to_string(round);
    std::filesystem::rename(module_with(name, ""), path);
    const Module module = Module::load(path).value();
    EXPECT_EQ(module.describe().value().id, name);
  }
}

TEST(Module, ObjectThatTheLoaderKeepsDoesNotHideAnother) {
  const std::string kept = folder().compile_text(
      "#include <almanac/calculation.h>\nusing namespace almanac;\n"
      "template <class T> struct [[gnu::visibility(\"default\")]] Kept { static inline T x = 0; "
      "};\n"
      "struct C : WholeDate {\n  Out<double> x = column(\"x\");\n"
      "  void process(const Day&, Output&) const override { ++Kept<int>::x; }\n};\n"
      "ALMANAC_CALCULATION(C, \"tests\", \"kept\")\n",
      "kept.so");
  EXPECT_EQ(Module::load(kept).value().describe().value().id, "kept");
  const std::string other = module_with("other", "");
  EXPECT_EQ(Module::load(other).value().describe().value().id, "other");
}

TEST(Module, WhatIsNoModuleIsNamed) {
  const auto message = [](const std::string& path) { return Module::load(path).error().message; };
  EXPECT_EQ(message(folder().file("none.so")),
            folder().file("none.so") + ": cannot be opened: No such file or directory");
  const std::string text = folder().file("text.so");
  std::ofstream(text) << "no shared object";
  EXPECT_EQ(message(text).find(text + ": cannot be loaded: "), 0u);
  const std::string plain = folder().compile_text("int answer() { return 42; }\n", "plain.so");
  EXPECT_EQ(
      message(plain),
      plain +
          ": has no calculation: end its source with ALMANAC_CALCULATION(Class, \"category\", "
          "\"id\"), or keep it outside calculations/");
  const std::string old = folder().compile_text(
      "#include <almanac/abi.h>\n"
      "extern \"C\" __attribute__((visibility(\"default\"))) const almanac::abi::Module*\n"
      "almanac_module() {\n  static const almanac::abi::Module module = {0, 0, 0, 0, 0};\n"
      "  return &module;\n}\n",
      "old.so");
  EXPECT_EQ(message(old), old +
                              ": was built for version 0 of the module interface, this engine has "
                              "version 2: run `almanac build`");
}

}  // namespace
}  // namespace almanac
