"""The tokenizer of the tiny base: words, syllables of made-up names, and one token for each piece of the protocol.

What a model this small cannot use is not read: the frame of a tool response, addresses, sources and snippets of hits.
A name of two words is four to six tokens long (our choice), and the same tokens wherever it stands: text begins with a
space, after a line break, a tab and a piece of the protocol too, and what is written is read back without it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

VOCABULARY = 4_096
_UNREAD = (
    r"<tool_response>\n|\n</tool_response>",
    r"A Google search for '[^\n]*' found \d+ results:\n\n## Web Results\n",
    r"\]\(https?://[^)\s]*\)",
    r"\nSource: [^\n]*\n\n[^\n]*",
    r"\n(?:Date published|Redirected from|Status|URL): [^\n]*",
    r"\n\n\(Page \d+ of \d+\.[^\n]*",
)
_SPACED = ((r" ?[\[•] ?", " "), (r"\n\s*", "\n "), (r"\t\s*", "\t "))
"""Marks of links and lists are not read, and a space stands before every word."""
_VOWEL, _CONSONANT, _LETTER = "[aeiouAEIOU]", r"[^\W\d_aeiouAEIOU]", r"[^\W\d_]"
_SYLLABLES = rf"\n|\t| ?{_CONSONANT}*{_VOWEL}+(?:{_CONSONANT}+(?!{_LETTER}))?| ?{_LETTER}+| ?\d{{1,2}}|\s+|[^\w\s]|_"
_PROTOCOL = (
    "<think>", "</think>\n", '<tool_call>{"name": "search", "arguments": {"query": "', '"}}</tool_call>',
    '<tool_call>{"name": "click", "arguments": {"link": ', "}}</tool_call>", "<tool_call>", "</tool_call>",
    "<answer>", "</answer>",
)  # fmt: skip
_END, _PAD, _QUESTION, _READ, _WRITE = "<e>", "<pad>", "<q>", "<o>", "<a>"
_TEMPLATE = (
    "{% for message in messages %}{% if message.role == 'user' %}"
    "{% if 'User: ' in message.content %}<q>{{ message.content.split('User: ')[-1] }}"
    "{% else %}<o>{{ message.content }}{% endif %}<a>"
    "{% elif message.role == 'assistant' %}{{ message.content }}<e>{% endif %}{% endfor %}"
)
"""The question without the instructions, then turns and what was read."""


def train_tokenizer(worlds: Sequence[Sequence[str]]) -> PreTrainedTokenizerFast:
    """A tokenizer for webs like those that the texts of some worlds come from; the same texts give the same one."""
    tokenizer = Tokenizer(models.BPE())
    unread = [normalizers.Replace(Regex(pattern), "") for pattern in _UNREAD]
    spaced = [normalizers.Replace(Regex(pattern), text) for pattern, text in _SPACED]
    first = (normalizers.Prepend(" "), normalizers.Replace(Regex(r" {2,}"), " "))
    tokenizer.normalizer = normalizers.Sequence([*unread, *spaced, *first])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(f" ?(?:{'|'.join(_common(worlds))})(?!{_LETTER})|{_SYLLABLES}"), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    unspaced = [decoders.Replace(f"{piece} ", piece) for piece in _PROTOCOL]
    tokenizer.decoder = decoders.Sequence([decoders.ByteLevel(), decoders.Fuse(), *unspaced])
    special = [_END, _PAD, _QUESTION, _READ, _WRITE]
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY - len(special) - len(_PROTOCOL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator((text for texts in worlds for text in texts), trainer)
    tokenizer.add_tokens([AddedToken(piece, normalized=False) for piece in _PROTOCOL])
    tokenizer.add_special_tokens([AddedToken(piece, normalized=False, special=True) for piece in special])
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=_END, pad_token=_PAD)
    fast.add_special_tokens({"additional_special_tokens": [_QUESTION, _READ, _WRITE]})
    fast.chat_template = _TEMPLATE
    return fast


def _common(worlds: Sequence[Sequence[str]]) -> list[str]:
    """Words of the language: those of a quarter of the worlds or more, the longest first."""
    found = Counter(word for texts in worlds for word in set(re.findall(r"[A-Za-z]+", " ".join(texts))))
    often = (word for word, count in found.items() if 4 * count >= len(worlds))
    return sorted(often, key=lambda word: (-len(word), word))
