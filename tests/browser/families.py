"""What is entered into each field of `notebooks/05_types.ipynb`, and what Python gets of it: one table per family."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.browser.hand import NOTHING, OpenForm

EMPTY = "Please fill this in."
UNTOUCHED = None

Steps = Callable[[OpenForm], None]


@dataclass(frozen=True)
class Row:
    """A field: something wrong with what is said of it, a usual value, and one at the edge of what is allowed.

    Each with what it is in Python, as `repr` writes it. A value is entered into the field, or a function does it.
    """

    where: str
    valid: tuple[object, str]
    edge: tuple[object, str]
    wrong: tuple[object, str] | None = None
    """None where its control lets nobody enter anything wrong."""
    value: str | None = None
    """How Python finds the value in `it`, the answer, if not by the title."""

    @property
    def expression(self) -> str:
        return self.value or "it." + self.where.lower().replace(" > ", ".").replace(" ", "_")


@dataclass(frozen=True)
class Family:
    """A form of the notebook: the variable that holds it, its title, and its fields."""

    variable: str
    title: str
    rows: tuple[Row, ...]


def steps(*calls: tuple) -> Steps:
    """Give a function that does these things at a form, each a method's name with what it takes."""

    def do(form: OpenForm) -> None:
        for name, *arguments in calls:
            getattr(form, name)(*arguments)

    return do


