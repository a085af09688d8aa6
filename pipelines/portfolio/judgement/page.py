"""The page of a verdict: one HTML file that needs nothing else."""
from html import escape

import plots
from verdict import BINS, HABITS

STYLE = """
:root { color-scheme: light dark; --page: #fff; --text: #1b1f24; --quiet: #59636e; --line: #d1d9e0;
  --smart: #bc4c00; --others: #0969da; --heat: 9, 105, 218; }
@media (prefers-color-scheme: dark) { :root { --page: #0d1117; --text: #e6edf3; --quiet: #9198a1;
  --line: #3d444d; --smart: #f0883e; --others: #4493f8; --heat: 68, 147, 248; } }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: var(--page);
  color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h2 { margin: 2.2rem 0 .5rem; padding-top: .8rem; border-top: 1px solid var(--line); }
table { border-collapse: collapse; margin: .5rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .6rem; border-bottom: 1px solid var(--line); text-align: right; }
th:first-child { text-align: left; } th { font-weight: 600; } small, .quiet { color: var(--quiet); }
.scroll { overflow-x: auto; } svg.plot { width: 100%; max-width: 44rem; height: auto; }
svg text { font-size: 12px; fill: var(--quiet); } svg path { fill: none; }
.grid { stroke: var(--line); stroke-width: .5; } .chance { stroke: var(--quiet);
  stroke-dasharray: 4 4; } .curve { stroke: var(--smart); stroke-width: 2; }
svg path.smart { stroke: var(--smart); fill: var(--smart); fill-opacity: .25; }
svg path.others { stroke: var(--others); fill: var(--others); fill-opacity: .25; }
.dense table { font-size: 13px; } .dense td { white-space: nowrap; padding: .2rem .45rem; }
.right { outline: 2px solid var(--text); outline-offset: -3px; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
@media print { tr, svg { break-inside: avoid; } td { print-color-adjust: exact; }
  details::details-content { content-visibility: visible; block-size: auto; } }
""" + "".join(f".h{i} {{ background: rgba(var(--heat), {i / 18:.2f}); }}\n" for i in range(11))

LIMITS = """What is measured here is whether the rules find habits that a generator of ours has put
in. Types, classes and score are our own definitions, made by the same hands: it shows that the
pipeline sees in the lots what is in them. It does not show that people have these types, that the
rules would find them in real accounts, or that a high score foretells anything. The prices are
those of 20 stocks, and all that is judged lies in one year, 2022, in which the market fell;
thresholds that fit there need not fit elsewhere. Some types are hard by construction: the first
rule that holds decides, so that earlier rules take users from later ones; a revenge trader can be
told only after enough losses; casual users have no rule, and whoever no rule finds counts as found
for them. The smart differ in one thing, that half of their purchases are the best stocks of the
coming days; who buys seldom hardly shows it, whatever the formula. As 4 % are smart, most of those
with high scores are not. The intervals are those of chance among users; another seed, year or
number of days is another world."""


def percent(value, digits=1):
    return "none" if value is None else f"{100 * value:.{digits}f} %"


def spoken(name):
    return name.replace("_", " ")  # may be broken where the column is narrow


def plain(value):
    return "" if value is None else f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def table(head, rows, kind=""):
    """Cells are texts, or (text, class)."""
    def cell(tag, value):
        text, kind = value if isinstance(value, tuple) else (value, "")
        return f'<{tag}{f" class={kind!r}" if kind else ""}>{escape(str(text))}</{tag}>'
    lines = [f"<div class='scroll {kind}'><table><thead><tr>", *(cell("th", h) for h in head),
             "</tr></thead><tbody>"]
    for row in rows:
        lines += ["<tr>", cell("th", row[0]), *(cell("td", v) for v in row[1:]), "</tr>\n"]
    return "".join(lines) + "</tbody></table></div>\n"


def details(summary, text):
    return f"<details><summary>{escape(summary)}</summary>\n{text}</details>\n"


def classes_part(found):
    rows = []
    for name, counts in zip(found["types"], found["matrix"]):
        total = sum(counts) or 1
        own = found["classes"][found["types"].index(name)]
        cells = [(f"{n:,} ({percent(n / total, 0)})",
                  f"h{round(10 * n / total)}" + (" right" if column == own else ""))
                 for n, column in zip(counts, found["classes"])]
        rows.append([name, f"{sum(counts):,}", *cells])
    low, high = found["interval"]
    return (
        "<h2>Types and classes</h2>\n"
        f"<p>Of {found['users']:,} users {found['with_row']:,} have a row; of these "
        f"<b>{percent(found['accuracy'])}</b> are in the class of their type (95 % interval "
        f"{percent(low)} to {percent(high)}), <b>kappa {found['kappa']:.3f}</b>. Whoever always "
        f"said the most frequent class would be right in {percent(found['always_the_biggest'])}. "
        f"Counted over all users, those without a row as wrong: {percent(found['accuracy_of_all'])}"
        ". Casual users have no class of their own: other counts as theirs.</p>\n"
        "<h3>Confusion matrix</h3>\n<p class='quiet'>A row for each type of the generator, a "
        "column for each class that was found, with the share of the row; the framed cell is the "
        "class that should be found. No row: no lot open, and none closed in 60 days.</p>\n"
        + table(["type", "users", *map(spoken, found["classes"])], rows, "dense")
        + "<h3>Precision and recall</h3>\n<p class='quiet'>Of users with a row.</p>\n"
        + table(["type", "found as", "users", "found", "rightly", "precision", "recall", "F1"],
                [[name, found["classes"][i], f"{c['true']:,}", f"{c['found']:,}",
                  f"{c['right']:,}", percent(c["precision"]), percent(c["recall"]),
                  percent(c["f1"])]
                 for i, (name, c) in enumerate(found["of_class"].items())]))


