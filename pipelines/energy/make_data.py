#!/usr/bin/env python3
"""Makes the data of this project: sites, their meters, weather and hourly readings, with the gaps
and mistakes of real ones. No number of it was measured anywhere.

usage: make_data.py [--days N] [--meters M] [--first D] [--seed S] [--out DIR]

Each value depends on the seed, its date and its meter alone: more days or meters are the same data,
and more. The last day's readings, and those of one meter on an earlier day, come late: they are put
into DIR/late, to be copied into DIR/data.
"""
import argparse
import csv
import datetime
import math
import pathlib
import random

# name, area in m2, how much colder it is there; sites after these are more houses
SITES = (("school", 4200, 0.0), ("office", 2600, -0.5), ("house", 140, 0.8), ("plant", 6100, -1.2))
# use: kW by night, by day and at a weekend's day, kW per K below 17 C; all of a site of 1000 m2
USES = {"light": (1.5, 9.0, 3.0, 0.0), "heat_pump": (0.5, 1.0, 0.8, 0.55),
        "machines": (3.0, 14.0, 3.5, 0.1)}
METERS_OF_A_SITE = ("light", "heat_pump", "machines")

NOBODY_READ = (19, 47, 48)  # days, counted from 0, on which the collector stood still
NO_WEATHER = (60,)
LATE_DAY, LATE_METER = 44, 1
SILENT = {(30, 3): range(24), (37, 5): range(9, 13)}  # (day, meter): hours that never come
ODD = {(40, 0): 2.6, (57, 6): 2.2, (66, 4): 0.2}  # (day, meter): factor
MISTAKES = ("{meter},24,0.50", "{meter},7,-3.00", "{meter},3,99999.00", "{meter},,1.00",
            "{meter},12,1.00")


def noise(*key):
    """From -1 to 1, mostly near 0, always the same for the same key."""
    draw = random.Random("/".join(map(str, key))).random
    return draw() + draw() - 1


def site(number):
    name, area, colder = SITES[number] if number < len(SITES) else SITES[2]
    return (name if number < len(SITES) else f"house{number}"), area, colder


def meter(number):
    """(name, site's number, use)"""
    place, use = divmod(number, len(METERS_OF_A_SITE))
    return f"{site(place)[0]}-{use + 1}", place, METERS_OF_A_SITE[use]


def temperatures(seed, date, place):
    """The coldest and the warmest hour of a day, in C."""
    season = 10 - 9 * math.cos(2 * math.pi * (date.timetuple().tm_yday - 20) / 365.25)
    week = 4 * noise(seed, "spell", date.toordinal() // 5) + 3 * noise(seed, "day", date)
    middle = season + week - site(place)[2] + 0.3 * noise(seed, "place", date, place)
    swing = 3.5 + 2 * noise(seed, "swing", date)
    return round(middle - swing, 1), round(middle + swing, 1)


def hourly(seed, date, number):
    """kWh of each hour of a meter's day."""
    _, place, use = meter(number)
    night, working, weekend, per_kelvin = USES[use]
    low, high = temperatures(seed, date, place)
    by_day = working if date.weekday() < 5 else weekend
    if use == "heat_pump":
        by_day = working
    result = []
    for hour in range(24):
        celsius = (low + high) / 2 - (high - low) / 2 * math.cos(2 * math.pi * (hour - 3) / 24)
        kw = (by_day if 7 <= hour < 19 else night) + per_kelvin * max(0, 17 - celsius)
        kw *= site(place)[1] / 1000 * (1 + 0.15 * noise(seed, date, number, hour))
        result.append(kw)
    return result


def readings(seed, date, day, number):
    """The lines of a meter's day; some are mistakes."""
    name = meter(number)[0]
    factor, silent = ODD.get((day, number), 1), SILENT.get((day, number), ())
    lines = [f"{name},{hour},{kwh * factor:.2f}"
             for hour, kwh in enumerate(hourly(seed, date, number)) if hour not in silent]
    if lines and random.Random(f"{seed}/mistake/{date}/{number}").random() < 0.03:
        lines.insert(0, MISTAKES[(day + number) % len(MISTAKES)].format(meter=name))
    return lines


def write(path, lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


def write_table(path, header, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--days", type=int, default=85)
    parser.add_argument("--meters", type=int, default=10)
    parser.add_argument("--first", type=datetime.date.fromisoformat, default="2024-01-01")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    options = parser.parse_args()
    if options.days < 1 or options.meters < 1:
        parser.error(f"--days {options.days} --meters {options.meters}: expected at least one of "
                     "each; what was made before stays")
    seed, out = options.seed, options.out
    days = [options.first + datetime.timedelta(n) for n in range(options.days)]
    numbers = range(options.meters)
    places = sorted({meter(number)[1] for number in numbers})

    write_table(out / "data/sites.csv", ("site", "area_m2"), [site(p)[:2] for p in places])
    rates = {place: (round(0.24 + 0.02 * (place % 4), 2), round(0.17 + 0.01 * (place % 3), 2))
             for place in places}
    write_table(out / "data/meters.csv", ("meter", "site", "use", "day_rate", "night_rate"),
                [(name, site(p)[0], use, *rates[p]) for name, p, use in map(meter, numbers)])
    write_table(out / "data/weather.csv", ("date", "site", "t_min", "t_max"),
                [(date, site(p)[0], *temperatures(seed, date, p))
                 for day, date in enumerate(days) if day not in NO_WEATHER for p in places])

    for day, date in enumerate(days):
        if day in NOBODY_READ:
            continue
        late = out / f"late/readings/date={date}"
        place = late if date == days[-1] else out / f"data/readings/date={date}"
        lines = {number: readings(seed, date, day, number) for number in numbers}
        if day == LATE_DAY and LATE_METER in lines and place != late:
            write(late / "late.csv", ["meter,hour,kwh", *lines.pop(LATE_METER)])
        write(place / "readings.csv",
              ["meter,hour,kwh", *(line for of_meter in lines.values() for line in of_meter)])


if __name__ == "__main__":
    main()
