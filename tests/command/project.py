"""Project: a project folder in a temporary place, and the command run on it."""
import atexit
import datetime
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ALMANAC = os.environ.get("ALMANAC", str(HERE.parent.parent / "build/release/almanac"))
TIMEOUT_S = 1200  # certificates take minutes where other tests run beside them

# Many tests compile the same sources in folders of their own: once is enough. Paths below a base
# folder would be hashed otherwise than those of other clones.
COMPILER = {"ALMANAC_CXX": "ccache g++"} if shutil.which("ccache") and shutil.which("g++") else {}
os.environ.pop("CCACHE_BASEDIR", None)

_scratch = pathlib.Path(tempfile.mkdtemp(prefix="almanac-command-"))
atexit.register(shutil.rmtree, _scratch, ignore_errors=True)


def new_folder():
    return pathlib.Path(tempfile.mkdtemp(dir=_scratch))


def weekdays(first, count):
    """`count` weekdays from `first` on, as text."""
    day, days = datetime.date.fromisoformat(first), []
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day.isoformat())
        day += datetime.timedelta(days=1)
    return days


WEEK = weekdays("2024-01-01", 8)  # Monday to Wednesday of the week after


# Root may read and write whatever permissions say; with this before a command it may not.
BOUND = [] if os.geteuid() else ["setpriv", "--bounding-set=-dac_override,-dac_read_search",
                                 "--inh-caps=-dac_override,-dac_read_search"]


class Finished:
    """What a command gave back."""

    def __init__(self, code, stdout, stderr):
        self.code, self.stdout, self.stderr = code, stdout, stderr

    @property
    def json(self):
        return json.loads(self.stdout)

    def cells(self, **where):
        """The cells with these fields, as sorted (calculation, date)."""
        return sorted((c["calculation"], c["date"]) for c in self.json["cells"]
                      if all(c.get(field) == value for field, value in where.items()))

    def why(self, *fields):
        """{calculation: {fields of its cells}}; all of them as a set, so that a stray one shows."""
        out = {}
        for cell in self.json["cells"]:
            out.setdefault(cell["calculation"], set()).add(tuple(cell.get(f) for f in fields))
        return out

    def totals(self):
        return {name: n for name, n in self.json["totals"].items() if n}

    def hashes(self):
        return {(c["calculation"], c["date"]): c["result_hash"] for c in self.json["cells"]}


class Project:
    def __init__(self, root, today="2024-01-11"):
        self.root, self.today = pathlib.Path(root), today

    @classmethod
    def example(cls, name):
        """The reference pipeline, or another example of `init`."""
        project = cls(new_folder() / name)
        project.run("init", str(project.root), "--example", name, cwd="/")
        return project

    @classmethod
    def fixture(cls, name):
        """A hand-made project of this folder, without data."""
        return cls(shutil.copytree(HERE / name, new_folder() / name))

    def copy(self):
        return Project(shutil.copytree(self.root, new_folder() / "project"), self.today)

    def command(self, *args, json=True):
        known = args[0] not in ("init", "sample")
        return [ALMANAC, *args, *(["--json"] if json and known else [])]

    def environment(self, env):
        return {**COMPILER, **os.environ, "TMPDIR": str(self.root.parent),
                "ALMANAC_TODAY": self.today, **(env or {})}

    def run(self, *args, code=0, json=True, env=None, cwd=None, bound=False):
        """Runs the command; any other exit code than `code` fails the test. `bound`: by permissions,
        whoever runs it."""
        command = (BOUND if bound else []) + self.command(*args, json=json)
        done = subprocess.run(command, cwd=cwd or self.root, text=True,
                              capture_output=True, env=self.environment(env), timeout=TIMEOUT_S)
        if code is not None and done.returncode != code:
            raise AssertionError(f"{args} gave {done.returncode}, expected {code}\n"
                                 f"{done.stderr}\n{done.stdout[-2000:]}")
        return Finished(done.returncode, done.stdout, done.stderr)

    def start(self, *args, env=None):
        """Starts the command in its own process group; the caller ends it."""
        return self.popen(self.command(*args), env)

    def popen(self, command, env=None):
        return subprocess.Popen(command, cwd=self.root, text=True,
                                env=self.environment(env), stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, start_new_session=True)

    def edit(self, file, old, new):
        """Replaces the one place where `old` stands."""
        path = self.root / file
        text = path.read_text()
        if text.count(old) != 1:
            raise AssertionError(f"{old!r} stands {text.count(old)} times in {file}")
        path.write_text(text.replace(old, new))

    def rename(self, file, old, new):
        """Gives something another name wherever it is called so, as a word of its own."""
        path = self.root / file
        text, count = re.subn(rf"\b{old}\b", new, path.read_text())
        if count == 0:
            raise AssertionError(f"nothing in {file} is called {old!r}")
        path.write_text(text)

    def write(self, file, text):
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def remove(self, file):
        path = self.root / file
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    def results(self, calculation="*"):
        """The published dates: {category/calculation: [date]}."""
        out = {}
        for folder in sorted((self.root / ".almanac/results").glob(f"*/{calculation}/date=*")):
            out.setdefault("/".join(folder.parts[-3:-1]), []).append(folder.name[len("date="):])
        return out

    def files(self, *folders):
        """{path: (bytes, mtime)} of all in .almanac but the cache, or in some of its folders."""
        out = {}
        for folder in folders or (".",):
            for path in (self.root / ".almanac" / folder).rglob("*"):
                relative = path.relative_to(self.root / ".almanac")
                if path.is_file() and relative.parts[0] != "cache":
                    out[str(relative)] = (path.read_bytes(), path.stat().st_mtime_ns)
        return out


