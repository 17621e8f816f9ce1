"""Growth of a series that breaks."""

from collections.abc import Sequence

import pandas as pd

from prospective.model.indicator import stretch


def growth(values: pd.Series, breaks: Sequence[int] = ()) -> float:
    """Growth from the first to the last year, the years that cross a break left out.

    Growth is chained within each stretch of one definition, so that a change of definition is never taken for
    an evolution.

    Parameters
    ----------
    values : positive values indexed by year, oldest first.
    breaks : years in which a new definition starts.

    Returns
    -------
    Growth in percent; NaN if there are fewer than two years, or if a stretch starts from zero.
    """
    if len(values) < 2:
        return float("nan")
    ratio = 1.0
    for _, piece in values.groupby([stretch(int(year), breaks) for year in values.index]):
        if piece.iloc[0] <= 0:
            return float("nan")
        ratio *= float(piece.iloc[-1]) / float(piece.iloc[0])
    return 100 * (ratio - 1)
