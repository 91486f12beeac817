"""The models that the simulator offers: a few with the names and prices of real ones, and `sim/NAME` for each scene."""

from __future__ import annotations

from dataclasses import dataclass

from deepchat.simulator.tariff import Tariff

MOST_TOKENS = 16_384
"""The longest single answer of any model."""
SCENE_PREFIX = "sim/"


@dataclass(frozen=True, slots=True)
class Model:
    """One row of the catalogue."""

    id: str
    """The name that requests use."""
    about: str
    """One line of description."""
    context: int
    """Prompt and answer together, in tokens."""
    tariff: Tariff
    """The prices."""
    kind: str = "text-generation"
    """`text-generation`, `embeddings` or `text-to-image`."""
    tags: tuple[str, ...] = ()
    """Capabilities, by DeepInfra's own words."""
    replaced_by: str = ""
    """The model that answers in this one's place; empty while this one still does."""
    dimensions: int = 0
    """The length of an embedding."""
    image_nano: int = 0
    """The price of one image, in nano-dollars."""

    @property
    def thinks(self) -> bool:
        """Reasons before it answers."""
        return "reasoning" in self.tags


def _usd(input_price: str, output_price: str, cached_price: str | None = None) -> Tariff:
    return Tariff(_nano(input_price), _nano(output_price), None if cached_price is None else _nano(cached_price))


def _nano(dollars: str) -> int:
    whole, _, decimals = dollars.partition(".")
    return int(whole + f"{decimals:0<9}")


_CHAT = ("openai", "tools", "json", "structured-output")
_TIERS = ("priority", "flex")
_HYBRID = ("reasoning", "non-reasoning", "can-disable-reasoning")

MODELS = (
    Model(
        "deepseek-ai/DeepSeek-V3",
        "A large mixture-of-experts model for every day.",
        163_840,
        _usd("0.32", "0.89"),
        tags=(*_CHAT, *_TIERS),
    ),
    Model(
        "deepseek-ai/DeepSeek-V3.2",
        "Its successor; thinks when asked to.",
        163_840,
        _usd("0.26", "0.38", "0.13"),
        tags=(*_CHAT, *_HYBRID, *_TIERS),
    ),
    Model(
        "deepseek-ai/DeepSeek-R1",
        "Always reasons before it answers.",
        163_840,
        _usd("0.70", "2.40"),
        tags=("openai", "tools", "reasoning"),
    ),
    Model(
        "meta-llama/Meta-Llama-3.1-8B-Instruct",
        "Small, quick and cheap.",
        131_072,
        _usd("0.03", "0.05"),
        tags=_CHAT,
    ),
    Model(
        "meta-llama/Llama-3.3-70B-Instruct-Turbo",
        "A middle-sized model at a small price.",
        131_072,
        _usd("0.10", "0.32"),
        tags=(*_CHAT, "priority"),
    ),
    Model("Qwen/Qwen3-32B", "A dense model that thinks.", 40_960, _usd("0.08", "0.28"), tags=(*_CHAT, *_HYBRID)),
    Model(
        "Qwen/Qwen2.5-VL-32B-Instruct",
        "Looks at images.",
        128_000,
        _usd("0.20", "0.60"),
        tags=(*_CHAT, "multimodal", "ocr"),
    ),
    Model(
        "zai-org/GLM-5",
        "Thinks, calls tools, remembers prompts.",
        202_752,
        _usd("0.60", "2.08", "0.12"),
        tags=(*_CHAT, *_HYBRID, *_TIERS),
    ),
    Model(
        "NousResearch/Hermes-3-Llama-3.1-70B",
        "Talks, and nothing else: no tools, no JSON mode.",
        131_072,
        _usd("0.70", "0.70"),
        tags=("openai",),
    ),
    Model(
        "meta-llama/Meta-Llama-3-8B-Instruct",
        "Withdrawn; its requests go to its replacement.",
        8_192,
        _usd("0.03", "0.06"),
        tags=("openai",),
        replaced_by="meta-llama/Meta-Llama-3.1-8B-Instruct",
    ),
    Model("BAAI/bge-m3", "Embeddings.", 8_192, _usd("0.01", "0"), kind="embeddings", dimensions=1024),
    Model(
        "black-forest-labs/FLUX-1-schnell",
        "Images.",
        0,
        _usd("0", "0"),
        kind="text-to-image",
        image_nano=500_000,
    ),
)

DEFAULT_IMAGE_MODEL = "black-forest-labs/FLUX-1-schnell"
RETIRED_AT = 1_767_225_600
"""When the withdrawn models were withdrawn: 2026-01-01, in Unix seconds."""


def scene_model(scene: str, about: str) -> Model:
    """The model whose name plays a scene: it can do everything."""
    return Model(
        SCENE_PREFIX + scene,
        about,
        32_768,
        _usd("0.10", "0.40", "0.05"),
        tags=(*_CHAT, "multimodal", *_HYBRID, *_TIERS),
    )
