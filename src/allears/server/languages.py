"""Names of languages, as OpenAI's interface writes them: `english` for `en`.

Source: `LANGUAGES` of openai/whisper, whisper/tokenizer.py (MIT), in the order of our vocabulary.
"""

from __future__ import annotations

from allears.vocabulary import LANGUAGES

__all__ = ["language_name"]

_NAMES = (
    "english chinese german spanish russian korean french japanese portuguese turkish polish catalan dutch arabic"
    " swedish italian indonesian hindi finnish vietnamese hebrew ukrainian greek malay czech romanian danish hungarian"
    " tamil norwegian thai urdu croatian bulgarian lithuanian latin maori malayalam welsh slovak telugu persian latvian"
    " bengali serbian azerbaijani slovenian kannada estonian macedonian breton basque icelandic armenian nepali"
    " mongolian bosnian kazakh albanian swahili galician marathi punjabi sinhala khmer shona yoruba somali afrikaans"
    " occitan georgian belarusian tajik sindhi gujarati amharic yiddish lao uzbek faroese haitian_creole pashto turkmen"
    " nynorsk maltese sanskrit luxembourgish myanmar tibetan tagalog malagasy assamese tatar hawaiian lingala hausa"
    " bashkir javanese sundanese"
).split()
_OF = {code: name.replace("_", " ") for code, name in zip(LANGUAGES, _NAMES, strict=True)}


def language_name(code: str | None) -> str:
    """Its name; the code itself if it has none, and `unknown` where nobody spoke."""
    return "unknown" if not code else _OF.get(code, code)
