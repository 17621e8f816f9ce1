"""Every producer answering well: what each serves, and where."""

from collections.abc import Callable

from tests.data.refresh import payloads
from tests.data.refresh.server import CSV, JSON, XML, Exchange, Lab, reply

EUROSTAT = "ec.europa.eu/eurostat/api/dissemination/sdmx/2.1"
EUROSTAT_FLOW, EUROSTAT_DATA = f"{EUROSTAT}/dataflow/ESTAT/edat_lfse_04/", f"{EUROSTAT}/data/edat_lfse_04/"
QUEUE = "ec.europa.eu/eurostat/api/dissemination/1.0/async"
OECD_FLOW, OECD_DATA = "sdmx.oecd.org/public/rest/dataflow/OECD.SDD.STES/", "sdmx.oecd.org/public/rest/data/"
ECB_FLOW, ECB_DATA = "data-api.ecb.europa.eu/service/dataflow/ECB/ICP/", "data-api.ecb.europa.eu/service/data/ICP/"
BDM = "www.bdm.insee.fr/series/sdmx/data/SERIES_BDM/"
MELODI = "api.insee.fr/melodi/data/DS_ESSAI"
WORLD_BANK = "api.worldbank.org/v2/en/country/"
URSSAF = "open.urssaf.fr/api/explore/v2.1/catalog/datasets/effectifs-essai"
URSSAF_CSV = f"{URSSAF}/exports/csv"
TEXTS = [
    "region",
    "commune",
    "ape",
    "code_region",
    "code_departement",
    "code_zone_d_emploi",
    "code_epci",
    "code_commune",
    "code_ape",
]
YEARS = ["2021", "2022", "2023"]
EUROSTAT_KEYS = {"freq": "A", "sex": "T", "age": "Y25-64", "unit": "PC", "isced11": "ED5-8"}
EUROSTAT_ROWS = {
    "FR": [("2018", "36.9", ""), ("2019", "37.9", ""), ("2020", "39.7", ""), ("2021", "40.6", "b"), ("2022", "41.6", "p")],
    "FRE": [("2019", "32.3", ""), ("2020", "33.4", ""), ("2021", "34.1", ""), ("2022", "", "c")],
}  # fmt: skip
WORLD_ROWS: list[tuple[str, str, str | None]] = [
    ("DEU", "2024", None), ("DEU", "2023", "3.06800007820129"), ("DEU", "2022", "3.13499999046326"), ("DEU", "2021", "3.63599991798401"),
    ("FRA", "2024", None), ("FRA", "2023", "7.33500003814697"), ("FRA", "2022", "7.30800008773804"), ("FRA", "2021", "7.87400007247925"),
]  # fmt: skip
MELODI_ROWS: list[tuple[str, str, str | None, str]] = [
    ("DEP-02", "2020", "15.9", "A"), ("DEP-02", "2021", "15.8", "A"), ("DEP-02", "2022", None, "C"),
    ("REG-32", "2020", "14.9", "A"), ("REG-32", "2021", "14.8", "A"), ("REG-32", "2022", "14.6", "P"),
]  # fmt: skip
URSSAF_ROWS = {
    "code_commune": [["02001", "79", "72", "70"], ["02002", "40", "41", "43"]],
    "code_departement": [["02", "116000", "117000", "117500"]],
    "code_region": [["32", "1500000", "1520000", "1531000"]],
    "code_zone_d_emploi": [["3201", "90", "91", "93"]],
    "": [["19000000", "19200000", "19300000"]],
}


def answer_normally(lab: Lab) -> None:
    """Give every producer its good answers."""
    order = ["freq", "sex", "isced11", "age", "unit", "geo"]
    lab.routes[EUROSTAT_FLOW] = reply(payloads.structure("ESTAT", "EDAT_LFSE_04", order, "OBS_FLAG"), XML)
    lab.routes[EUROSTAT_DATA] = reply(eurostat(), XML)
    order = ["REF_AREA", "FREQ", "MEASURE", "UNIT_MEASURE"]
    lab.routes[OECD_FLOW] = reply(payloads.structure("OECD.SDD.STES", "DSD_KEI", order, "OBS_STATUS"), XML)
    lab.routes[OECD_DATA] = reply(oecd(), XML)
    order = ["FREQ", "REF_AREA", "ADJUSTMENT", "ICP_ITEM", "STS_INSTITUTION", "ICP_SUFFIX"]
    lab.routes[ECB_FLOW] = reply(payloads.structure("ECB", "ECB_ICP1", order, "OBS_STATUS"), XML)
    lab.routes[ECB_DATA] = reply(ecb(), JSON)
    lab.routes[BDM] = reply(bdm(), XML)
    lab.routes[MELODI] = melodi
    lab.routes[WORLD_BANK] = world_bank()
    lab.routes[URSSAF] = reply(description(YEARS), JSON)
    lab.routes[URSSAF_CSV] = urssaf()


