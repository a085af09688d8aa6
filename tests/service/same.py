"""What two runs of a project must have in common: the ledger's cells, and every byte of the view."""
import hashlib
import sqlite3


def cells(project):
    """{(calculation, date): (key, result hash, rows, published)} of a project's ledger."""
    ledger = sqlite3.connect(f"file:{project.root}/.almanac/ledger.db?mode=ro", uri=True)
    try:
        return {(name, date): (key.hex(), result.hex(), rows, published)
                for name, date, key, result, rows, published in ledger.execute(
                    "SELECT name, date, key, hash, rows, published FROM cells"
                    " JOIN names ON names.id = calculation JOIN results ON results.id = result")}
    finally:
        ledger.close()


def view(project):
    """{path: hash of its bytes} of all published files."""
    results = project.root / ".almanac/results"
    return {str(path.relative_to(results)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(results.rglob("*.parquet"))}


def states(project, *args):
    """{(calculation, date): state} of all cells, as a plan sees them."""
    return {(c["calculation"], c["date"]): c["state"]
            for c in project.run("plan", *args).json["cells"]}


def doubles(project):
    """Cells for which two attempts with one key succeeded although nobody forced them."""
    ledger = sqlite3.connect(f"file:{project.root}/.almanac/ledger.db?mode=ro", uri=True)
    try:
        return ledger.execute(
            "SELECT name, date, count(*) FROM attempts JOIN names ON names.id = calculation"
            " WHERE status = 1 GROUP BY calculation, date, key HAVING count(*) > 1").fetchall()
    finally:
        ledger.close()


def running(project):
    """How many attempts the ledger takes for running."""
    ledger = sqlite3.connect(f"file:{project.root}/.almanac/ledger.db?mode=ro", uri=True)
    try:
        return ledger.execute("SELECT count(*) FROM attempts WHERE status = 0").fetchone()[0]
    finally:
        ledger.close()
