"""YAML objects into models, with errors that name file, line and field."""

from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from pydantic import BaseModel, ValidationError

from prospective.data import files
from prospective.model.errors import SheetError, nearest_name

Model = TypeVar("Model", bound=BaseModel)

DEEPEST = 30  # lists and objects inside one another

# French words for what pydantic says; anything else is printed as pydantic words it.
MESSAGES = {
    "missing": "ce champ manque",
    "extra_forbidden": "champ inconnu",
    "string_type": "un texte est attendu",
    "int_type": "un nombre entier est attendu",
    "int_parsing": "un nombre entier est attendu",
    "float_type": "un nombre est attendu",
    "float_parsing": "un nombre est attendu",
    "tuple_type": "une liste est attendue",
    "model_type": "un objet (des clés et des valeurs) est attendu",
    "model_attributes_type": "un objet (des clés et des valeurs) est attendu",
    "date_from_datetime_parsing": "une date est attendue (AAAA-MM-JJ)",
    "invalid_key": "une clé doit être un texte (un nombre décimal s'écrit avec un point)",
    "date_type": "une date est attendue (AAAA-MM-JJ)",
    "date_parsing": "une date est attendue (AAAA-MM-JJ)",
}


def read_model(path: Path, model: type[Model], root: Path) -> Model:
    """Read one YAML file into a model.

    Raises
    ------
    SheetError
        With the path relative to ``root``, the line and the field of the first fault.
    """
    name = path.relative_to(root).as_posix()
    try:
        text = files.read(root, path.relative_to(root)).decode("utf-8")
    except FileNotFoundError as error:
        raise SheetError(f"{name} est introuvable : créez ce fichier ou corrigez son nom.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SheetError(f"{name} ne peut pas être lu ({error}) : enregistrez-le en UTF-8.") from error
    return cast("Model", _validated(text, name, model))


@lru_cache(maxsize=128)
def _validated(text: str, name: str, model: type[BaseModel]) -> BaseModel:
    """The model of a text, made once: models are frozen, and a sheet is asked for by many rules and many pages."""
    node = compose(text, name)
    try:
        content = yaml.load(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError) as error:
        raise _malformed(error, name) from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise SheetError(_describe(first, node, name, model)) from error


@lru_cache(maxsize=128)
def nodes(text: bytes) -> yaml.Node | None:
    """The nodes of a YAML text that was read without fault, to find the line of a field."""
    return yaml.compose(text, Loader=yaml.CSafeLoader)


def compose(text: str, name: str) -> yaml.Node | None:
    """The nodes of a YAML text: no alias (a few lines of them unfold into gigabytes), not too deep, no key twice.

    Raises
    ------
    SheetError
        With the name of the file and the line.
    """
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent):
                raise SheetError(
                    f"{name}, ligne {line} : le YAML est mal formé (« *{event.anchor} » renvoie à une ancre, écrivez la valeur elle-même) ; vérifiez retraits et guillemets."
                )
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise SheetError(
                    f"{name}, ligne {line} : plus de {DEEPEST} listes ou objets emboîtés ; simplifiez ce passage."
                )
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError) as error:
        raise _malformed(error, name) from error
    _refuse_twice(node, name)
    return node


def _malformed(error: Exception, name: str) -> SheetError:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 1
    told = getattr(error, "problem", error)
    return SheetError(f"{name}, ligne {line} : le YAML est mal formé ({told}) ; vérifiez retraits et guillemets.")


def _describe(fault: Any, node: yaml.Node | None, name: str, model: type[BaseModel]) -> str:
    path = tuple(p for p in fault["loc"] if not (isinstance(p, str) and p.startswith("function-")))
    message = MESSAGES.get(fault["type"], str(fault["msg"]).removeprefix("Value error, "))
    if fault["type"] == "literal_error":
        allowed = fault["ctx"]["expected"].replace(" or ", ", ").replace("'", "")
        near = nearest_name(str(fault["input"]), allowed.split(", "))
        message = f"« {fault['input']} » n'est pas admis ; valeurs possibles : {allowed}"
        message += f" (vouliez-vous dire « {near} » ?)" if near else ""
    elif fault["type"] == "extra_forbidden":
        near = nearest_name(str(path[-1]), _field_names(model))
        message = f"champ inconnu « {path[-1]} »" + (f", vouliez-vous dire « {near} » ?" if near else "")
    elif fault["type"] in ("less_than_equal", "greater_than_equal"):
        bound = next(iter(fault["ctx"].values()))
        message = f"{fault['input']} est hors bornes (limite : {bound})"
    elif fault["type"] in ("string_too_short", "string_too_long", "too_short", "too_long"):
        bounds = ", ".join(
            f"{k.replace('min_length', 'au moins').replace('max_length', 'au plus')} {v}"
            for k, v in fault["ctx"].items()
            if k.endswith("_length") and not k.startswith("actual")
        )
        message = f"longueur hors bornes ({bounds})"
    elif fault["type"] == "string_pattern_mismatch":
        message = f"« {fault['input']} » n'a pas la forme attendue ({fault['ctx']['pattern']})"
    if not path and ":" in message:
        head = message.split(" : ")[0]
        if head.isidentifier():
            path = (head,)
            message = message.split(" : ", 1)[1]
    field = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
    return f"{name}, ligne {line_of(node, path)}{f', {field}' if field else ''} : {message}."


def _field_names(model: type[BaseModel]) -> set[str]:
    """Every field name of a model and of the models it holds, for nearest-name help."""
    return set(model.model_json_schema()["properties"]) | {
        field for part in model.model_json_schema().get("$defs", {}).values() for field in part.get("properties", {})
    }


def line_of(node: yaml.Node | None, path: tuple[Any, ...]) -> int:
    """Return the line (from 1) of a field, or of the deepest part of its path that exists."""
    line = node.start_mark.line + 1 if node else 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _refuse_twice(node: yaml.Node | None, name: str) -> None:
    """Refuse a key written twice, which YAML would silently drop."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise SheetError(
                    f"{name}, ligne {key.start_mark.line + 1}, {key.value} : cette clé est écrite deux fois ; gardez-en une."
                )
            seen.add(key.value)
            _refuse_twice(value, name)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_twice(item, name)