def eurostat(change: Callable[[str], str] = str) -> bytes:
    """Eurostat's data; ``change`` edits the text."""
    return change(
        payloads.specific("ESTAT", "EDAT_LFSE_04", EUROSTAT_KEYS, "geo", EUROSTAT_ROWS, "OBS_FLAG").decode()
    ).encode()


def oecd() -> bytes:
    """The OECD's data, generic."""
    data = {
        "FRA": [("2019", "100.5", "A"), ("2020", "97.3", "A"), ("2021", "101.3", "A"), ("2022", "102.4", "P")],
        "DEU": [("2019", "99.8", "A"), ("2020", "98.1", "A"), ("2021", "100.2", "A"), ("2022", "", "M")],
    }
    keys = {"FREQ": "A", "MEASURE": "PRVM", "UNIT_MEASURE": "IX"}
    return payloads.generic("OECD.SDD.STES", "DSD_KEI", keys, "REF_AREA", data)


def ecb() -> bytes:
    """The ECB's data, SDMX-JSON."""
    keys = {"FREQ": "M", "ADJUSTMENT": "N", "ICP_ITEM": "000000", "STS_INSTITUTION": "4", "ICP_SUFFIX": "ANR"}
    data: dict[str, dict[str, float | None]] = {
        "FR": {"2025-01": 1.8, "2025-02": 0.9, "2025-03": 0.9, "2025-04": 0.9},
        "U2": {"2025-01": 2.5, "2025-02": 2.3, "2025-03": 2.2, "2025-04": None},
    }
    return payloads.sdmx_json(keys, "REF_AREA", data)


def bdm() -> bytes:
    """A series of Insee's BDM, generic."""
    data = {
        "001688527": [
            ("2024-Q4", "7.3", "P"),
            ("2024-Q3", "7.4", "DEF"),
            ("2024-Q2", "7.3", "DEF"),
            ("2024-Q1", "7.5", "DEF"),
        ]
    }
    return payloads.generic("FR1", "SERIES_BDM", {"FREQ": "T"}, "IDBANK", data, quality=True)


def melodi(exchange: Exchange) -> None:
    """Melodi, four observations a page, the filters of places and dimensions obeyed."""
    query, size = exchange.query, 4
    places = query.get("GEO", [])
    found = [row for row in MELODI_ROWS if row[0] in places and query.get("AGE") == ["Y15T64"]]
    page = int(query["page"][0])
    own = [] if query.get("maxResult") == ["0"] else found[(page - 1) * size : page * size]
    more = page * size < len(found)
    address = exchange.path.replace(f"page={page}", f"page={page + 1}")
    following = f"https://api.insee.fr{address}" if more else None
    # pynsee counts pages of 10,000: one page is what a small dataset has, the whole of it
    own = found if own else own
    reply(
        payloads.melodi("DS_ESSAI", own, {"AGE": "Y15T64", "SEX": "_T"}, len(found), None if own else following), JSON
    )(exchange)


def world_bank(rows: list[tuple[str, str, str | None]] = WORLD_ROWS) -> Callable[[Exchange], None]:
    """The World Bank, three rows a page."""

    def answer(exchange: Exchange) -> None:
        reply(payloads.world_bank(rows, "SL.UEM.TOTL.ZS", int(exchange.query["page"][0]), 3), JSON)(exchange)

    return answer


def description(years: list[str]) -> bytes:
    """What Opendatasoft says of the dataset."""
    fields = [
        *TEXTS,
        *(f"{kind}_{year}" for year in years for kind in ("nombre_d_etablissements", "effectifs_salaries")),
    ]
    return payloads.dataset_description("effectifs-essai", fields)


def urssaf(change: Callable[[str, bytes], bytes] = lambda column, body: body, extra: list[list[str]] | None = None) -> Callable[[Exchange], None]:  # fmt: skip
    """The CSV exports, by the column they are grouped by; ``extra`` rows are added to the communes."""

    def answer(exchange: Exchange) -> None:
        column = exchange.query.get("group_by", [""])[0]
        chosen = [y for y in YEARS if f"effectifs_salaries_{y}" in exchange.query["select"][0]]
        header = [*([column] if column else []), *(f"effectifs_salaries_{y}" for y in chosen)]
        data = URSSAF_ROWS[column] + ((extra or []) if column == "code_commune" else [])
        data = [[*row[: len(row) - 3], *row[len(row) - len(chosen) :]] for row in data]
        reply(change(column, payloads.ods_csv(header, data)), CSV)(exchange)

    return answer
