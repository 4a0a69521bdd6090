"""What is said for what is written: a table a language, and properties that hold for any text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allears.speaking.normalise import tokens_of
from allears.speaking.tokens import Token

AMERICAN = [
    ("3 cats", "three cats"),
    ("1,234 dogs", "one thousand two hundred thirty-four dogs"),
    ("105", "one hundred five"),
    ("1,000,000", "one million"),
    ("3.14", "three point one four"),
    ("0.05", "zero point zero five"),
    (".5", "point five"),
    ("-3", "minus three"),
    ("It is −3.5 now", "It is minus three point five now"),
    ("007", "zero zero seven"),
    ("1000000000000000", "one zero zero zero zero zero zero zero zero zero zero zero zero zero zero zero"),
    ("in 1984", "in nineteen eighty-four"),
    ("in 2005", "in two thousand five"),
    ("in 1900", "in nineteen hundred"),
    ("in 2026", "in twenty twenty-six"),
    ("in 1905", "in nineteen oh five"),
    ("the 1990s", "the nineteen nineties"),
    ("the '90s", "the nineties"),
    ("the 2010s", "the twenty tens"),
    ("the 1900s", "the nineteen hundreds"),
    ("1st", "first"),
    ("2nd and 3rd", "second and third"),
    ("21st", "twenty-first"),
    ("101st", "one hundred first"),
    ("$5", "five dollars"),
    ("$1", "one dollar"),
    ("$5.20", "five dollars and twenty cents"),
    ("$1.01", "one dollar and one cent"),
    ("$0.50", "fifty cents"),
    ("$5.00", "five dollars"),
    ("$1.5 million", "one point five million dollars"),
    ("$3bn", "three billion dollars"),
    ("$20k", "twenty thousand dollars"),
    ("-$5", "minus five dollars"),
    ("£3.01", "three pounds and one penny"),
    ("€1,000.50", "one thousand euros and fifty cents"),
    ("20 €", "twenty euros"),
    ("50¢", "fifty cents"),
    ("¥500", "five hundred yen"),
    ("100 USD", "one hundred dollars"),
    ("2021-03-04", "March fourth , twenty twenty-one"),
    ("3/4/2021", "March fourth , twenty twenty-one"),
    ("12/25/99", "December twenty-fifth , nineteen ninety-nine"),
    ("13/4/2021", "April thirteenth , twenty twenty-one"),
    ("March 3, 2021", "March third , twenty twenty-one"),
    ("March 3rd", "March third"),
    ("3 March 2021", "March third , twenty twenty-one"),
    ("Jan. 5th, 1999", "January fifth , nineteen ninety-nine"),
    ("5 Jan", "January fifth"),
    ("May 2020", "May twenty twenty"),
    ("Sept. 30", "September thirtieth"),
    ("May I?", "May I ?"),
    ("3:05 pm", "three oh five P M"),
    ("3:05 p.m.", "three oh five P M"),
    ("15:30", "fifteen thirty"),
    ("7:00", "seven o'clock"),
    ("7 AM", "seven A M"),
    ("7:00 pm", "seven P M"),
    ("10:30:15", "ten thirty and fifteen seconds"),
    ("25:70", "twenty-five : seventy"),
    ("5 kg", "five kilograms"),
    ("1 kg", "one kilogram"),
    ("5kg", "five kilograms"),
    ("a 5-kg bag", "a five kilogram bag"),
    ("10 km/h", "ten kilometers per hour"),
    ("20°C", "twenty degrees Celsius"),
    ("1 °F", "one degree Fahrenheit"),
    ("5'10\"", "five feet ten inches"),
    ("6 ft", "six feet"),
    ("3 GHz", "three gigahertz"),
    ("16 GB", "sixteen gigabytes"),
    ("25%", "twenty-five percent"),
    ("2.5 %", "two point five percent"),
    ("5 m", "five meters"),
    ("5G", "five G"),
    ("30 min", "thirty minutes"),
    ("10-20 people", "ten to twenty people"),
    ("1990-1995", "nineteen ninety to nineteen ninety-five"),
    ("pp. 3–7", "pages three to seven"),
    ("p. 3", "page three"),
    ("10-20 kg", "ten to twenty kilograms"),
    ("1/2 cup", "one half cup"),
    ("3/4", "three quarters"),
    ("2/3", "two thirds"),
    ("3 3/4 miles", "three and three quarters miles"),
    ("2 ½ hours", "two and a half hours"),
    ("¾", "three quarters"),
    ("24/7", "twenty-four seven"),
    ("50/50", "fifty fifty"),
    ("3x4", "three by four"),
    ("555-0199", "five five five , zero one nine nine"),
    ("800-555-0199", "eight zero zero , five five five , zero one nine nine"),
    ("(800) 555-0199", "eight zero zero , five five five , zero one nine nine"),
    ("+1 800 555 0199", "plus one , eight zero zero , five five five , zero one nine nine"),
    ("call 911", "call nine one one"),
    ("911 people", "nine hundred eleven people"),
    ("a@b.com", "a at b dot com"),
    ("john.smith@example.com", "john dot smith at example dot com"),
    ("www.example.org", "W W W dot example dot org"),
    ("https://example.com/a-b", "example dot com slash a dash b"),
    ("example.com.", "example dot com ."),
    ("192.168.1.1", "one hundred ninety-two dot one hundred sixty-eight dot one dot one"),
    ("2.0.1", "two point zero point one"),
    ("Dr. Smith", "doctor Smith"),
    ("Mr. and Mrs. Jones", "mister and missus Jones"),
    ("St. Louis", "saint Louis"),
    ("5 Main St.", "five Main street"),
    ("9 Elm Dr.", "nine Elm drive"),
    ("e.g. this, i.e. that, etc.", "for example this , that is that , etc"),
    ("cats vs. dogs", "cats versus dogs"),
    ("No. 5", "number five"),
    ("I said no.", "I said no ."),
    ("#3", "number three"),
    ("#happy", "hashtag happy"),
    ("U.S.A.", "U S A"),
    ("the U.S. team", "the U S team"),
    ("Henry VIII", "Henry the eighth"),
    ("Louis XIV", "Louis the fourteenth"),
    ("World War II", "World War two"),
    ("Chapter IV", "Chapter four"),
    ("Part I", "Part one"),
    ("And I", "And I"),
    ("Malcolm X", "Malcolm X"),
    ("A cat", "a cat"),
    ("vitamin A", "vitamin A"),
    ("R&B", "R and B"),
    ("2 + 2 = 4", "two plus two equals four"),
    ("< 5", "less than five"),
    ("and/or", "and or"),
    ("MP3", "MP three"),
    ("H2O", "H two O"),
    ("COVID-19", "COVID nineteen"),
    ("don’t", "don't"),
    ("well-known", "well-known"),
    ("“Hi,” she said — softly (so)...", "Hi , she said , softly , so , ."),
    ("what?!", "what ?"),
    ("wait!!!", "wait !"),
]
BRITISH = [
    ("105", "one hundred and five"),
    ("1,005", "one thousand and five"),
    ("1,234", "one thousand two hundred and thirty-four"),
    ("200,000", "two hundred thousand"),
    ("3/4/2021", "the third of April , twenty twenty-one"),
    ("3 March 2021", "the third of March , twenty twenty-one"),
    ("5 km", "five kilometres"),
    ("2 l", "two litres"),
    ("020 7946 0958", "zero two zero , seven nine four six , zero nine five eight"),
    ("in 2007", "in two thousand and seven"),
    ("£1.99", "one pound and ninety-nine pence"),
]
FRENCH = [
    ("21 enfants", "vingt-et-un enfants"),
    ("3,5 kg", "trois virgule cinq kilogrammes"),
    ("1,5 litre", "un virgule cinq litre"),
    ("1 234 567", "un million deux cent trente-quatre mille cinq cent soixante-sept"),
    ("5,20 €", "cinq euros et vingt centimes"),
    ("1 €", "un euro"),
    ("£1", "une livre"),
    ("1 million €", "un million d'euros"),
    ("1er", "premier"),
    ("2e", "deuxième"),
    ("1re", "première"),
    ("01/03/2021", "premier mars deux mille vingt-et-un"),
    ("15h30", "quinze heures trente"),
    ("15:30", "quinze heures trente"),
    ("1 h", "une heure"),
    ("25 %", "vingt-cinq pour cent"),
    ("-5 °C", "moins cinq degrés Celsius"),
    ("Mme Dupont", "madame Dupont"),
    ("en 1984", "en mille neuf cent quatre-vingt-quatre"),
    ("a@b.fr", "a arobase b point fr"),
    ("l'eau", "l'eau"),
]
SPANISH = [
    ("21 niños", "veintiún niños"),
    ("21 niñas", "veintiuna niñas"),
    ("1 casa", "una casa"),
    ("el 21", "el veintiuno"),
    ("21 kg", "veintiún kilogramos"),
    ("3,5", "tres coma cinco"),
    ("1.234.567", "un millón doscientos treinta y cuatro mil quinientos sesenta y siete"),
    ("5,20 €", "cinco euros y veinte céntimos"),
    ("3º", "tercero"),
    ("2ª", "segunda"),
    ("3/1/2021", "tres de enero de dos mil veintiuno"),
    ("15:30", "quince treinta"),
    ("25%", "veinticinco por ciento"),
    ("Sr. López", "señor López"),
    ("¿Qué tal?", "Qué tal ?"),
    ("en 1984", "en mil novecientos ochenta y cuatro"),
]
MEXICAN = [("3.5", "tres coma cinco"), ("1,234", "mil doscientos treinta y cuatro"), ("$20", "veinte dólares")]
ITALIAN = [
    ("21", "ventuno"),
    ("3,5", "tre virgola cinque"),
    ("1.234", "milleduecentotrentaquattro"),
    ("1 euro", "un euro"),
    ("5,20 €", "cinque euro e venti centesimi"),
    ("3º", "terzo"),
    ("1/3/2021", "primo marzo duemilaventuno"),
    ("15:30", "quindici e trenta"),
    ("25%", "venticinque per cento"),
    ("1 milione €", "un milione di euro"),
    ("Sig. Rossi", "signor Rossi"),
]
ROWS = [
    (dialect, *row)
    for dialect, table in (
        ("en-US", AMERICAN), ("en-GB", BRITISH), ("fr-CA", FRENCH), ("es-ES", SPANISH), ("es-MX", MEXICAN),
        ("it-IT", ITALIAN),
    )
    for row in table
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "written", "said"), ROWS, ids=[f"{row[0]}: {row[1]}" for row in ROWS])
def test_it_is_said_so(dialect: str, written: str, said: str) -> None:
    assert " ".join(word for token in tokens_of(written, dialect) for word in token.said) == said


def test_there_are_many_rows() -> None:
    assert len(ROWS) >= 120


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=60), dialect=st.sampled_from(["en-US", "en-GB", "fr-CA", "es-MX", "it-IT"]))
def test_any_text_is_taken_apart_without_loss(text: str, dialect: str) -> None:
    tokens = tokens_of(text, dialect)
    written = "".join("".join(token.written.split()) for token in tokens)
    kept = "".join(c for c in unicodedata.normalize("NFC", text) if not c.isspace() and not "\ue000" <= c <= "\uf8ff")
    assert written == kept
    assert not any(word == "" or " " in word for token in tokens for word in token.said)


@settings(max_examples=100, deadline=None)
@given(st.from_regex(r"[$£]?[0-9][0-9.,:/-]{0,12}[0-9] ?(%|kg|pm|st)?", fullmatch=True))
def test_no_digit_is_left(text: str) -> None:
    for dialect in ("en-US", "en-GB", "fr-CA", "es-ES", "it-IT"):
        assert not any(c.isdecimal() for token in tokens_of(text, dialect) for word in token.said for c in word)


def test_a_token_that_is_given_stands_in_the_text() -> None:
    given_token = Token("5", ("five", "!"))
    assert tokens_of("a \ue000 b \ue001", "en-US", {"\ue000": given_token})[1] is given_token
    assert len(tokens_of("a \ue000 b \ue001", "en-US", {"\ue000": given_token})) == 3


def test_a_language_without_rules_says_its_numbers() -> None:
    assert [word for token in tokens_of("Ich habe 21 Hunde.", "de-DE") for word in token.said] == [
        "Ich", "habe", "einundzwanzig", "Hunde", ".",
    ]  # fmt: skip
