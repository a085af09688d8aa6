#!/usr/bin/env python3
"""Judges user_classifier and smart_money_score on users of `almanac sample`, whose types are known:

    python3 judgement/judge.py [PROJECT] [--date D] [--out FILE]    # needs pyarrow alone

Reads the published results and data/users.parquet, and writes one HTML page."""
import argparse
import json
import os
import pathlib
import sys

sys.dont_write_bytecode = True  # the folder is a part of the project

HOW = """almanac init portfolio --example portfolio && cd portfolio
almanac sample --users {users} --days 1 --seed {seed} --out data
almanac run --date {date}
python3 -m pip install pyarrow
python3 judgement/judge.py --seed {seed} --out judgement.html"""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("project", nargs="?", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parent.parent)
    parser.add_argument("--date", help="default: the last for which all is published")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("judgement.html"))
    parser.add_argument("--results", type=pathlib.Path,
                        help="where the results are; default: .almanac/results of the project")
    parser.add_argument("--seed", default="S", help="of the sample, to be named on the page")
    parser.add_argument("--json", action="store_true", help="print the numbers, write no page")
    return parser.parse_args()


def main():
    options = arguments()
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise SystemExit("judge: needs pyarrow; python3 -m pip install pyarrow") from None
    from page import page
    from tables import last_date, read_users
    from verdict import verdict
    results = options.results or options.project / ".almanac/results"
    date = options.date or last_date(results)
    found = verdict(read_users(options.project / "data", results, date), date)
    if options.json:
        print(json.dumps(found, indent=1))
        return
    how = HOW.format(users=found["users"], seed=options.seed, date=date)
    temporary = options.out.with_name(f"{options.out.name}.new-{os.getpid()}")
    temporary.write_text(page(found, how), encoding="utf-8")
    temporary.replace(options.out)
    print(f"{options.out}: accuracy {found['classes']['accuracy']:.3f}, "
          f"AUC {found['score']['auc']:.3f}")


if __name__ == "__main__":
    main()
