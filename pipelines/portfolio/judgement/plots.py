"""Plots as inline SVG. Each says in words what it shows; its numbers stand in a table beside it."""
import math
from html import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 560, 340, 56, 40, 30, 12


def number(value):
    return f"{value:.1f}".rstrip("0").rstrip(".")


class Plot:
    """Axes from (x0, y0) to (x1, y1)."""

    def __init__(self, label, x, y, x_name, y_name, ticks=5):
        (self.x0, self.x1), (self.y0, self.y1) = x, y
        self.parts = [f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
                      f'aria-label="{escape(label)}"><title>{escape(label)}</title>']
        for i in range(ticks + 1):
            self.tick(self.x0 + (self.x1 - self.x0) * i / ticks, True)
            self.tick(self.y0 + (self.y1 - self.y0) * i / ticks, False)
        self.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, x_name, "middle")
        self.text(4, 14, y_name, "start")

    def at(self, x, y):
        return (LEFT + (x - self.x0) / (self.x1 - self.x0) * (WIDTH - LEFT - RIGHT),
                HEIGHT - BOTTOM - (y - self.y0) / (self.y1 - self.y0) * (HEIGHT - BOTTOM - TOP))

    def text(self, x, y, text, anchor):
        self.parts.append(f'<text x="{number(x)}" y="{number(y)}" text-anchor="{anchor}">'
                          f'{escape(text)}</text>')

    def tick(self, value, along_x):
        start = self.at(value, self.y0) if along_x else self.at(self.x0, value)
        end = self.at(value, self.y1) if along_x else self.at(self.x1, value)
        self.parts.append('<path class="grid" d="M{} {}L{} {}"/>'.format(
            *(number(v) for v in (*start, *end))))
        text = f"{value:.3g}"
        if along_x:
            self.text(start[0], start[1] + 16, text, "middle")
        else:
            self.text(start[0] - 6, start[1] + 4, text, "end")

    def line(self, points, kind):
        path = "L".join("{} {}".format(*(number(v) for v in self.at(x, y))) for x, y in points)
        self.parts.append(f'<path class="{kind}" d="M{path}"/>')

    def area(self, points, kind):
        first, last = points[0][0], points[-1][0]
        self.line([(first, self.y0), *points, (last, self.y0)], kind)

    def finish(self):
        return "".join(self.parts) + "</svg>"


def roc_plot(points, area):
    label = (f"ROC curve of smart_score, area {area:.3f}: of the users who are not smart a share "
             "(across), of the smart a share (up) score above a threshold")
    plot = Plot(label, (0, 1), (0, 1), "share of the others above the threshold",
                "share of the smart")
    plot.line([(0, 0), (1, 1)], "chance")
    plot.line([(x, y) for x, y, _ in points], "curve")
    return plot.finish()


def histogram_plot(shares):
    """{"smart": [...], "others": [...]}, over 0 to 100."""
    bins = len(shares["smart"])
    most = math.ceil(20 * max(max(values) for values in shares.values())) / 20
    label = "Distribution of smart_score: share of the smart, and of the others, in each bin"
    plot = Plot(label, (0, 100), (0, most), "smart_score", "share of the users")
    for name, kind in (("others", "others"), ("smart", "smart")):
        steps = []
        for i, share in enumerate(shares[name]):
            steps += [(100 * i / bins, share), (100 * (i + 1) / bins, share)]
        plot.area(steps, kind)
    return plot.finish()
