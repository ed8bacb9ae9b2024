"""Whether a run of characters is what it looks like: check digits, issuers and address spaces."""

from __future__ import annotations

import re
from collections.abc import Container
from ipaddress import ip_address

_IPV4 = 4
_TEN = 10
_NINE = 9
_REST = 97
"""ISO 13616: the number, its first four characters moved to its end, leaves 1 modulo 97."""
_ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"
    r"|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}"
    r"|35\d{14}|(?:2131|1800)\d{11}|(?:5[06-8]|6)\d{10,17}"
)
"""First digits and lengths of the large issuers (ISO 7812 ranges): Visa, Mastercard, American
Express, Diners Club, Discover, JCB, Maestro."""
_SMALL = 40
_LARGE = 100
"""Addresses of small numbers may as well be numbers of versions: one that begins below `_EARLY`
has to hold two octets from `_LARGE` on, any other one from `_SMALL` on."""
_EARLY = 12


def is_card(words: str) -> bool:
    """Whether the digits of `words` may be a payment card's: an issuer's, and right by Luhn."""
    digits = re.sub(r"\D", "", words)
    return _ISSUERS.fullmatch(digits) is not None and _luhn(digits) and len(set(digits)) > 1


def _luhn(digits: str) -> bool:
    """ISO 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - _NINE * (value > _NINE)
    return total % _TEN == 0


def is_account(words: str) -> bool:
    """Whether `words` is an international bank account number (IBAN) by its check digits."""
    plain = re.sub(r"\s", "", words).upper()
    if re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", plain) is None:
        return False
    number = "".join(str(int(character, 36)) for character in plain[4:] + plain[:4])
    return int(number) % _REST == 1


def is_machine_of_somebody(words: str, known: Container[str]) -> bool:
    """Whether `words` is an internet address in public space, and looks like no version.

    `known` are addresses that everybody uses, and that lead to nobody.
    """
    try:
        address = ip_address(words)
    except ValueError:
        return False
    if not address.is_global or address.is_multicast or words in known:
        return False
    if address.version != _IPV4:
        return True
    octets = sorted(address.packed)
    return octets[-2] >= _LARGE or (address.packed[0] >= _EARLY and octets[-1] >= _SMALL)