TEXTS = Family("texts", "Texts", (
    Row("Name", ("Ana", "'Ana'"), ("\U0001f41c" * 20, repr("\U0001f41c" * 20)),
        ("x" * 21, "Must have at most 20 characters.")),
    Row("Postcode", ("89073", "'89073'"), ("00000", "'00000'"),
        ("1234", "Does not have the required form, which is ^[0-9]{5}$")),
    Row("Drink", ("tea", "'tea'"), ("\u6c64", "'\u6c64'"), (UNTOUCHED, EMPTY)),
    Row("Notes", ("one\ntwo", r"'one\ntwo'"), ("x" * 500, repr("x" * 500)),
        ("x" * 501, "Must have at most 500 characters.")),
))  # fmt: skip
NUMBERS = Family("numbers", "Numbers", (
    Row("Pieces", ("9007199254740993", "9007199254740993"), ("1", "1"), ("1.5", "Must be a whole number.")),
    Row("Stars", ("4", "4"), ("5", "5"), ("6", "Must be 5 or less.")),
    Row("Weight", ("0.1", "0.1"), ("30", "30.0"), ("0", "Must be more than 0.")),
    Row("Price", ("12.50", "Decimal('12.50')"), ("999999.99", "Decimal('999999.99')"),
        ("12.505", "Must have at most 2 decimals.")),
    Row("Dozens", ("24", "24"), ("0", "0"), ("13", "Must be a multiple of 12.")),
    Row("Ratio", ("1/3", "Fraction(1, 3)"), ("-7", "Fraction(-7, 1)"),
        ("a third", "Must be a fraction or a number, such as 1/3 or 0.25.")),
    Row("Impedance", ("1+2j", "(1+2j)"), ("0", "0j"), ("i", "Must be a number, such as 1.5 or 1+2j.")),
    Row("Memory", ("2 GiB", "2147483648"), ("0", "0"),
        ("much", "Must be a number of bytes, such as 1500, 1.5 MB or 2 GiB.")),
))  # fmt: skip
YES_OR_NO = Family("yes_or_no", "Yes or no", (
    Row("Gift Wrap", (True, "True"), (False, "False")),
    Row("Fragile", ("Yes", "True"), ("No", "False"), (UNTOUCHED, EMPTY)),
    Row("Insured", ("No", "False"), (NOTHING, "None")),
))  # fmt: skip
CHOICES = Family("choices", "Choices", (
    Row("Size", ("medium", "'medium'"), ("large", "'large'"), (UNTOUCHED, EMPTY)),
    Row("Colour", ("green", "<Colour.GREEN: 'green'>"), ("blue", "<Colour.BLUE: 'blue'>"), (UNTOUCHED, EMPTY)),
    Row("Element", ("oxy", "'oxygen'"), ("argon", "'argon'"), (UNTOUCHED, EMPTY)),
    Row("Days", (["Tue"], "['Tue']"), (["Mon", "Tue"], "['Mon', 'Tue']"),
        (["Mon", "Tue", "Wed"], "Takes at most 2 entries."), value="sorted(it.days)"),
    Row("Rights", (["WRITE", "RUN"], "<Rights.WRITE|RUN: 6>"), ([], "<Rights: 0>")),
    Row("Unit", (UNTOUCHED, "'kg'"), (UNTOUCHED, "'kg'")),
))  # fmt: skip
PERHAPS = Family("perhaps", "Perhaps", (
    Row("Nickname", ("Jo", "'Jo'"), ("", "''")),
    Row("Age", ("41", "41"), (NOTHING, "None"), ("151", "Must be 150 or less.")),
    Row("Born", ("2000-02-29", "datetime.date(2000, 2, 29)"), (NOTHING, "None"), (UNTOUCHED, EMPTY)),
))  # fmt: skip
MOMENTS = Family("moments", "Moments", (
    Row("Day", ("2026-12-24", "datetime.date(2026, 12, 24)"), ("2026-01-01", "datetime.date(2026, 1, 1)"),
        ("2025-12-31", "Must be 2026-01-01 or more.")),
    Row("Founded", ("1999-12-31", "datetime.date(1999, 12, 31)"), ("0001-01-01", "datetime.date(1, 1, 1)"),
        ("2999-01-01", "Must be before today.")),
    Row("Opens", ("14:30", "datetime.time(14, 30)"), ("08:00", "datetime.time(8, 0)"),
        ("07:59", "Must be 08:00:00 or more.")),
    Row("Starts", ("2026-12-24T18:30", "datetime.datetime(2026, 12, 24, 18, 30)"),
        ("9999-12-31T23:59", "datetime.datetime(9999, 12, 31, 23, 59)"), (UNTOUCHED, EMPTY)),
    Row("Sent", (steps(("put", "Sent", "2026-12-24T18:30"), ("zone", "Sent", "+05:30")), "'2026-12-24T18:30:00+05:30'"),
        (steps(("put", "Sent", "1970-01-01T00:00"), ("zone", "Sent", "Z")), "'1970-01-01T00:00:00+00:00'"),
        (UNTOUCHED, EMPTY), value="it.sent.isoformat()"),
    Row("Seen", ("2026-12-24T18:30", "'2026-12-24T18:30:00'"),
        (steps(("zone", "Seen", "Z")), "'2026-12-24T18:30:00+00:00'"),
        (UNTOUCHED, EMPTY), value="it.seen.isoformat()"),
    Row("Takes", ({"hours": 36}, "datetime.timedelta(days=1, seconds=43200)"),
        ({"days": 7}, "datetime.timedelta(days=7)"),
        ({"days": 8}, "Must be 7 days or less.")),
))  # fmt: skip
ONE = "12345678-1234-4678-9234-567812345678"
NIL = "00000000-0000-0000-0000-000000000000"
LINES = Family("lines", "Lines", (
    Row("Order Number", (ONE, f"UUID('{ONE}')"), (NIL, f"UUID('{NIL}')"), ("1", "Must be a UUID.")),
    Row("Mail", (" ana@example.org ", "'ana@example.org'"), ("a@b.co", "'a@b.co'"),
        ("ana", "Must be an e-mail address, such as name@example.org.")),
    Row("Site", ("https://example.org", "HttpUrl('https://example.org/')"),
        ("http://localhost:1/x?y#z", "HttpUrl('http://localhost:1/x?y#z')"),
        ("example.org", "Must be a web address, such as https://example.org.")),
    Row("Host", ("10.0.0.1", "IPv4Address('10.0.0.1')"), ("::1", "IPv6Address('::1')"),
        ("home", "Must be an IP address, such as 192.168.0.1 or 2001:db8::1.")),
    Row("Folder", ("data/in", "PosixPath('data/in')"), ("a b/\xf6", "PosixPath('a b/\xf6')"), (UNTOUCHED, EMPTY)),
    Row("Search", ("a|b ", "re.compile('a|b ')"), (".", "re.compile('.')"), ("(", "Must be a regular expression.")),
    Row("Zone", ("Europe/Berlin", "zoneinfo.ZoneInfo(key='Europe/Berlin')"), ("UTC", "zoneinfo.ZoneInfo(key='UTC')"),
        ("Mars", "Must be the name of a time zone, such as Europe/Berlin.")),
    Row("Paint", ("teal", "'#008080'"), ("#ff000080", "'#ff000080'"),
        ("reddish", "Must be a colour, such as red, #ff0000 or rgb(255, 0, 0)."), value="it.paint.as_hex('long')"),
))  # fmt: skip
SECRETS = Family("secrets", "Secrets", (
    Row("Token", ("hush-hush", "'hush-hush'"), ("12345678", "'12345678'"), ("1234567", "Must be longer: at least 8."),
        value="it.token.get_secret_value()"),
    Row("Pin", ("4711", "4711"), ("-1", "-1"), ("x", "Must be a whole number."), value="it.pin.get_secret_value()"),
))  # fmt: skip
RAW = Family("raw", "Bytes", (
    Row("Line", ("Gr\xfc\xdfe", r"b'Gr\xc3\xbc\xc3\x9fe'"), (" ", "b' '"), (UNTOUCHED, EMPTY)),
    Row("Seal", ("aGk=", "b'hi'"), ("AA==", r"b'\x00'"), ("abc", "Must be text in base64, such as aGVsbG8=.")),
    Row("Scan", (steps(("choose", "Scan", "scan.txt", b"\xff\x00")), r"b'\xff\x00'"),
        (steps(("choose", "Scan", "empty.txt", b"")), "b''"), (UNTOUCHED, EMPTY)),
))  # fmt: skip
NO_JSON = 'Must be JSON, such as "text", 12, true, [1, 2] or {"name": "value"}.'
ANYTHING = Family("anything", "Anything", (
    Row("Settings", ('{"a": [1, null]}', "{'a': [1, None]}"), ("0", "0"), ("{a: 1}", NO_JSON)),
    Row("Numbers", ("[1, 2]", "[1, 2]"), ("[]", "[]"), ('[1, "x"]', "Must be a whole number.")),
    Row("Other", ('"text"', "'text'"), ("null", "None"), ("text", NO_JSON)),
))  # fmt: skip
GROUPS = Family("groups", "Groups", (
    Row("Home > Street", ("Long Street 12", "'Long Street 12'"), ("\u5317\u4eac\u8def", "'\u5317\u4eac\u8def'"),
        (UNTOUCHED, EMPTY)),
    Row("Billing", (steps(("take_back", "Billing"), ("put", "Billing > Street", "Short Street 1")),
                    "Address(street='Short Street 1', city='Ulm')"), (NOTHING, "None")),
    Row("Box > Label", ("A", "'A'"), (" ", "' '"), (UNTOUCHED, EMPTY)),
    Row("Box > Empty", (True, "True"), (False, "False")),
    Row("Person > Name", ("Ana", "'Ana'"), ("\xc5", "'\xc5'"), (UNTOUCHED, EMPTY), value="it.person['name']"),
    Row("Person > Age", ("30", "30"), (NOTHING, "None"),
        ("x", "Must be a whole number."), value="it.person.get('age')"),
    Row("Point > X", ("-1", "-1"), ("0", "0"), ("1.5", "Must be a whole number.")),
    Row("Point > Y", ("2", "2"), ("0", "0"), ("", EMPTY)),
))  # fmt: skip
SEVERAL = Family("several", "Several", (
    Row("Tags", (steps(("press", "Tags", "Add item"), ("put", "Tags > Tags 1", "new")), "['new']"),
        (steps(("press", "Tags", "Add item"), ("press", "Tags", "Add item"), ("put", "Tags > Tags 3", "last"),
               ("put", "Tags > Tags 2", "first"), ("press", "Tags", "Move item 2 up")), "['first', 'new', 'last']"),
        (UNTOUCHED, "Needs at least 1 entry.")),
    Row("Colours", (steps(("press", "Colours", "Add item"), ("put", "Colours > Colours 2", "red")), "{'red'}"),
        (steps(("press", "Colours", "Remove item 1"), ("press", "Colours", "Remove item 1")), "set()")),
    Row("Corner > Value 1", ("7", "7"), ("-1", "-1"), ("x", "Must be a whole number."), value="it.corner[0]"),
    Row("Path", (steps(("press", "Path", "Add item"), ("put", "Path > Path 1 > X", "3")), "[Point(x=3, y=0)]"),
        (steps(("press", "Path", "Remove item 1")), "[]")),
    Row("Prices > Prices 1 > Value", ("3", "3.0"), ("inf", "inf"),
        ("much", "Must be a number."), value="it.prices['tea']"),
    Row("Prices", (steps(("press", "Prices", "Add entry"), ("put", "Prices > Prices 2 > Key", "constructor"),
                         ("put", "Prices > Prices 2 > Value", "1")), "['tea', 'constructor']"),
        (steps(("put", "Prices > Prices 2 > Key", " ")), "['tea', ' ']"), value="list(it.prices)"),
))  # fmt: skip
UNIONS = Family("unions", "Unions", (
    Row("Payment", (steps(("pick", "Payment", "Card"),
        ("put", "Payment > Number", "4711")), "Card(by='card', number='4711')"),
        (steps(("pick", "Payment", "Transfer"), ("put", "Payment > Iban", "DE1"), ("put", "Payment > Days", "30")),
         "Transfer(by='transfer', iban='DE1', days=30)"), (UNTOUCHED, EMPTY)),
    Row("Amount", (steps(("pick", "Amount", "Text"), ("put_branch", "Amount", "12")), "'12'"),
        (steps(("pick", "Amount", "Whole number"), ("put_branch", "Amount", "12")), "12"), (UNTOUCHED, EMPTY)),
    Row("Due", (steps(("take_back", "Due"), ("pick", "Due", "Whole number"), ("put_branch", "Due", "7")), "7"),
        (NOTHING, "None")),
))  # fmt: skip
PART = Family("part", "Part", (
    Row("Name", ("engine", "'engine'"), ("\xe9", "'\xe9'"), (UNTOUCHED, EMPTY)),
    Row("Parts", (steps(("press", "Parts", "Add item"), ("put", "Parts > Parts 1 > Name", "piston"),
                        ("press", "Parts > Parts 1", "Add item"),
        ("put", "Parts > Parts 1 > Parts > Parts 1 > Name", "ring")),
                  "['piston', 'ring']"),
        (steps(("press", "Parts", "Remove item 1")), "[]"),
        value="[one.name for part in it.parts for one in (part, *part.parts)]"),
    Row("Spare", (steps(("take_back", "Spare"),
        ("put", "Spare > Name", "belt")), "Part(name='belt', parts=[], spare=None)"),
        (NOTHING, "None")),
))  # fmt: skip
HINTS = Family("hints", "Hints", (
    Row("How many?", ("3", "3"), ("-0", "0"), ("three", "Must be a whole number."), value="it.count"),
    Row("Delivery", ("post", "'post'"), ("pick up", "'pick up'")),
    Row("Street", ("Long Street 1", "'Long Street 1'"), (UNTOUCHED, "''")),
    Row("Shop", (UNTOUCHED, "'North'"), ("South", "'South'")),
    Row("Version", (UNTOUCHED, "'v2'"), (UNTOUCHED, "'v2'")),
    Row("Note", ("x", "'x'"), ("", "''")),
))  # fmt: skip
LOOKS = Family("looks", "Looks", (
    Row("Who > First", ("Ana", "'Ana'"), ("", "''"), value="it.first"),
    Row("Who > Last", ("Lee", "'Lee'"), ("\u674e", "'\u674e'"), value="it.last"),
    Row("Weight", ("0.10", "0.1"), ("10", "10.0"), ("10.01", "Must be 10 or less.")),
    Row("Way", ("ship", "'ship'"), ("train", "'train'"), (UNTOUCHED, EMPTY)),
    Row("Hurry", (True, "True"), (False, "False")),
    Row("Remarks", ("one\ntwo", r"'one\ntwo'"), ("", "''")),
))  # fmt: skip

FAMILIES = (
    *(TEXTS, NUMBERS, YES_OR_NO, CHOICES, PERHAPS, MOMENTS, LINES, SECRETS, RAW, ANYTHING),
    *(GROUPS, SEVERAL, UNIONS, PART, HINTS, LOOKS),
)
