#include "core/code/lint.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

namespace almanac {
namespace {

namespace fs = std::filesystem;

// "2 rand(), 3 variable n": lines and what is found there. `before`: lines before the first.
std::string found(const std::string& source, size_t before = 0) {
  std::string text;
  for (const LintFinding& finding : lint(source)) {
    EXPECT_FALSE(finding.why.empty()) << finding.what;
    text += (text.empty() ? "" : ", ") + std::to_string(finding.line - before) + " " + finding.what;
  }
  return text;
}

std::string found_in_function(const std::string& source) {
  return found("void f() {\n" + source + "\n}", 1);
}

struct Case {
  const char* source;
  const char* findings;
};

void expect_found(const std::vector<Case>& cases) {
  for (const auto& [source, findings] : cases) EXPECT_EQ(found(source), findings) << source;
}

void expect_nothing(const std::vector<const char*>& sources) {
  for (const char* source : sources) EXPECT_EQ(found(source), "") << source;
}

void expect_in_function(const std::vector<Case>& cases) {
  for (const auto& [source, findings] : cases) {
    EXPECT_EQ(found_in_function(source), findings) << source;
  }
}

void expect_nothing_in_function(const std::vector<const char*>& sources) {
  for (const char* source : sources) EXPECT_EQ(found_in_function(source), "") << source;
}

TEST(Lint, SaysWhereWhatAndWhy) {
  const auto findings =
      lint("int f() {\n  /* two\n lines */ return rand() %\n    time(nullptr);\n}");
  EXPECT_EQ(findings,
            (std::vector<LintFinding>{{3, "rand()", "a random number differs in each run"},
                                      {4, "time()", "the time differs in each run"}}));
}

TEST(Lint, PlacesInTheSourceAndTheTimeOfCompiling) {
  expect_in_function({{"x = __LINE__;", "1 __LINE__"},
                      {"\nf(__FILE__, __func__);", "2 __FILE__, 2 __func__"},
                      {"f(__DATE__ __TIME__);", "1 __DATE__, 1 __TIME__"},
                      {"#define ID __COUNTER__\n", "1 __COUNTER__"},
                      {"f(__PRETTY_FUNCTION__);", "1 __PRETTY_FUNCTION__"},
                      {"std::source_location::current()", "1 std::source_location"}});
}

TEST(Lint, ClocksAndZones) {
  expect_in_function({{"auto t = std::chrono::system_clock::now();", "1 system_clock"},
                      {"using std::chrono::steady_clock;", "1 steady_clock"},
                      {"return time(nullptr);", "1 time()"},
                      {"std::time_t t = std::time(0);", "1 std::time()"},
                      {"if (::time(&t) > 3) f();", "1 time()"},
                      {"x = a > time(0);", "1 time()"},
                      {"double t = clock() / 2.0;", "1 clock()"},
                      {"auto now = &std::time;", "1 std::time"},
                      {"clock_gettime(CLOCK_REALTIME, &t);", "1 clock_gettime()"},
                      {"std::localtime(&noon)", "1 std::localtime()"}});
  expect_nothing_in_function({"std::gmtime(&noon);", "timegm(&parts);", "std::chrono::days d{3};"});
}

TEST(Lint, Chance) {
  expect_in_function({{"std::random_device device;", "1 std::random_device"},
                      {"srand(7);", "1 srand()"},
                      {"f(2 * rand());", "1 rand()"},
                      {"return {scale * rand(), 1};", "1 rand()"},
                      {"else x = y & random();", "1 random()"}});
  expect_nothing_in_function({"std::mt19937 random(42); f(random());",
                              "void f() { Engine random{1}; random(); }",
                              "double draw(std::mt19937& random) { return random() / 2.0; }"});
}

TEST(Lint, TheProcessAndTheMachine) {
  expect_in_function(
      {{"std::getenv(\"HOME\")", "1 std::getenv()"},
       {"extern char** environ;", "1 environ"},
       {"std::locale(\"\")", "1 std::locale()"},
       {"using namespace std;\nlocale here;", "2 locale"},
       {"getpid();", "1 getpid()"},
       {"std::thread::hardware_concurrency()", "1 std::thread, 1 hardware_concurrency()"},
       {"reinterpret_cast<uintptr_t>(p)", "1 uintptr_t"}});
}

TEST(Lint, OtherCodeFilesAndConnections) {
  expect_in_function({{"dlsym(all, \"f\");", "1 dlsym()"},
                      {"{ system(\"ls\"); }", "1 system()"},
                      {"if (x) fork();", "1 fork()"},
                      {"execv(path, arguments);", "1 execv()"},
                      {"std::ifstream file(name);", "1 std::ifstream"},
                      {"namespace fs = std::filesystem;", "1 std::filesystem"},
                      {"int fd = open(name, O_RDONLY);", "1 open()"},
                      {"int fd = ::open(name, 0);", "1 open()"},
                      {"std::cin >> x;", "1 std::cin"},
                      {"mmap(0, n, 0, 0, fd, 0);", "1 mmap()"}});
}

TEST(Lint, ThreadsAndWhatTheLanguageHides) {
  expect_in_function({{"std::thread t(f);", "1 std::thread"},
                      {"using namespace std;\nthread t(f);", "2 thread"},
                      {"auto a = std::async(f);", "1 std::async()"},
                      {"std::atomic<int> n;", "1 std::atomic"},
                      {"sort(std::execution::par, a, b);", "1 std::execution"},
                      {"#pragma omp parallel for\n", "1 omp"},
                      {"pthread_create(&t, 0, f, 0);", "1 pthread_create()"},
                      {"thread_local int n = 0;", "1 thread_local"},
                      {"using namespace std;\nthread(f).join();", "2 thread()"},
                      {"asm(\"nop\");", "1 asm()"},
                      {"f(static_cast<volatile int*>(p));", "1 volatile"},
                      {"const_cast<T&>(x) = 3;", "1 const_cast"},
                      {"struct A {\n  mutable int n = 0;\n};", "2 mutable"},
                      {"struct A { mutable std::vector<int> kept; };", "1 mutable"}});
  expect_nothing_in_function({"auto f = [n = 0]() mutable { return ++n; };", "#pragma once\n",
                              "auto f = [n = 0]() mutable -> int { return ++n; };"});
}

TEST(Lint, VariablesThatKeep) {
  expect_found(
      {{"void f() {\n  static int n = 0;\n}", "2 variable n"},
       {"struct A { static std::map<int, double> all; };", "1 variable all"},
       {"struct A { inline static double last{0}; };", "1 variable last"},
       {"static const char* name = \"a\";", "1 variable name"},
       {"void f() { static std::vector<const char*> v(3); }", "1 variable v"},
       {"static double (*hook)(double) = nullptr;", "1 variable hook"},
       {"void f() { static std::vector<int> v(rows.size()); }", "1 variable v"},
       {"static auto& cache = *new Cache;", "1 variable cache"},
       {"class A { public: static int counts[3]; };", "1 variable counts"},
       {"#define COUNTED static int n = 0\n", "1 variable n"},
       {"int n = 0;", "1 variable n"},
       {"namespace a::b {\nnamespace {\nstd::map<int, int> seen;\n}\n}", "3 variable seen"},
       {"#include <map>\nint f() { return 1; }\nlong long n, m;", "3 variable n"},
       {"ALMANAC_CALCULATION(A, \"b\", \"c\")\nint n{};", "2 variable n"},
       {"struct A { A() : x(1), y{2} {} int x, y; };\nA a;", "2 variable a"},
       {"A::A() : x(1), y{2}, z{3} {\n  int local = 0;\n}\nextern \"C\" {\nint n;\n}",
        "5 variable n"}});
}

TEST(Lint, WhatKeepsNothing) {
  expect_nothing(
      {"static double f(double x) { return x; }",
       "struct A { static double of(const Row& row); static A make() { return {}; } };",
       "static const int n = 3;",
       "const static int n = 3;",
       "static constexpr const char* k = \"\";",
       "constexpr static int n = 1;",
       "static const char* const name = \"a\";",
       "static int const table[] = {1, 2};",
       "static const std::map<int, int> all = {{1, 2}};",
       "static constinit const int n = 3;",
       "static_assert(sizeof(int) == 4);",
       "x = static_cast<int>(y);",
       "static inline int f(int x) { return x; }",
       "inline std::optional<size_t> f(const std::vector<int>& v) { return {}; }",
       "inline constexpr double kLimit = 1.5;",
       "inline namespace v1 { }",
       "inline const A a{1};",
       "inline bool operator<(const A& a, const A& b) { return a.x < b.x; }",
       "template <class T>\nstatic T twice(T x) { return 2 * x; }",
       "[[nodiscard]] static int f(std::pair<int, int> x) { return x.first; }",
       "const double k = 2;",
       "constexpr int n = 3;",
       "using A = std::map<int, int>;",
       "typedef int number;",
       "struct A;",
       "enum class E : int { A, B };",
       "namespace a = b::c;",
       "template <class T> concept C = requires(T t) { t.x; };",
       "template <class T> requires C<T> double f(T x) { T y = x; return y; }",
       "struct A {\n  int n = 0;\n  double x{1};\n};\n",
       "int f() { int n = 0; return n; }",
       "auto operator<=>(const A&) const = default;",
       "Pair(int) -> Pair<int>;",
       "class A : B<int> {\n  Table t = dataset(\"x\");\n};\nALMANAC_CALCULATION(A, \"b\", \"c\")",
       "int f(int x);",
       "A::A(int x) : x_(x) { int local = x; }"});
}

TEST(Lint, LookAlikes) {
  expect_nothing_in_function(
      {"// rand() and time(nullptr)\n/* static int n; */",
       "f(\"rand()\", R\"(static int n;)\");",
       "#include <filesystem>\n#include <thread>\n",
       "x.time(); day->clock(); date.clock;",
       "In<double> open = prices[\"open\"];",
       "sum += row[open] * row[time];",
       "struct A { In<double> time = t[\"time\"]; Out<int64_t> random{t}; };",
       "struct A { explicit A(Table t) : open(t[\"open\"]), x(1) {} In<double> open; };",
       "double time(double x) { return x; }\ndouble g() { return time(3); }",
       "struct A { const Row& open() const { return row; } Row row; };",
       "std::vector<std::vector<double>> clock(3);",
       "Calendar::time(3); mine::random();",
       "void f() { auto clock = [&](int x) { return x; }; clock(3); }",
       "void each(const F& system) { system(3); }",
       "enum class Kind { open, time, system };",
       "Lots open{positions, \"price\"}; each_lot(open, user, f);",
       "struct locale {}; locale x();",
       "In<double> future = prices[\"future\"];",
       "int thread() const;",
       "if (thread and open) f(ctime);",
       "this->open(x);",
       "row[system] = 3;"});
}

// A name hides only where it is declared.
TEST(Lint, OwnNamesEndWithTheirBlock) {
  expect_found({{"void f() { int time = 3; }\nlong g() { return time(nullptr); }", "2 time()"},
                {"void f(int time) { h(time); }\nlong g() { return time(nullptr); }", "2 time()"},
                {"struct A { In<double> open; };\nint f() { return open(name); }", "2 open()"}});
}

// All sources below a folder of the repository, by path.
std::map<std::string, std::string> findings_below(const std::string& folder) {
  std::map<std::string, std::string> all;
  const fs::path root = fs::path(ALMANAC_SOURCE_DIR) / folder;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const fs::path& path = entry.path();
    if (path.extension() != ".cc" && path.extension() != ".h") continue;
    std::ifstream file(path);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    all[fs::relative(path, root).string()] = found(text);
  }
  return all;
}

TEST(Lint, PipelinesAndExamplesAreClean) {
  for (const char* folder : {"pipelines", "examples"}) {
    const auto all = findings_below(folder);
    EXPECT_GE(all.size(), 5u);
    for (const auto& [path, findings] : all) EXPECT_EQ(findings, "") << path;
  }
}

TEST(Lint, EveryFickleCalculationIsFound) {
  const auto all = findings_below("tests/command/fickle/calculations/fickle");
  const std::map<std::string, std::string> expected = {{"address.cc", "9 uintptr_t"},
                                                       {"chance.cc", "6 std::random_device"},
                                                       {"clock.cc", "7 system_clock"},
                                                       {"crasher.cc", "18 std::localtime()"},
                                                       {"fill.cc", "7 volatile, 9 const_cast"},
                                                       {"processors.cc", "8 sched_getaffinity()"},
                                                       {"steady.cc", ""},
                                                       {"zone.cc", "8 std::localtime()"}};
  EXPECT_EQ(all, expected);
}

TEST(Lint, ASourceSaysNotWhereItIs) {
  EXPECT_EQ(lint("#line 1 \"other.y\"\nint f();").size(), 1u);
  EXPECT_TRUE(lint("int line(int x) { return x; }").empty());
}

}  // namespace
}  // namespace almanac
