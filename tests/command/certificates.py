"""Made-up certificates, where they are not what is tested, since real ones take minutes each; and
made-up evidence."""
import pathlib
import re

import cbor
from fee_project import preserve

RECIPE = re.search(r"kEvidenceRecipe = (\d+)", (
    pathlib.Path(__file__).parents[2] / "core/plan/behaviour.h").read_text())[1]


def make_up(project):
    """Certificates for all versions that the project has now; leaves the file "made-up", too."""
    file = exported(project)
    file["evidence"] = [certificate_of(version) for version in file["versions"]]
    take_over(project, file)


def certificate_of(version):
    return {"certificate": True, "calculation": version["calculation"], "before": version["code"],
            "now": version["code"], "infrastructure": version["infrastructure"],
            "others": "0" * 32, "verdict": "certified", "document": '{"recipe": %s}' % RECIPE,
            "made_ms": 1, "revoked": False}


def exported(project):
    """What the project puts into a file of evidence."""
    project.run("evidence", "export", "exported")
    return cbor.decode((project.root / "exported").read_bytes())


def take_over(project, file):
    """Imports what such a file has; leaves it as "made-up"."""
    (project.root / "made-up").write_bytes(cbor.encode(file))
    project.run("evidence", "import", "made-up")


def call_the_same(project, file, old, new):
    """An edit of the fees that computes otherwise, with evidence that it does not. The project has
    certificates."""
    probe = project.copy()
    preserve(probe)
    probe.run("preflight", "--select", "fees")
    verdict = probe.run("evidence", "list").json["evidence"][-1]
    known = exported(project)
    project.edit(file, old, new)
    (found,) = project.run("preflight", "--base", "exported", "--select", "fees",
                           code=3).json["calculations"]
    (fees,) = [version for version in known["versions"] if version["calculation"] == "fees"]
    take_over(project, {**known, "evidence": [
        {**certificate_of(fees), "certificate": False, "verdict": "cosmetic", "document": "{}",
         "now": found["new_code_hash"], "others": verdict["others"]}]})
