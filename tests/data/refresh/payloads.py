"""Answers shaped as the producers document them, written by hand: none of the product's code is used here.

Sources of the shapes: SDMX-ML 2.1 and SDMX-JSON 1.0 schemas; Eurostat's guide of its SDMX API (asynchronous delivery,
errors); Insee's BDM web service; the World Bank's « API basic call structures »; Melodi's OpenAPI; Opendatasoft's Explore v2.1.
"""

import json
from collections.abc import Mapping, Sequence

SDMX = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
SPACES = (
    f'xmlns:mes="{SDMX}/message" xmlns:str="{SDMX}/structure" xmlns:com="{SDMX}/common" xmlns:gen="{SDMX}/data/generic" '
    f'xmlns:ss="{SDMX}/data/structurespecific" xmlns:footer="{SDMX}/message/footer" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
PREPARED = "2026-10-14T11:00:00.000+02:00"
Observations = Mapping[str, Sequence[tuple[str, str, str]]]  # by place: (period, value, flag)


def _header(agency: str, structure: str = "") -> str:
    return (
        f"<mes:Header><mes:ID>IREF000001</mes:ID><mes:Test>false</mes:Test><mes:Prepared>{PREPARED}</mes:Prepared>"
        f'<mes:Sender id="{agency}"/>{structure}</mes:Header>'
    )


def structure(agency: str, identifier: str, dimensions: Sequence[str], attribute: str) -> bytes:
    """The dataflow with its structure, as ``references=children`` gives it."""

    def concept(name: str) -> str:
        return f'<str:ConceptIdentity><Ref id="{name}" maintainableParentID="{identifier}" maintainableParentVersion="1.0" agencyID="{agency}" package="conceptscheme" class="Concept"/></str:ConceptIdentity>'

    listed = "".join(
        f'<str:Dimension id="{name}" position="{rank}">{concept(name)}</str:Dimension>'
        for rank, name in enumerate(dimensions, start=1)
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<mes:Structure {SPACES}>{_header(agency)}<mes:Structures>
<str:Dataflows><str:Dataflow id="{identifier}" agencyID="{agency}" version="1.0" isFinal="true"><com:Name xml:lang="en">{identifier}</com:Name>
<str:Structure><Ref id="{identifier}" version="1.0" agencyID="{agency}" package="datastructure" class="DataStructure"/></str:Structure></str:Dataflow></str:Dataflows>
<str:DataStructures><str:DataStructure id="{identifier}" agencyID="{agency}" version="1.0" isFinal="true"><com:Name xml:lang="en">{identifier}</com:Name>
<str:DataStructureComponents><str:DimensionList id="DimensionDescriptor">{listed}
<str:TimeDimension id="TIME_PERIOD" position="{len(dimensions) + 1}">{concept("TIME_PERIOD")}<str:LocalRepresentation><str:TextFormat textType="ObservationalTimePeriod"/></str:LocalRepresentation></str:TimeDimension></str:DimensionList>
<str:AttributeList id="AttributeDescriptor"><str:Attribute id="{attribute}" assignmentStatus="Conditional">{concept(attribute)}<str:AttributeRelationship><str:PrimaryMeasure><Ref id="OBS_VALUE"/></str:PrimaryMeasure></str:AttributeRelationship></str:Attribute></str:AttributeList>
<str:MeasureList id="MeasureDescriptor"><str:PrimaryMeasure id="OBS_VALUE">{concept("OBS_VALUE")}</str:PrimaryMeasure></str:MeasureList>
</str:DataStructureComponents></str:DataStructure></str:DataStructures></mes:Structures></mes:Structure>
""".encode()


def specific(agency: str, identifier: str, keys: Mapping[str, str], place: str, data: Observations, flag: str) -> bytes:
    """Structure-specific data, as Eurostat sends: attributes named like the dimensions."""
    urn = f"urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure={agency}:{identifier}(1.0):ObsLevelDim:TIME_PERIOD"
    used = (
        f'<mes:Structure structureID="S1" namespace="{urn}" dimensionAtObservation="TIME_PERIOD"><com:Structure>'
        f'<Ref agencyID="{agency}" id="{identifier}" version="1.0"/></com:Structure></mes:Structure>'
    )
    series = ""
    for code, observations in data.items():
        own = " ".join(f'{name}="{value}"' for name, value in {**keys, place: code}.items())
        rows = "".join(
            f'<Obs TIME_PERIOD="{period}"'
            + (f' OBS_VALUE="{value}"' if value else "")
            + (f' {flag}="{mark}"' if mark else "")
            + "/>"
            for period, value, mark in observations
        )
        series += f"<Series {own}>{rows}</Series>\n"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<mes:StructureSpecificData {SPACES} xmlns:ns1="{urn}">{_header(agency, used)}
<mes:DataSet ss:dataScope="DataStructure" ss:structureRef="S1" ss:action="Replace" xsi:type="ns1:DataSetType">
{series}</mes:DataSet></mes:StructureSpecificData>
""".encode()


def generic(
    agency: str, identifier: str, keys: Mapping[str, str], place: str, data: Observations, quality: bool = False
) -> bytes:
    """Generic data, as the OECD and Insee's BDM send when asked for; a place may be a value of any dimension."""
    used = (
        '<mes:Structure structureID="S1" dimensionAtObservation="TIME_PERIOD"><com:Structure>'
        f'<Ref agencyID="{agency}" id="{identifier}" version="1.0"/></com:Structure></mes:Structure>'
    )
    series = ""
    for code, observations in data.items():
        own = "".join(f'<gen:Value id="{name}" value="{value}"/>' for name, value in {**keys, place: code}.items())
        rows = ""
        for period, value, mark in observations:
            shown = f'<gen:ObsValue value="{value}"/>' if value else ""
            status = f'<gen:Value id="OBS_STATUS" value="{"A" if quality else mark or "A"}"/>'
            status += f'<gen:Value id="OBS_QUAL" value="{mark or "DEF"}"/>' if quality else ""
            rows += f'<gen:Obs><gen:ObsDimension value="{period}"/>{shown}<gen:Attributes>{status}</gen:Attributes></gen:Obs>\n'
        series += f"<gen:Series><gen:SeriesKey>{own}</gen:SeriesKey>{rows}</gen:Series>\n"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<mes:GenericData {SPACES}>{_header(agency, used)}
<mes:DataSet structureRef="S1" action="Replace">{series}</mes:DataSet></mes:GenericData>
""".encode()


def sdmx_json(keys: Mapping[str, str], place: str, data: Mapping[str, Mapping[str, float | None]]) -> bytes:
    """SDMX-JSON 1.0 as the ECB sends (``jsondata``): indices into the values of each dimension."""
    periods = sorted({period for values in data.values() for period in values})
    order = [*keys, place]
    dimensions = [
        {"id": name, "name": name, "values": [{"id": keys[name], "name": keys[name]}] if name in keys else [{"id": c, "name": c} for c in data]}
        for name in order
    ]  # fmt: skip
    series = {
        ":".join(["0"] * len(keys) + [str(rank)]): {
            "attributes": [],
            "observations": {str(periods.index(p)): [value, 0] for p, value in data[code].items()},
        }
        for rank, code in enumerate(data)
    }
    return json.dumps(
        {
            "header": {"id": "abc", "test": False, "prepared": PREPARED, "sender": {"id": "ECB"}},
            "dataSets": [{"action": "Replace", "validFrom": PREPARED, "series": series}],
            "structure": {
                "links": [],
                "name": "Indices of Consumer prices",
                "dimensions": {
                    "series": dimensions,
                    "observation": [{"id": "TIME_PERIOD", "name": "Time", "role": "time", "values": [{"id": p, "name": p} for p in periods]}],
                },
                "attributes": {"series": [], "observation": [{"id": "OBS_STATUS", "name": "Observation status", "values": [{"id": "A", "name": "Normal value"}]}]},
            },
        }
    ).encode()  # fmt: skip


def fault(code: int, text: str) -> bytes:
    """An error of Eurostat."""
    return f'<?xml version="1.0" encoding="UTF-8"?><S:Fault xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><faultcode>{code}</faultcode><faultstring>{text}</faultstring></S:Fault>'.encode()


def queue(identifier: str, status: str) -> bytes:
    """Eurostat's envelope for an extraction in its queue, and for its state."""
    return f"""<?xml version="1.0" encoding="UTF-8" ?>
<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Header/><env:Body><ns0:syncResponse xmlns:ns0="http://estat.ec.europa.eu/disschain/soap/extraction"><processingTime>92</processingTime><queued><id>{identifier}</id><status>{status}</status></queued></ns0:syncResponse></env:Body></env:Envelope>""".encode()


def sdmx_error(code: int, text: str) -> bytes:
    """An error of the SDMX standard, as Insee's BDM sends it."""
    return f'<?xml version="1.0" encoding="UTF-8"?><mes:Error xmlns:mes="{SDMX}/message"><mes:ErrorMessage code="{code}"><com:Text xmlns:com="{SDMX}/common">{text}</com:Text></mes:ErrorMessage></mes:Error>'.encode()


def world_bank(rows: Sequence[tuple[str, str, str | None]], dataset: str, page: int, per_page: int) -> bytes:
    """A page of the World Bank: header, then rows; values are raw JSON text, so that their digits are ours."""
    own = rows[(page - 1) * per_page : page * per_page]
    header = {
        "page": page, "pages": -(-len(rows) // per_page), "per_page": per_page, "total": len(rows), "sourceid": "2",
        "lastupdated": "2026-10-08",
    }  # fmt: skip
    shown = ",".join(
        f'{{"indicator":{{"id":"{dataset}","value":"…"}},"country":{{"id":"{place[:2]}","value":"…"}},"countryiso3code":"{place}",'
        f'"date":"{date}","value":{value if value is not None else "null"},"unit":"","obs_status":"","decimal":1}}'
        for place, date, value in own
    )
    return f"[{json.dumps(header)},[{shown}]]".encode()


WORLD_BANK_ERROR = (
    b'[{"message":[{"id":"120","key":"Invalid value","value":"The provided parameter value is not valid"}]}]'
)


def melodi(dataset: str, rows: Sequence[tuple[str, str, str | None, str]], dimensions: Mapping[str, str], count: int, following: str | None) -> bytes:  # fmt: skip
    """A page of Melodi; a row is (place, year, value or None when secret, status)."""
    observations = [
        '{"dimensions":' + json.dumps({"GEO": f"2026-{place}", "TIME_PERIOD": year, **dimensions})
        + ',"attributes":' + json.dumps({"OBS_STATUS": status})
        + ',"measures":{"OBS_VALUE_NIVEAU":' + (f'{{"value":{value}}}' if value is not None else "{}") + "}}"
        for place, year, value, status in rows
    ]  # fmt: skip
    paging = {"count": count, "isLast": following is None, **({"next": following} if following else {})}
    head = {
        "identifier": dataset, "title": {"fr": "Jeu d’essai", "en": "Test"},
        "publisher": {"id": "INSEE", "label": [{"lang": "fr", "content": "Insee"}]}, "paging": paging,
    }  # fmt: skip
    return (json.dumps(head)[:-1] + ',"observations":[' + ",".join(observations) + "]}").encode()


def dataset_description(identifier: str, fields: Sequence[str]) -> bytes:
    """What Opendatasoft says of a dataset."""
    return json.dumps(
        {
            "dataset_id": identifier, "dataset_uid": "da_x1", "has_records": True, "features": ["analyze"],
            "fields": [{"name": name, "label": name, "type": "int" if name[-1].isdigit() else "text"} for name in fields],
            "metas": {"default": {"title": "Effectifs", "modified": "2026-05-30T08:00:00+00:00", "data_processed": "2026-05-30T09:12:00+00:00"}},
        }
    ).encode()  # fmt: skip


def ods_csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A CSV export of Opendatasoft: BOM, ``;``."""
    return ("\ufeff" + "".join(";".join(row) + "\r\n" for row in [header, *rows])).encode()


def ods_error(code: str, text: str) -> bytes:
    """An error of Opendatasoft."""
    return json.dumps({"message": text, "error_code": code}).encode()
