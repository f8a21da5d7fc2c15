"""Arabic-aware normalisation, tokens, sentences and the small hashed embedding."""

import re
import zlib

import numpy as np
import Stemmer

# Tashkeel, Quranic marks and tatweel go; letters written in several ways become one; digits become ASCII.
_FOLD = {c: None for c in (*range(0x0610, 0x061B), 0x0640, *range(0x064B, 0x0660), 0x0670, *range(0x06D6, 0x06EE))}
_FOLD.update(str.maketrans("أإآٱىیئؤةگک", "اااايييوهكك"))
_FOLD.update({ord(c): str(i) for i, c in enumerate("٠١٢٣٤٥٦٧٨٩")})
_FOLD.update({ord(c): str(i) for i, c in enumerate("۰۱۲۳۴۵۶۷۸۹")})

_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"(?<=[.!?؟؛\n])\s+|\n+")
_ARABIC = re.compile(r"[\u0621-\u064A]")

_arabic_stem = Stemmer.Stemmer("arabic").stemWord
_english_stem = Stemmer.Stemmer("english").stemWord

_STOP_TEXT = """
في من الى على عن مع هذا هذه ذلك تلك هو هي هم انا انت نحن ان كان كانت يكون تكون او ثم لا لم لن ما
ماذا هل كم كيف متي اين لماذا الذي التي الذين اذا كل بعض قد لقد ايه ازاي فين امتي ليه مين اللي ده دي دا
عايز عاوز ممكن لو سمحت يعني بس كده عند عندكم عندي انتو
the a an of to in on at for with and or is are was were be do does did i you we they it my your our can could
what how when where why which who there have has this that
"""


def normalise(text: str) -> str:
    return text.translate(_FOLD).lower()


_STOP = frozenset(normalise(_STOP_TEXT).split())
_stems: dict[str, str] = {}


def _stem(word: str) -> str:
    stem = _stems.get(word)
    if stem is None:
        stem = _arabic_stem(word) if _ARABIC.search(word) else _english_stem(word)
        if len(_stems) >= 50_000:
            _stems.clear()
        _stems[word] = stem
    return stem


def tokens(text: str) -> list[str]:
    return [_stem(w) for w in _WORD.findall(normalise(text)) if w not in _STOP]


def sentences(text: str) -> list[str]:
    return [s for s in map(str.strip, _SENTENCE_END.split(text)) if s]


def is_arabic(text: str) -> bool:
    return _ARABIC.search(text) is not None


# A deterministic stand-in for a sentence encoder: words and character trigrams hashed into 384 signed places.
DIMENSIONS = 384


def embed(text: str) -> np.ndarray:
    words = tokens(text)
    features = words + [p[i : i + 3] for w in words for p in (f"^{w}$",) for i in range(len(p) - 2)]
    hashes = np.fromiter((zlib.crc32(f.encode()) for f in features), dtype=np.uint32, count=len(features))
    signs = np.where(hashes & 0x80000000, -1.0, 1.0)
    vector = np.bincount(hashes % DIMENSIONS, weights=signs, minlength=DIMENSIONS).astype(np.float32)
    norm = float(np.linalg.norm(vector))
    if norm:
        return vector / norm
    vector[0] = 1.0  # cosine distance is not defined for the zero vector
    return vector
