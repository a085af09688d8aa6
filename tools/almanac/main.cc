// almanac: the command. Parses the line and hands it to one of the commands.
#include <CLI/CLI.hpp>
#include <cstring>

#include "activities/build.h"
#include "core/base/names.h"
#include "core/base/nearest.h"
#include "tools/almanac/console.h"
#include "tools/almanac/options.h"

namespace almanac {

namespace {

constexpr int kMany = 100'000'000;

// Dates and ranges are checked here, so that commands see calendar days only.
class CommandLine {
 public:
  CommandLine() : app_("a build system for data") {
    app_.add_option("-C", options_.directory, "the project's folder")->type_name("DIR");
    app_.require_subcommand(1);
    app_.set_version_flag("--version", "almanac " ALMANAC_VERSION);
    app_.failure_message(CLI::FailureMessage::simple);

    auto* init = command("init", "make a new project that runs", init_command);
    init->add_option("dir", options_.out, "folder of the new project")->default_val(".");
    init->add_option("--example", options_.example, "example to copy")->type_name("NAME");

    json(jobs(command("build", "compile what changed and write the manifest", build_command)));

    auto* sample = command("sample", "generate user data from the real prices", sample_command);
    sample->add_option("--users", options_.users)->check(CLI::Range(1, kMany));
    sample->add_option("--days", options_.days)->check(CLI::Range(1, kMany));
    sample->add_option("--out", options_.out)->type_name("DIR")->required();
    sample->add_option("--seed", options_.seed);

    json(command("list", "the calculations in pass order", list_command));
    auto* show = json(command("show", "one calculation", show_command));
    show->add_option("calculation", options_.calculation)->required();
    auto* dag = json(command("dag", "the graph", dag_command));
    dag->add_option("--format", options_.format)->check(CLI::IsMember({"text", "dot", "mermaid"}));

    auto* plan = json(range(command("plan", "what a run would do; no side effects", plan_command)));
    plan->add_option("-o", options_.file, "write the plan for `run FILE`")->type_name("FILE");
    plan->add_flag("--detailed-exitcode", options_.detailed_exitcode, "3 when changes are pending");
    exact(plan);
    auto* run = json(jobs(range(command("run", "bring cells up to date", run_command))));
    run->add_option("plan", options_.file, "a plan of `plan -o FILE`")->type_name("FILE");
    run->add_flag("--all", options_.all, "list cells that are up to date, too");
    exact(run);
    auto* retry = json(jobs(range(command("retry", "try failed cells again", retry_command))));
    retry->add_flag("--all", options_.all);

    auto* explain = json(command("explain", "why a cell is as it is", explain_command));
    explain->add_option("calculation", options_.calculation)->required();
    explain->add_option("date", options_.date)->required();
    explain->add_flag("--tree", options_.tree, "the way to the root cause");
    json(range(command("status", "cells, runs, dead letters", status_command)));
    auto* report = json(range(command("report", "the build report per date", report_command)));
    report->add_option("--days", options_.days, "how many of the last days")
        ->check(CLI::Range(1, kMany));
    auto* verify = json(range(command("verify", "compute again and compare", verify_command)));
    verify->add_option("--sample", options_.sample, "so many cells instead of all");
    auto* gc = json(command("gc", "remove bytes that nothing names", gc_command));
    gc->add_flag("--dry-run", options_.dry_run);
  }

  int run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      const auto words = app_.remaining();
      if (app_.get_subcommands().empty() && !words.empty() && !words[0].starts_with('-')) {
        std::vector<std::string> known;
        for (const auto* sub : app_.get_subcommands({})) known.push_back(sub->get_name());
        return fail(usage_error("unknown command " + in_quotes(words[0]) + "; did you mean " +
                                in_quotes(nearest(words[0], known)) + "?"));
      }
      const int code = app_.exit(error);
      return code == 0 ? kDone : kUsage;
    }
    for (const auto& [text, date] : {std::pair{&from_, &options_.from}, {&to_, &options_.to}}) {
      if (auto read = read_date(*text, date); !read.ok()) return fail(read.error());
    }
    if (!date_.empty()) {
      if (auto read = read_date(date_, &options_.from); !read.ok()) return fail(read.error());
      options_.to = options_.from;
    }
    return chosen_(options_);
  }

 private:
  using Command = int (*)(const Options&);

  static Result<void> read_date(const std::string& text, std::optional<Date>* date) {
    if (text.empty()) return {};
    *date = Date::parse(text);
    if (*date) return {};
    return usage_error("\"" + text + "\" is not a date; expected YYYY-MM-DD");
  }

  CLI::App* command(const char* name, const char* help, Command command) {
    CLI::App* sub = app_.add_subcommand(name, help);
    sub->callback([this, command] { chosen_ = command; });
    sub->fallthrough();
    return sub;
  }
  CLI::App* json(CLI::App* sub) {
    sub->add_flag("--json", options_.json, "one JSON document on stdout");
    return sub;
  }
  CLI::App* jobs(CLI::App* sub) {
    sub->add_option("-j,--jobs", options_.jobs, "threads; default: one per core");
    return sub;
  }
  CLI::App* range(CLI::App* sub) {
    auto* from = sub->add_option("--from", from_)->type_name("DATE");
    auto* to = sub->add_option("--to", to_)->type_name("DATE");
    sub->add_option("--date", date_)->type_name("DATE")->excludes(from)->excludes(to);
    sub->add_option("--select", options_.select, "a,b+,+c,tag:x")->type_name("EXPR");
    sub->add_option("--line", options_.lines, "product line and what it depends on");
    return sub;
  }
  void exact(CLI::App* sub) {
    sub->add_flag("--exact", options_.exact, "do not compute what the wanted cells need");
    sub->add_flag("--force", options_.force, "compute wanted cells again and compare");
  }

  CLI::App app_;
  Options options_;
  std::string from_, to_, date_;
  Command chosen_ = nullptr;
};

}  // namespace

}  // namespace almanac

int main(int argc, char** argv) {
  // `build` runs itself to look into a module: users' code never runs in the command.
  if (argc == 3 && std::strcmp(argv[1], "--describe-module") == 0) {
    return almanac::describe_module(argv[2]);
  }
  return almanac::CommandLine().run(argc, argv);
}
