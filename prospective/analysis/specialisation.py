"""Which sectors weigh more in a territory than elsewhere."""

import pandas as pd


class EmptyTerritoryError(ValueError):
    """A territory without a single job."""


def shares(jobs: pd.DataFrame) -> pd.Series:
    """Share of each sector in a territory's jobs.

    Parameters
    ----------
    jobs : DataFrame with columns ``secteur`` (A38 code) and ``valeur`` (salaried jobs, >= 0).

    Returns
    -------
    Series indexed by ``secteur``, summing to 1.

    Raises
    ------
    EmptyTerritoryError
        If the territory has no job at all.
    """
    by_sector = jobs.groupby("secteur")["valeur"].sum()
    total = float(by_sector.sum())
    if total <= 0:
        raise EmptyTerritoryError("no job in this territory")
    return by_sector / total


def location_quotient(jobs: pd.DataFrame, reference: pd.DataFrame) -> pd.Series:
    """Share of each sector in a territory's jobs, relative to its share in a reference territory.

    Parameters
    ----------
    jobs, reference : DataFrame with columns ``secteur`` (A38 code) and ``valeur`` (salaried jobs, >= 0).

    Returns
    -------
    Series indexed by ``secteur``; 1 means "as in the reference". A sector absent from the reference is NaN.

    Raises
    ------
    EmptyTerritoryError
        If the territory or the reference has no job at all.

    References
    ----------
    Isard (1960), *Methods of Regional Analysis*, ch. 5.
    """
    local, base = shares(jobs).align(shares(reference), join="outer")
    return (local.fillna(0.0) / base.where(base > 0)).rename("lq")


def blended_structure(jobs: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    """Sector structure borrowed from several zones, weighted by the territory's jobs in each of them.

    Parameters
    ----------
    jobs : DataFrame with columns ``territoire``, ``secteur``, ``valeur`` (salaried jobs, >= 0).
    weights : share of the territory's jobs in each zone, indexed by ``territoire``, summing to 1.

    Returns
    -------
    DataFrame with columns ``secteur`` and ``valeur``, where ``valeur`` is a share (sum 1), not a count of jobs.

    Raises
    ------
    EmptyTerritoryError
        If a zone that weighs has no job.
    """
    parts = [shares(jobs[jobs["territoire"] == zone]) * weight for zone, weight in weights.items()]
    if not parts:
        raise EmptyTerritoryError("no zone covers this territory")
    blended = pd.concat(parts).groupby(level=0).sum().rename("valeur")
    return blended.rename_axis("secteur").reset_index()


def rank(values: pd.Series, member: str) -> tuple[int, int]:
    """Return the place of a member (1 = highest value) and how many are ranked; ties share the best place."""
    valid = values.dropna()
    return int((valid > valid[member]).sum()) + 1, len(valid)
