"""The project of tests/command/fees with trades, and an edit of it that changes nothing."""
from project import Project

FEES = "calculations/fees/fees.cc"


def with_trades(days):
    """The project, which has not run yet; users trade on each of the days."""
    project = Project.fixture("fees")
    for number, date in enumerate(days):
        lines = [f"u{user},{amount + number},{tier}"
                 for user in range(6)
                 for amount, tier in ((100 + 50 * user, 1 + user), (700 * user, 2), (2000, 7))]
        project.write(f"data/trades/date={date}/trades.csv",
                      "\n".join(["user,amount,tier", *lines]) + "\n")
    return project


def preserve(project):
    """Another form of the same, of which the compiler makes something else."""
    project.edit(FEES, "if (!std::isfinite(value) || value <= 0) {\n        bad += 1;\n"
                       "        continue;\n      }",
                 "const bool good = std::isfinite(value) && value > 0;\n"
                 "      if (!good) ++bad;\n      if (!good) continue;")
    project.edit(FEES, "sum = sum / 2;", "sum *= 0.5;")
