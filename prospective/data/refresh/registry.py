"""The connectors, by the ``connecteur`` of the codelist. Each imports its library only when it is asked."""

from prospective.data.refresh.connector import Connector
from prospective.data.refresh.melodi import Melodi
from prospective.data.refresh.sdmx import ECB, EUROSTAT, OECD, Bdm, Sdmx
from prospective.data.refresh.urssaf import Urssaf
from prospective.data.refresh.world_bank import WorldBank

_GENERIC = "application/vnd.sdmx.genericdata+xml;version=2.1"
_ALL: tuple[Connector, ...] = (
    Sdmx("eurostat", "Eurostat", "ESTAT", frozenset({"ec.europa.eu"}), "geo", EUROSTAT),
    Sdmx("ocde", "L'OCDE", "OECD", frozenset({"sdmx.oecd.org"}), "REF_AREA", OECD, _GENERIC),
    Sdmx(
        "bce", "La BCE", "ECB", frozenset({"data-api.ecb.europa.eu"}), "REF_AREA", ECB,
        "application/vnd.sdmx.data+json;version=1.0.0-wd", "json",
    ),
    Bdm("insee-bdm", "L'Insee (BDM)", "INSEE", frozenset({"www.bdm.insee.fr"}), "REF_AREA", {}, _GENERIC),
    Melodi(),
    WorldBank(),
    Urssaf(),
)  # fmt: skip
CONNECTORS: dict[str, Connector] = {connector.name: connector for connector in _ALL}
NONE = "aucun"
