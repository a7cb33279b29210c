"""A tiny model with random weights whose tokens are bytes, made here; chat templates in the styles of the field."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
HEADERS = (
    "<|bos|>{% for message in messages %}<|head|>{{ message.role }}<|/head|>\n\n{{ message.content | trim }}<|im_end|>"
    "{% endfor %}{% if add_generation_prompt %}<|head|>assistant<|/head|>\n\n{% endif %}"
)
"""With a token at the very beginning, and content that is trimmed."""
REASONING = (
    "{% for message in messages %}{% if message.role == 'assistant' %}[A]{{ message.content.split('</think>')[-1] }}"
    "<|im_end|>{% else %}[U]{{ message.content }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}[A]<think>\n{% endif %}"
)
"""Leaves out former thoughts, and begins the next one itself."""
TEMPLATES = {"chatml": CHATML, "headers": HEADERS, "reasoning": REASONING, "none": ""}


def make_model(
    path: Path, seed: int = 0, context: int = 8_192, template: str = CHATML, texts: Sequence[str] = ()
) -> Path:
    """A Llama of 30 thousand random weights, whose tokens are bytes and the stops; and what is frequent in `texts`."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = Tokenizer(models.BPE({letter: number for number, letter in enumerate(alphabet)}, []))
    words.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    words.decoder = decoders.ByteLevel()
    if texts:
        trainer = trainers.BpeTrainer(vocab_size=2_000, initial_alphabet=alphabet, show_progress=False)
        words.train_from_iterator(texts, trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, eos_token="<|im_end|>")
    tokenizer.add_tokens(["</answer>", "<answer>", "</tool_call>"])
    tokenizer.chat_template = template or None
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=context,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
    )
    LlamaForCausalLM(config).save_pretrained(path)
    tokenizer.save_pretrained(path)
    return path
