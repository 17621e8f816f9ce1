"""Where the figures and the documents come from: the verbs of ``provenance.ipynb`` and ``sources.ipynb``."""

import datetime
import hashlib

from prospective.data import archive, files
from prospective.data.bibliography import NATURES, read_bibliography
from prospective.data.validation.inventory import OLD, months_since
from prospective.model import writing
from prospective.model.indicator import LICENCES
from prospective.model.territory import REGION
from prospective.model.variables import VARIABLES
from prospective.notebook.catalogue import Catalogue, Entry, addresses, size
from prospective.notebook.display import Block, render
from prospective.notebook.reading import publication


class Registre:
    """The register of the publication: producers, licences, tables, what is missing, documents."""

    def __init__(self) -> None:
        self.publication = publication()
        self.package = self.publication.package
        self.entries = Catalogue().entries

    def producteurs(self) -> Block:
        """Who produces the figures: licence, vintages, datasets, number of indicators."""
        groups: dict[tuple[str, str], list[Entry]] = {}
        for entry in self.entries:
            groups.setdefault((entry.i.producteur, entry.i.licence), []).append(entry)
        rows = []
        for (producer, licence), found in sorted(groups.items(), key=lambda item: writing.unaccented(item[0][0])):
            vintages = [entry.i.millesime for entry in found]
            rows.append({
                "nom": producer, "licence": licence, "nombre": len(found),
                "jeux": list(dict.fromkeys((entry.i.jeu_de_donnees, entry.i.url) for entry in found)),
                "millesimes": " – ".join(dict.fromkeys(map(writing.date, (min(vintages), max(vintages))))),
            })  # fmt: skip
        return render("producteurs", lignes=rows, licences=LICENCES, adresses=addresses(self.package))

    def licences(self) -> Block:
        """What each licence in use allows and asks, and how many tables are under it."""
        return render("licences", licences=archive.licences(self.package))

    def tables(self) -> Block:
        """Every table and contour that the package declares: rows, size, licence, sources, checksum."""
        rows = []
        for path, resource in sorted(self.package.resources.items()):
            content = files.read(self.publication.root, f"data/{path}")
            rows.append({
                "fichier": f"data/{path}", "titre": resource["title"], "taille": size(len(content)),
                "lignes": len(self.package.table(path)) if path in self.package.tables else None,
                "sources": [(s["title"], s.get("path", "")) for s in resource.get("sources", [])],
                "licences": [LICENCES.get(x["name"], x["name"]) for x in resource.get("licenses", [])],
                "empreinte": hashlib.sha256(content).hexdigest(),
            })  # fmt: skip
        return render("tables", lignes=rows)

    def manques(self) -> Block:
        """What is missing or old: old vintages, variables without a series, indicators without the region.

        Ages are counted at the day of the package, so that the same data always give the same page.
        """
        day = archive.described(self.package)["created"]
        covered = {entry.i.variable for entry in self.entries}
        outside = [e for e in self.entries if REGION not in set(self.package.series(e.i.id)["territoire"])]
        old = [e for e in self.entries if months_since(e.i.millesime, datetime.date.fromisoformat(day)) > OLD]
        return render(
            "manques", jour=day, mois=OLD, anciens=sorted(old, key=lambda e: (e.i.millesime, e.i.id)), hors_region=outside,
            total=len(self.entries), sans_serie=[name for slug, (name, _) in VARIABLES.items() if slug not in covered],
        )  # fmt: skip

    def documents(self) -> Block:
        """Every document of the bibliography, by kind, with how it was checked."""
        documents = read_bibliography(self.publication.root).values()
        groups = [
            (label.capitalize(), [d for d in documents if d.nature == nature]) for nature, label in NATURES.items()
        ]
        return render("documents", groupes=[(label, found) for label, found in groups if found], total=len(documents))
