"""The verdict on the classifier and the score: all numbers of the page, as one dict."""
import measures

# A type and the class that should find it, in the order of the rules of user_class.h.
TYPES = {"day_trader": "day_trader", "revenge_trader": "revenge_trader",
         "disposition_prone": "disposition_prone", "concentrated": "concentrated",
         "momentum": "momentum", "contrarian": "contrarian", "index_holder": "index_holder",
         "casual": "other"}
CLASSES = [*TYPES.values(), "no row"]
HABITS = ["hold_median", "n_closed", "revenge_size_ratio", "revenge_flag", "disposition",
          "disposition_t", "hhi", "buy_momentum", "turnover", "n_eff", "smart_score"]
BINS = 25
ROC_POINTS = 150
SHARES = (0.01, 0.02, 0.04, 0.10, 0.20)


def classes(users):
    pairs = [(TYPES[u["true_type"]], u.get("user_class", "no row")) for u in users]
    known = [(true, found) for true, found in pairs if found != "no row"]
    right = sum(true == found for true, found in known)
    biggest = max(sum(true == name for true, _ in known) for name in TYPES.values())
    by_type = [(u["true_type"], u.get("user_class", "no row")) for u in users]
    return {
        "types": list(TYPES), "classes": CLASSES,
        "matrix": measures.confusion(by_type, TYPES, CLASSES),
        "users": len(pairs), "with_row": len(known), "right": right,
        "accuracy": measures.accuracy(known), "interval": measures.wilson(right, len(known)),
        "accuracy_of_all": measures.accuracy(pairs), "kappa": measures.kappa(known),
        "always_the_biggest": biggest / len(known),
        "of_class": {name: measures.of_class(known, found) for name, found in TYPES.items()},
    }


def steady(user):
    """The lesser of the two halves, as the score takes it; that by rank differs a little."""
    halves = user.get("skill_h1"), user.get("skill_h2")
    return None if None in halves else min(halves)


def score(users):
    scored = [u for u in users if u.get("smart_score") is not None]
    scores = [u["smart_score"] for u in scored]
    labels = [bool(u["smart"]) for u in scored]
    area = measures.auc(scores, labels)
    smart = sum(labels)
    parts = {}
    for name, value in (("smart_score", lambda u: u["smart_score"]),
                        ("alpha_t", lambda u: u.get("alpha_t")),
                        ("sharpe", lambda u: u.get("sharpe")),
                        ("min(skill_h1, skill_h2)", steady)):
        known = [(value(u), bool(u["smart"])) for u in scored if value(u) is not None]
        parts[name] = measures.auc([v for v, _ in known], [label for _, label in known])
    best = []
    for share in SHARES:
        count, found = measures.best_of(scores, labels, share)
        best.append({"share": share, "users": count, "smart": found, "precision": found / count,
                     "recall": found / smart, "lift": found / count / (smart / len(labels))})
    by_type = {}
    for name in TYPES:
        own = [(s, label) for s, label, u in zip(scores, labels, scored) if u["true_type"] == name]
        by_type[name] = {"users": len(own), "smart": sum(label for _, label in own),
                         "auc": measures.auc([s for s, _ in own], [label for _, label in own])}
    return {
        "scored": len(scored), "smart": smart, "others": len(scored) - smart,
        "without_score": len(users) - len(scored), "smart_of_all": sum(u["smart"] for u in users),
        "auc": area, "interval": measures.auc_interval(area, smart, len(scored) - smart),
        "auc_of": parts, "auc_by_type": by_type, "best": best,
        "roc": measures.thinned(measures.roc(scores, labels), ROC_POINTS),
        "histogram": {
            name: measures.histogram([s for s, label in zip(scores, labels) if label == is_smart],
                                     BINS, 0, 100)
            for name, is_smart in (("smart", True), ("others", False))},
        "medians": {name: measures.median([s for s, label in zip(scores, labels)
                                           if label == is_smart])
                    for name, is_smart in (("smart", True), ("others", False))},
    }


def habits(users):
    """The median of each habit, per type; of revenge_flag the share."""
    out = {}
    for name in TYPES:
        own = [u for u in users if u["true_type"] == name and "user_class" in u]
        medians = {habit: measures.median([u.get(habit) for u in own])
                   for habit in HABITS if habit != "revenge_flag"}
        flags = [bool(u.get("revenge_flag")) for u in own]
        medians["revenge_flag"] = sum(flags) / len(flags) if flags else None
        out[name] = {"users": len(own), **medians}
    return out


def verdict(users, date):
    return {"date": date, "users": len(users), "dormant": sum(u["dormant"] for u in users),
            "classes": classes(users), "score": score(users), "habits": habits(users)}
