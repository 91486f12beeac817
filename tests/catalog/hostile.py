"""What a server or a broken file can put where a model, a number or a list should be."""

from __future__ import annotations

from hypothesis import strategies as st

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["1e999", "-1", "NaN", "0x10", "1_0", "\ud800", "a/b", "tools", 10**400])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=6,
)


def entries(names: str) -> st.SearchStrategy[dict[str, object]]:
    """Tables that have some of the right names, and anything under them."""
    keys = names.split()
    inner = JSON | st.dictionaries(st.sampled_from(keys), JSON, max_size=8)
    return st.dictionaries(st.sampled_from(keys), inner, max_size=len(keys))
