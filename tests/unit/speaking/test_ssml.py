"""SSML: what is understood, and where what is wrong stands."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allears.speaking.ssml import parse_ssml
from allears.speaking.ssml_values import pause_s, pitch_of, rate_of


def _said(body: str, dialect: str = "en-US") -> list[str]:
    passages = parse_ssml(f"<speak>{body}</speak>", dialect)
    return [
        "".join(" ".join(p.given[c].said) or f"/{p.given[c].phones}/" if c in p.given else c for c in p.text)
        for p in passages
    ]


def test_text_is_text_whatever_its_header() -> None:
    head = '<?xml version="1.0"?>\n<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en">'
    (passage,) = parse_ssml(f"{head}a &amp; b</speak>", "en-US")
    assert (passage.text, passage.speed, passage.pitch, passage.pause_s) == ("a & b", 1.0, 0.0, 0.0)


def test_a_break_parts_what_is_said() -> None:
    passages = parse_ssml('<speak>a<break time="300ms"/>b<break strength="weak"/><break/></speak>', "en-US")
    assert [(p.text, p.pause_s) for p in passages] == [("a", 0.3), ("b", 0.25), ("", 0.5)]


def test_paragraphs_and_sentences_end() -> None:
    assert _said("<p>one <s>two</s>three</p>four") == ["one", "two", "three", "four"]


def test_prosody_is_within_prosody() -> None:
    body = '<prosody rate="80%" pitch="+2st">a<prosody rate="150%" pitch="-1st">b</prosody>c</prosody>d'
    passages = parse_ssml(f"<speak>{body}</speak>", "en-US")
    assert [(p.text, round(p.speed, 3), p.pitch) for p in passages] == [
        ("a", 0.8, 2.0), ("b", 1.2, 1.0), ("c", 0.8, 2.0), ("d", 1.0, 0.0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("characters", "ab 1", "A B one"),
        ("spell-out", "usa", "U S A"),
        ("cardinal", "1984", "one thousand nine hundred eighty-four"),
        ("cardinal", "-12", "minus twelve"),
        ("ordinal", "3", "third"),
        ("digits", "1984", "one nine eight four"),
        ("date", "3/4/2021", "March fourth , twenty twenty-one"),
        ("date", "2021-03-04", "March fourth , twenty twenty-one"),
        ("time", "3:05pm", "three oh five P M"),
        ("time", "15:30", "fifteen thirty"),
        ("telephone", "555-0199", "five five five , zero one nine nine"),
    ],
)
def test_say_as(kind: str, text: str, said: str) -> None:
    assert _said(f'<say-as interpret-as="{kind}">{text}</say-as>') == [said]


def test_the_order_of_a_date_may_be_given() -> None:
    assert _said('<say-as interpret-as="date" format="dm">3/4</say-as>') == ["April third"]
    assert _said('<say-as interpret-as="date" format="my">3/2021</say-as>') == ["March twenty twenty-one"]
    assert _said('<say-as interpret-as="date">3/4/2021</say-as>', "en-GB") == ["the third of April , twenty twenty-one"]


def test_phonemes_and_substitutes() -> None:
    assert _said('<phoneme alphabet="ipa" ph="təmˈɑtO">tomato</phoneme>') == ["/təmˈɑtO/"]
    assert _said('a <sub alias="World Wide Web">WWW</sub> b')[0].split() == ["a", "World", "Wide", "Web", "b"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("plain", "line 1, column 1"),
        ("<speak>a & b</speak>", "line 1, column 11: not well-formed"),
        ("<speak>\n  <b>a</b></speak>", "line 2, column 3: <b> is not understood: there are break"),
        ("<speak><break time='1h'/></speak>", 'time="1h" cannot be used: give 0 to 10 s'),
        ("<speak><break strength='huge'/></speak>", 'strength="huge" is not known'),
        ("<speak><prosody rate='900%'>a</prosody></speak>", "give 50% to 200%"),
        ("<speak><prosody pitch='120Hz'>a</prosody></speak>", "give -12st to"),
        ("<speak><prosody volume='loud'>a</prosody></speak>", "<prosody> has no 'volume': it may have rate, pitch"),
        ("<speak><say-as>a</say-as></speak>", 'needs interpret-as="..."'),
        ("<speak><say-as interpret-as='money'>a</say-as></speak>", "is not known: there are characters"),
        ("<speak><say-as interpret-as='date'>31/31/2021</say-as></speak>", "cannot be said as date"),
        ("<speak><say-as interpret-as='digits'>a</say-as></speak>", "cannot be said as digits"),
        ("<speak><phoneme alphabet='x-sampa' ph='a'>a</phoneme></speak>", 'write ph in "ipa"'),
        ("<speak><sub alias='a'><break/></sub></speak>", "<break> cannot stand in <sub>"),
        ("<speak><speak>a</speak></speak>", "stands in the wrong place"),
        ("<p>a</p>", "stands in the wrong place"),
        ("<speak>a", "no element found"),
        ('<!DOCTYPE s [<!ENTITY a "aaaa">]><speak>&a;</speak>', "a document type and entities are not allowed"),
        ("<speak>" + "<p>" * 70, "more than 64 deep"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, says: str) -> None:
    with pytest.raises(ValueError, match="SSML") as error:
        parse_ssml(text, "en-US")
    assert says in str(error.value)
    assert "line " in str(error.value)


@pytest.mark.parametrize(
    ("got", "wanted"),
    [
        (pause_s("1.5s", None), 1.5), (pause_s("0ms", "strong"), 0.0), (pause_s(None, None), 0.5),
        (rate_of("slow"), 0.75), (rate_of("+10%"), 1.1), (rate_of("80%"), 0.8), (rate_of("1.2"), 1.2),
        (pitch_of("high"), 3.0), (pitch_of("-2.5st"), -2.5), (pitch_of("+100%"), 12.0), (pitch_of("-50%"), -12.0),
    ],
)  # fmt: skip
def test_values(got: float, wanted: float) -> None:
    assert got == pytest.approx(wanted)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="<>/speakbr=\"' 1&;!-[]", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        passages = parse_ssml(text, "en-US")
    except ValueError as error:
        assert "line" in str(error)
    else:
        assert all(passage.text or passage.pause_s for passage in passages)
