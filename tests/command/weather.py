"""Weather: a small project whose data say what goes wrong in its calculations."""
import sqlite3

from project import Project

DATES = ("2024-05-01", "2024-05-02", "2024-05-03")
BAD = DATES[1]
CALCULATIONS = ("echo", "limit_count", "total")
CELLS = len(DATES) * len(CALCULATIONS)
SETTLED = {"stable": CELLS}
LIMITS = "data/limits.csv"
TOML = "almanac.toml"


def readings_file(date):
    return f"data/readings/date={date}/part.csv"


def readings_csv(number, fault="none", everywhere=False):
    """One day's readings; the second station has the fault, or both."""
    return ("station,celsius,fault\n"
            f"harbour,1{number}.5,{fault if everywhere else 'none'}\n"
            f"hill,{number}.25,{fault}\n")


def weather():
    """The project with its data, built and run."""
    project = Project.fixture("weather")
    project.today = "2024-05-04"
    for number, date in enumerate(DATES):
        project.write(readings_file(date), readings_csv(number))
    project.write(LIMITS, "station,value\nharbour,10\nhill,5\n")
    project.run("run")
    return project


def without_sandbox(project):
    """From now on its calculations may look for files, and make them."""
    project.write(TOML, (project.root / TOML).read_text() + '\n[runner]\nsandbox = "off"\n')


def kept(project):
    """Published results and stored bytes; the ledger by what it says."""
    return project.files("results", "store/blobs")


def query(project, statement):
    ledger = sqlite3.connect(project.root / ".almanac/ledger.db")
    try:
        return ledger.execute(statement).fetchall()
    finally:
        ledger.close()


def attempts(project, calculation, status):
    """How many attempts of a calculation ended so: 0 running, 1 success, 2 failure, 3 crash, 4 lost."""
    return query(project, "SELECT count(*) FROM attempts a JOIN names n ON n.id = a.calculation "
                 f"WHERE n.name = '{calculation}' AND a.status = {status}")[0][0]


def dead_letters(project):
    return query(project, "SELECT count(*) FROM dead_letters")[0][0]
