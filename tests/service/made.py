"""Projects made to measure: calculations in layers, each of which reads the one above it, over any
number of dates, each cell as busy as wanted."""
import datetime
import itertools
import os

from project import Project, new_folder

_numbers = itertools.count(1)


def calculation(name, source, busy_ms):
    return f"""#include <almanac/calculation.h>

#include <ctime>
using namespace almanac;

struct Cell : PerEntity {{
  Table before = {source};
  In<double> value = before["value"];
  Key<int64_t> id = key("key");
  Out<double> copy = column("value");

  static double cpu_ms() {{
    timespec now{{}};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
  }}

  void process(const Entity& entity, Output& out) const override {{
    const double begun = cpu_ms();
    while (cpu_ms() < begun + {busy_ms}) {{
    }}
    out.add()[copy] = entity.rows(before)[0][value] + 1;
  }}
}};
ALMANAC_CALCULATION(Cell, "made", "{name}")
"""


def make(layers, width, dates, busy_ms, root=None):
    """A project that is built; its calculations are c<layer>_<column>."""
    root = root or new_folder() / "project"
    (root / "calculations").mkdir(parents=True)
    (root / "data").mkdir()
    for layer in range(layers):
        for column in range(width):
            source = f'calculation("c{layer - 1}_{column}")' if layer else 'dataset("ticks")'
            (root / f"calculations/c{layer}_{column}.cc").write_text(
                calculation(f"c{layer}_{column}", source, busy_ms))
    days = [datetime.date(2015, 1, 1) + datetime.timedelta(days=i) for i in range(dates)]
    (root / "data/ticks.csv").write_text(
        "date,key,value\n" + "".join(f"{day},1,{i}.5\n" for i, day in enumerate(days)))
    # Queues are named after the project: each has a name of its own.
    (root / "almanac.toml").write_text(
        f'[project]\nname = "made_{os.getpid()}_{next(_numbers)}"\nepoch = 1\n'
        'calendar = "dataset:ticks"\n\n[dataset.ticks]\npath = "data/ticks.csv"\n'
        'date_column = "date"\nentity = "key"\n')
    project = Project(root, today="2024-01-11")
    project.run("build")
    return project