def score_part(found):
    low, high = found["interval"]
    bins = [[f"{100 * i // BINS} to {100 * (i + 1) // BINS}", percent(a, 2), percent(b, 2)]
            for i, (a, b) in enumerate(zip(found["histogram"]["smart"],
                                           found["histogram"]["others"]))]
    points = [["" if t is None else f"{t:.2f}", f"{x:.4f}", f"{y:.4f}"]
              for x, y, t in found["roc"]]
    points[0][0] = "nobody"
    better = [n for n, a in found["auc_of"].items() if a > found["auc"]]
    return (
        "<h2>The smart and their score</h2>\n"
        f"<p>{found['scored']:,} users have a score, {found['smart']:,} of them smart; "
        f"{found['without_score']:,} have none, as one of its parts is not defined. <b>AUC "
        f"{found['auc']:.3f}</b> (95 % interval {low:.3f} to {high:.3f}): so often a smart user "
        "scores above another. Median score of the smart "
        f"{found['medians']['smart']:.1f}, of the others {found['medians']['others']:.1f}.</p>\n"
        + plots.roc_plot(found["roc"], found["auc"])
        + details(f"The {len(points)} points that are drawn, at even steps along the curve",
                  table(["threshold", "of the others", "of the smart"], points))
        + "<h3>Distribution</h3>\n<p class='quiet'>Orange: the smart; blue: the others; each sums "
        "to 100 %.</p>\n" + plots.histogram_plot(found["histogram"])
        + details("The bins", table(["smart_score", "of the smart", "of the others"], bins))
        + "<h3>Who takes the highest scores</h3>\n"
        + table(["highest", "users", "smart among them", "precision", "of all smart", "lift"],
                [[percent(b["share"], 0), f"{b['users']:,}", f"{b['smart']:,}",
                  percent(b["precision"]), percent(b["recall"]), f"{b['lift']:.2f}"]
                 for b in found["best"]])
        + "<h3>What the score is made of, and within each type</h3>\n"
        + table(["AUC of", "AUC"], [[n, f"{a:.3f}"] for n, a in found["auc_of"].items()])
        + (f"<p>Taken alone, {' and '.join(better)} would order these users better than the score "
           "does.</p>\n" if better else "")
        + table(["type", "users with a score", "smart", "AUC within the type"],
                [[n, f"{v['users']:,}", f"{v['smart']:,}",
                  "none" if v["auc"] is None else f"{v['auc']:.3f}"]
                 for n, v in found["auc_by_type"].items()]))


def habits_part(found):
    return ("<h2>What tells the types apart</h2>\n"
            "<p class='quiet'>Medians over the users of a type who have a row and for whom it is "
            "defined; of revenge_flag the share. The rules read them in the order of the columns, "
            "smart_score is none of them.</p>\n"
            + table(["type", "users", *map(spoken, HABITS)],
                    [[name, f"{medians['users']:,}",
                      *(percent(medians[h]) if h == "revenge_flag" else plain(medians[h])
                        for h in HABITS)] for name, medians in found.items()], "dense"))


def page(found, how):
    """`how`: the commands that make the page."""
    title = f"Types and smart users of {found['date']}"
    return (
        "<!doctype html>\n<html lang='en'>\n<head>\n<meta charset='utf-8'>\n"
        "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; "
        "style-src 'unsafe-inline'\">\n<meta name='viewport' content='width=device-width, "
        f"initial-scale=1'>\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{title}</h1>\n<p>How well <code>user_classifier</code> and <code>smart_money_score"
        f"</code> find the types and the smart among {found['users']:,} users whom <code>almanac "
        f"sample</code> made ({found['dormant']:,} of them dormant). The labels are those of the "
        "generator; no calculation reads them.</p>\n"
        + classes_part(found["classes"]) + score_part(found["score"]) + habits_part(found["habits"])
        + f"<h2>Limits</h2>\n<p>{escape(LIMITS)}</p>\n<h2>How to make it again</h2>\n"
        f"<pre>{escape(how)}</pre>\n</body>\n</html>\n")
