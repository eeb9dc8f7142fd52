"""The indicator: a figure that always carries its numerator, denominator and the name of its base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

IndicatorKind = Literal["count", "rate", "mean", "amount"]


def counted(number: int, noun: str) -> str:
    """A count inside a sentence, as it is printed everywhere: "2.215 hồ sơ"."""
    return f"{number:,} {noun}".replace(",", ".")


def first_named(names: Sequence[str], most: int, noun: str) -> str:
    """The first of some names and how many more there are: "a, b, c và 2 đơn vị khác"."""
    shown, more = ", ".join(names[:most]), len(names) - most
    return f"{shown} và {counted(more, noun)} khác" if more > 0 else shown


@dataclass(frozen=True)
class Indicator:
    """One named figure of one period under one rule set.

    A `count` has no denominator. A `rate` is numerator/denominator as a percentage, a `mean` their quotient in `unit`,
    an `amount` a measured quantity (money, days). `numerator` is None when the data cannot give it; `gap` then says why
    in Vietnamese ("chưa có dữ liệu"), and the value is never 0 in its place. `covers` says of how many agencies a figure of
    many is, where it is not of all ("4/5 đơn vị"): it is printed with the value wherever that is; so is `as_of`, which export
    the state of open dossiers is taken from where that is older than the cut-off ("theo bản xuất ngày 20/06/2024").
    """

    name: str
    label: str
    kind: IndicatorKind
    unit: str
    numerator: int | Decimal | None
    numerator_label: str
    denominator: int | Decimal | None = None
    base: str = ""
    period: str = ""
    rule_set: str = ""
    reference: str = ""
    section: str = ""
    tables: tuple[str, ...] = ()
    decimals: int = 2
    gap: str = ""
    covers: str = ""
    as_of: str = ""

    def __post_init__(self) -> None:
        if self.kind in ("rate", "mean") and self.numerator is not None and not self.base:
            raise ValueError(f"{self.name}: a rate without the name of its base is a wrong figure")
        if self.numerator is None and not self.gap:
            raise ValueError(f"{self.name}: a missing figure must say why")

    @property
    def value(self) -> Decimal | int | None:
        """The figure itself, unrounded: count, percentage points (0–100), quotient or amount; None when not known.

        A rate or mean on an empty base has no value (not 0).
        """
        if self.numerator is None:
            return None
        if self.kind in ("count", "amount"):
            return self.numerator
        if not self.denominator:
            return None
        quotient = Decimal(self.numerator) / Decimal(self.denominator)
        return quotient * 100 if self.kind == "rate" else quotient

    @property
    def rounded(self) -> Decimal | int | None:
        """The value as it is printed: half up to `decimals` places (counts stay whole)."""
        value = self.value
        if value is None or isinstance(value, int):
            return value
        return value.quantize(Decimal(1).scaleb(-self.decimals), rounding=ROUND_HALF_UP)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready mapping; decimals become strings so that no digit is lost."""
        data = {k: str(v) if isinstance(v, Decimal) else v for k, v in asdict(self).items()}
        rounded = self.rounded
        data["tables"] = list(self.tables)
        for name in ("covers", "as_of"):
            if not data[name]:
                del data[name]
        data["value"] = str(rounded) if isinstance(rounded, Decimal) else rounded
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Indicator:
        """The indicator that `to_dict` wrote, in this version or an earlier one (what is no field any more is passed over).

        Raises TypeError or ValueError for numbers that it never writes.
        """
        names = {field.name for field in fields(cls)}
        values = {k: v for k, v in data.items() if k in names}
        for key in ("numerator", "denominator"):
            if isinstance(values.get(key), str):
                values[key] = Decimal(values[key])
            elif not isinstance(values.get(key), int | None):
                raise TypeError(f"{key} is {type(values[key]).__name__}")
        values["tables"] = tuple(values.get("tables", ()))
        return cls(**values)
