"""Where every figure and every document comes from: the verbs of ``notebooks/sources.ipynb``."""

import pandas as pd

from prospective.data.bibliography import NATURES, read_bibliography
from prospective.model import writing
from prospective.model.indicator import LICENCES
from prospective.notebook.display import Block, render
from prospective.notebook.reading import publication


class Registre:
    """The register of the publication's data and documents."""

    def __init__(self) -> None:
        self.publication = publication()

    def indicateurs(self) -> Block:
        """Every indicator: producer, dataset, vintage, licence, where it was read, file."""
        rows = sorted(self.publication.package.indicators.values(), key=lambda i: (i.variable, i.id))
        return render("indicateurs", indicateurs=rows, licences=LICENCES)

    def tables(self) -> Block:
        """Every table of the data package, with its size, its sources and its licence."""
        rows = []
        for path, resource in sorted(self.publication.package.resources.items()):
            rows.append({
                "Table": f"data/{path}", "Contenu": resource["title"], "Lignes": len(self.publication.package.table(path)),
                "Sources": writing.join(list(dict.fromkeys(s["title"] for s in resource.get("sources", []))), "et") or "cette publication",
                "Licence": writing.join(list(dict.fromkeys(x.get("title") or x["name"] for x in resource.get("licenses", [])))),
            })  # fmt: skip
        return render("tableau", titre="Tables du paquet de données", table=pd.DataFrame(rows))

    def documents(self) -> Block:
        """Every document of the bibliography, by kind, with how it was checked."""
        documents = read_bibliography(self.publication.root).values()
        groups = [
            (label.capitalize(), [d for d in documents if d.nature == nature]) for nature, label in NATURES.items()
        ]
        return render("documents", groupes=[(label, found) for label, found in groups if found], total=len(documents))
