"""Made-up certificates, where they are not what is tested: real ones take minutes each."""
import pathlib
import re

import cbor

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
