"""Made-up certificates, where they are not what is tested: real ones take minutes each."""
import cbor


def make_up(project):
    """Certificates for all versions that the project has now; leaves the file "made-up", too."""
    project.run("evidence", "export", "exported")
    file = cbor.decode((project.root / "exported").read_bytes())
    file["evidence"] = [
        {"certificate": True, "calculation": version["calculation"], "before": version["code"],
         "now": version["code"], "infrastructure": version["infrastructure"], "others": "0" * 32,
         "verdict": "certified", "document": '{"recipe": 3}', "made_ms": 1, "revoked": False}
        for version in file["versions"]]
    (project.root / "made-up").write_bytes(cbor.encode(file))
    project.run("evidence", "import", "made-up")