def kill(process, with_signal=signal.SIGKILL):
    """Ends a started command and what it started, and waits for it."""
    try:
        os.killpg(process.pid, with_signal)
    except ProcessLookupError:
        pass
    process.communicate(timeout=TIMEOUT_S)


def wait_for(path, process):
    """Waits until a started command has made a file."""
    end = time.monotonic() + TIMEOUT_S
    while not path.exists():
        if process.poll() is not None or time.monotonic() > end:
            process.kill()
            raise AssertionError(f"{path.name} did not appear: {process.communicate()}")
        time.sleep(0.005)


# The hand-made project `small`: a price and a volume per ticker, what each user spent.
TICKERS = ("AAA", "BBB", "CCC")


def prices_csv(day, factor=1.0, volume=100, extra=None):
    """One day's prices; `day` is a number, so that every day differs."""
    lines = ["ticker,close,volume" + (",note" if extra else "")]
    for i, ticker in enumerate(TICKERS):
        close = (10.25 + i + day) * factor
        lines.append(f"{ticker},{close},{volume + day}" + (f",{extra}" if extra else ""))
    return "\n".join(lines) + "\n"


def prices_file(date):
    return f"data/prices/date={date}/prices.csv"


def small(dates=WEEK):
    """The project with its data for some dates, built but not run; it is the day after the last."""
    project = Project.fixture("small")
    project.today = weekdays(dates[-1], 2)[-1]
    for number, date in enumerate(dates):
        project.write(prices_file(date), prices_csv(number))
        project.write(f"data/purchases/date={date}/purchases.csv",
                      "user_id,spent\n" + "".join(f"{u},{u * 1.5 + number}\n" for u in (1, 2)))
    project.run("build")
    return project


# A calculation for moody projects: it goes on from the day before, and fails for good on the day CHAIN.
CHAIN = """#include <almanac/calculation.h>
#include <cstdlib>
using namespace almanac;
struct Chain : PerEntity {
  Table readings = dataset("readings");
  In<double> value = readings["value"];
  Table before = previous();
  In<double> old = before["sum"];
  Key<std::string_view> station = key("station");
  Out<double> sum = column("sum");
  void process(const Entity& entity, Output& out) const override {
    const char* day = std::getenv("CHAIN");
    if (day && entity.date().str() == day) throw PermanentError("a link is broken");
    double total = entity.rows(readings)[0][value];
    for (const Row row : entity.rows(before)) total += row[old];
    out.add()[sum] = total;
  }
};
ALMANAC_CALCULATION(Chain, "mood", "chain")
"""


def moody(dates):
    """The project whose calculations misbehave when the environment says so, built but not run."""
    project = Project.fixture("moody")
    project.today = weekdays(dates[-1], 2)[-1]
    for number, date in enumerate(dates):
        project.write(f"data/readings/date={date}/readings.csv",
                      "station,value\n" + "".join(f"s{s},{s + number}.5\n" for s in range(4)))
    project.run("build")
    return project


def patient(date, folder=None):
    """The project whose cells wait for files, for one day, built but not run: first, second and
    third, and after, which reads first."""
    project = Project.fixture("patient")
    if folder:
        folder.parent.mkdir(parents=True)
        project = Project(project.root.rename(folder))
    project.today = weekdays(date, 2)[-1]
    project.write(f"data/readings/date={date}/readings.csv",
                  "station,value\n" + "".join(f"s{s},{s}.5\n" for s in range(4)))
    project.run("build")
    return project


def fail_until_mended(project):
    """The second cell of a patient project fails for good until there is the file `mended`."""
    project.edit("calculations/second.cc", 'wait_for("second");',
                 'wait_for("second");\n    if (!has_patient("mended")) throw PermanentError("no");')
    project.run("build")


class Patient:
    """A run of a patient project, whose cells end when they may."""

    def __init__(self, project, *args, command="run"):
        self.project, self.root = project, project.root
        self.process = project.start(command, *args, env={"PATIENT": str(self.root)})

    def reached(self, *cells):
        """Waits until these cells are under way."""
        for cell in cells:
            wait_for(self.root / f"at_{cell}", self.process)

    def let_go(self, *cells):
        for cell in cells:
            (self.root / f"go_{cell}").touch()

    def finished(self, code=0):
        stdout, stderr = self.process.communicate(timeout=TIMEOUT_S)
        if self.process.returncode != code:
            raise AssertionError(f"gave {self.process.returncode}, expected {code}\n{stderr}")
        return Finished(code, stdout, stderr)
