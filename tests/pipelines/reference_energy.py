"""Plain versions of the calculations of the energy project, from its CSV files alone. Each takes
the data and a date and returns the rows that the result must have; None where it is impossible."""
import csv
import datetime
import math
import statistics

HEATING_BASE, COOLING_BASE = 17.0, 18.3  # C; the first as almanac.toml has it
NIGHT = {22, 23, 0, 1, 2, 3, 4, 5}
HALF_LIFE = 28  # days
MOST_KWH = 10_000
ALARM = 3.5


def table(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def total(kwh):
    """To the watt-hour, as meters count: equal sums are equal."""
    return round(math.fsum(kwh), 3)


class Data:
    """hours[date][meter] = {hour: kWh} of the accepted rows; dates are datetime.date."""

    def __init__(self, folder):
        folder = folder / "data"
        self.meters = {row["meter"]: row for row in table(folder / "meters.csv")}
        self.area = {row["site"]: float(row["area_m2"]) for row in table(folder / "sites.csv")}
        self.weather = {}
        for row in table(folder / "weather.csv"):
            of_day = self.weather.setdefault(datetime.date.fromisoformat(row["date"]), {})
            of_day[row["site"]] = (float(row["t_min"]), float(row["t_max"]))
        self.hours, self.rejected = {}, {}
        for day in sorted((folder / "readings").iterdir()):
            date = datetime.date.fromisoformat(day.name.removeprefix("date="))
            self.hours[date], self.rejected[date] = {}, 0
            for file in sorted(day.glob("*.csv")):
                for row in table(file):
                    self.take(date, row)

    def take(self, date, row):
        hours = self.hours[date].setdefault(row["meter"], {})
        hour = int(row["hour"]) if row["hour"] else None
        if hour in range(24) and hour not in hours and 0 <= float(row["kwh"]) <= MOST_KWH:
            hours[hour] = float(row["kwh"])
        else:
            self.rejected[date] += 1

    def sites(self):
        return sorted(self.area)

    def of_site(self, site):
        return sorted(name for name, row in self.meters.items() if row["site"] == site)

    def complete(self, date, meter):
        return len(self.hours.get(date, {}).get(meter, ())) == 24

    def kwh(self, date, meter):
        return total(self.hours[date].get(meter, {}).values())


def meters_of(data, date):
    return sorted(meter for meter, hours in data.hours[date].items() if hours)


def daily_use(data, date):
    if date not in data.hours:
        return None
    rows = []
    for meter in meters_of(data, date):
        hours = data.hours[date][meter].values()
        rows.append({"meter": meter, "hours": len(hours), "kwh": total(hours),
                     "peak_kw": max(hours),
                     "load_factor": total(hours) / len(hours) / max(hours) if max(hours) else None})
    return rows


def daily_cost(data, date):
    if date not in data.hours:
        return None
    rows = []
    for meter in meters_of(data, date):
        hours = data.hours[date][meter].items()
        night = math.fsum(kwh for hour, kwh in hours if hour in NIGHT)
        day = math.fsum(kwh for hour, kwh in hours if hour not in NIGHT)
        eur = (day * float(data.meters[meter]["day_rate"])
               + night * float(data.meters[meter]["night_rate"]))
        rows.append({"meter": meter, "day_kwh": day, "night_kwh": night, "eur": eur})
    return rows


def month_to_date(data, date):
    if date not in data.hours:
        return None
    first, costs = date.replace(day=1), {}
    for day in range(1, date.day + 1):
        for row in daily_cost(data, date.replace(day=day)) or ():
            costs.setdefault(row["meter"], []).append(row["eur"])
    return [{"meter": meter, "month": first, "days": len(costs[meter]),
             "eur": math.fsum(costs[meter])} for meter in sorted(costs)]


def degree_days(data, date):
    if date not in data.weather:
        return None
    rows = []
    for site, (low, high) in sorted(data.weather[date].items()):
        mean = (low + high) / 2
        rows.append({"site": site, "mean_c": mean, "hdd": max(HEATING_BASE - mean, 0.0),
                     "cdd": max(mean - COOLING_BASE, 0.0)})
    return rows


def weighted_line(points):
    """Least squares about the weighted means; the last point has the weight 1."""
    if len(points) < 14:
        return None, None
    weights = [0.5 ** (age / HALF_LIFE) for age in reversed(range(len(points)))]
    whole = math.fsum(weights)
    x_mean = math.fsum(w * x for w, (x, _) in zip(weights, points)) / whole
    y_mean = math.fsum(w * y for w, (_, y) in zip(weights, points)) / whole
    spread = math.fsum(w * (x - x_mean) ** 2 for w, (x, _) in zip(weights, points))
    if spread == 0:
        return None, None
    common = math.fsum(w * (x - x_mean) * (y - y_mean) for w, (x, y) in zip(weights, points))
    slope = common / spread
    return y_mean - slope * x_mean, slope


def heating_signature(data, date):
    if date not in data.hours or date not in data.weather:
        return None
    days = sorted(day for day in data.hours if day <= date and day in data.weather)
    rows = []
    for meter in sorted({meter for day in days for meter in meters_of(data, day)}):
        site, points = data.meters[meter]["site"], []
        for day in days:
            if data.complete(day, meter):
                low, high = data.weather[day][site]
                points.append((max(HEATING_BASE - (low + high) / 2, 0.0), data.kwh(day, meter)))
        base, slope = weighted_line(points)
        row = {"meter": meter, "base": base, "slope": slope, "days": len(points)}
        for name, term in (("w", lambda x, y: 1), ("x", lambda x, y: x), ("y", lambda x, y: y),
                           ("xx", lambda x, y: x * x), ("xy", lambda x, y: x * y)):
            row[name] = math.fsum(0.5 ** (age / HALF_LIFE) * term(*point)
                                  for age, point in enumerate(reversed(points)))
        rows.append(row)
    return rows


def usual_day(data, date):
    if date not in data.hours:
        return None
    before = [date - datetime.timedelta(days) for days in range(1, 29)]
    alike = [day for day in before if (day.weekday() < 5) == (date.weekday() < 5)]
    rows = []
    for meter in sorted({m for day in [date, *before] if day in data.hours
                         for m in meters_of(data, day)}):
        values = [data.kwh(day, meter) for day in alike if data.complete(day, meter)]
        row = {"meter": meter, "days": len(values), "median": None, "mad": None}
        if len(values) >= 4:
            row["median"] = statistics.median(values)
            row["mad"] = statistics.median(abs(x - row["median"]) for x in values)
        rows.append(row)
    return rows


def deviation(data, date):
    if date not in data.hours:
        return None
    usual, rows = {row["meter"]: row for row in usual_day(data, date)}, []
    for meter in meters_of(data, date):
        if not data.complete(date, meter):
            continue
        row = {"meter": meter, "kwh_above": None, "score": None, "alarm": False}
        if usual[meter]["median"] is not None:
            row["kwh_above"] = data.kwh(date, meter) - usual[meter]["median"]
            if usual[meter]["mad"]:
                row["score"] = 0.6745 * row["kwh_above"] / usual[meter]["mad"]
                row["alarm"] = abs(row["score"]) > ALARM
        rows.append(row)
    return rows


def load_curve(data, date):
    if date not in data.hours:
        return None
    rows = []
    for site in data.sites():
        days = [data.hours[date][m] for m in data.of_site(site) if data.hours[date].get(m)]
        if not days:
            continue
        kw = [total(day.get(hour, 0.0) for day in days) for hour in range(24)]
        peaks = math.fsum(max(day.values()) for day in days)
        rows.append({"site": site, "kw": kw, "peak_kw": max(kw), "peak_hour": kw.index(max(kw)),
                     "coincidence": max(kw) / peaks if peaks else None})
    return rows


def site_ranking(data, date):
    if date not in data.hours:
        return None
    rows = []
    for site in data.sites():
        kwh = total(data.kwh(date, meter) for meter in data.of_site(site))
        silent = [meter for meter in data.of_site(site) if not data.complete(date, meter)]
        rows.append({"site": site, "kwh": kwh, "kwh_per_m2": None, "rank": None, "silent": silent})
        if data.of_site(site) and not silent:
            rows[-1]["kwh_per_m2"] = kwh / data.area[site]
    ranked = sorted(row["kwh_per_m2"] for row in rows if row["kwh_per_m2"] is not None)
    for row in rows:
        if row["kwh_per_m2"] is not None:
            row["rank"] = ranked.index(row["kwh_per_m2"]) + 1
    return rows


TABLES = {  # calculation: (its folder, key column, function of the data and a date)
    "daily_use": ("meters", "meter", daily_use),
    "daily_cost": ("billing", "meter", daily_cost),
    "month_to_date": ("billing", "meter", month_to_date),
    "degree_days": ("weather", "site", degree_days),
    "heating_signature": ("weather", "meter", heating_signature),
    "usual_day": ("alerts", "meter", usual_day),
    "deviation": ("alerts", "meter", deviation),
    "load_curve": ("sites", "site", load_curve),
    "site_ranking": ("sites", "site", site_ranking),
}
