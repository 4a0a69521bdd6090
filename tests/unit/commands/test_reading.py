from __future__ import annotations

import json

import pytest

from allears.commands.reading import read_files


def test_texts_know_their_line_and_on_is_a_word(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text('language: en\nlists:\n  s: {values: [on, "off", yes]}\nflag: true\n')
    data = read_files([file])
    values = data["lists"]["s"]["values"]
    assert values == ["on", "off", "yes"] and data["flag"] is True
    assert (values[0].line, values[0].column) == (3, 16)
    assert (values[1].line, values[1].column) == (3, 21)
    assert values[0].file == str(file)


def test_files_of_a_folder_add_to_each_other(tmp_path):
    (tmp_path / "a.yaml").write_text("lists: {a: {values: [x]}}\nskip_words: [please]\n")
    (tmp_path / "b.json").write_text(json.dumps({"lists": {"b": {"values": ["y"]}}, "skip_words": ["now"]}))
    data = read_files([tmp_path])
    assert set(data["lists"]) == {"a", "b"}
    assert data["skip_words"] == ["please", "now"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.yaml", "a: [x\nb: y\n", r"a\.yaml:2:2: "),
        ("a.json", "{", r"a\.json:1:2: "),
        ("a.yaml", "- x\n", "is a mapping"),
    ],
)
def test_what_cannot_be_parsed_is_told_with_its_place(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(ValueError, match=message):
        read_files([tmp_path / name])


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ValueError, match=r"none\.yaml: cannot be read"):
        read_files([tmp_path / "none.yaml"])
    with pytest.raises(ValueError, match="no file in it"):
        read_files([tmp_path])
