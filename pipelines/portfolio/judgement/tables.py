"""What judge.py reads of a project: labels, and the results that are published for a date."""
import pathlib

import pyarrow.parquet as parquet

# The results that are judged, and those that they are made of.
RESULTS = {
    "user_classifier": ["user_class"],
    "smart_money_score": ["smart_score", "skill_h1", "skill_h2"],
    "holding": ["hold_median", "n_closed", "n_buys", "buy_momentum"],
    "revenge_trading": ["revenge_size_ratio", "revenge_flag"],
    "disposition": ["disposition", "disposition_t"],
    "exposure": ["hhi", "n_eff", "turnover"],
    "capm": ["alpha_t"],
    "user_risk": ["sharpe"],
}
LABELS = ["true_type", "smart", "dormant"]


def folders(results, calculation):
    """The published dates of a calculation, whatever its category: {date: folder}."""
    return {folder.name[len("date="):]: folder
            for folder in pathlib.Path(results).glob(f"*/{calculation}/date=*")}


def last_date(results):
    """The last date for which all is published that is judged."""
    dates = set.intersection(*(set(folders(results, name)) for name in RESULTS))
    if not dates:
        raise SystemExit(f"judge: {results} has no date with all of {', '.join(RESULTS)}; "
                         "run almanac run first")
    return max(dates)


def read(files, columns):
    """{user: {column: value}}."""
    rows = {}
    for file in sorted(files):
        table = parquet.read_table(file, columns=["user_id", *columns], partitioning=None)
        for row in table.to_pylist():
            rows[row.pop("user_id")] = row
    return rows


def read_users(data, results, date):
    """A dict for each user, by user_id: labels, and the columns of all results; a user that a
    result has no row for lacks its columns."""
    users = read([pathlib.Path(data) / "users.parquet"], LABELS)
    for calculation, columns in RESULTS.items():
        found = folders(results, calculation).get(date)
        if found is None:
            raise SystemExit(f"judge: {calculation} is not published for {date} in {results}")
        for user, row in read(found.glob("*.parquet"), columns).items():
            if user in users:
                users[user].update(row)
    return [users[user] for user in sorted(users)]
