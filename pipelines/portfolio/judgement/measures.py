"""How well a class or a score finds what it is meant to find. Plain definitions, no library."""
import math

Z95 = 1.959964  # of a two-sided interval of 95 %


def confusion(pairs, rows, columns):
    """Counts of (what is true, what was found), a list for each row."""
    counts = {row: dict.fromkeys(columns, 0) for row in rows}
    for true, found in pairs:
        counts[true][found] += 1
    return [[counts[row][column] for column in columns] for row in rows]


def of_class(pairs, name):
    """How often one class was there, was found, and was found rightly."""
    true = sum(t == name for t, _ in pairs)
    found = sum(f == name for _, f in pairs)
    right = sum(t == f == name for t, f in pairs)
    precision = right / found if found else None
    recall = right / true if true else None
    both = 2 * right / (true + found) if true + found else None
    return {"true": true, "found": found, "right": right, "precision": precision,
            "recall": recall, "f1": both}


def accuracy(pairs):
    return sum(t == f for t, f in pairs) / len(pairs) if pairs else None


def kappa(pairs):
    """Cohen (1960): agreement beyond that of two who name the same shares by chance."""
    if not pairs:
        return None
    n = len(pairs)
    names = {name for pair in pairs for name in pair}
    chance = sum((sum(t == name for t, _ in pairs) / n) * (sum(f == name for _, f in pairs) / n)
                 for name in names)
    return (accuracy(pairs) - chance) / (1 - chance) if chance < 1 else None


def wilson(right, n):
    """The 95 % interval of a share (Wilson 1927)."""
    if n == 0:
        return None
    share, z2 = right / n, Z95 * Z95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return middle - half, middle + half


def average_ranks(values):
    """From 1; equal values share the average of their ranks."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    first = 0
    while first < len(order):
        end = first
        while end < len(order) and values[order[end]] == values[order[first]]:
            end += 1
        for i in order[first:end]:
            ranks[i] = (first + end + 1) / 2
        first = end
    return ranks


def auc(scores, labels):
    """The chance that one who has the label scores above one who has not, ties half (Mann and
    Whitney 1947); None where there are not both."""
    with_label = sum(labels)
    without = len(labels) - with_label
    if not with_label or not without:
        return None
    ranks = average_ranks(scores)
    ranked = sum(rank for rank, label in zip(ranks, labels) if label)
    return (ranked - with_label * (with_label + 1) / 2) / (with_label * without)


def auc_interval(area, with_label, without):
    """The 95 % interval by the standard error of Hanley and McNeil (1982)."""
    q1, q2 = area / (2 - area), 2 * area * area / (1 + area)
    variance = (area * (1 - area) + (with_label - 1) * (q1 - area * area)
                + (without - 1) * (q2 - area * area)) / (with_label * without)
    half = Z95 * math.sqrt(max(variance, 0.0))
    return max(area - half, 0.0), min(area + half, 1.0)


def roc(scores, labels):
    """(false positive rate, true positive rate, threshold) for each threshold, highest first: all
    from it on are taken."""
    with_label = sum(labels)
    without = len(labels) - with_label
    points, true, false = [(0.0, 0.0, None)], 0, 0
    order = sorted(zip(scores, labels), key=lambda pair: -pair[0])
    for i, (score, label) in enumerate(order):
        true, false = true + label, false + (not label)
        if i + 1 == len(order) or order[i + 1][0] != score:
            points.append((false / without, true / with_label, score))
    return points


def thinned(points, most):
    """At most so many of the points, the first and the last among them, at even steps along the
    curve."""
    if len(points) <= most:
        return points
    along = [x + y for x, y, _ in points]
    kept, step = [points[0]], along[-1] / (most - 1)
    for point, at in zip(points[1:-1], along[1:-1]):
        if at >= step * len(kept) and len(kept) < most - 1:
            kept.append(point)
    return kept + [points[-1]]


def best_of(scores, labels, share):
    """Of the share of all with the highest scores: how many, how many of them have the label."""
    count = max(1, round(share * len(scores)))
    best = sorted(zip(scores, labels), key=lambda pair: -pair[0])[:count]
    return count, sum(label for _, label in best)


def histogram(values, bins, low, high):
    """The share of the values in each of the bins; the last one includes its end."""
    counts = [0] * bins
    for value in values:
        counts[min(int((value - low) / (high - low) * bins), bins - 1)] += 1
    return [count / len(values) if values else 0.0 for count in counts]


def median(values):
    """Of those that are defined; None where none is."""
    known = sorted(v for v in values if v is not None)
    if not known:
        return None
    middle = len(known) // 2
    return known[middle] if len(known) % 2 else (known[middle - 1] + known[middle]) / 2
