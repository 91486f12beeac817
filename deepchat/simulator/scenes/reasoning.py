"""Answers that think, in each place where servers put their thoughts."""

from __future__ import annotations

from deepchat.simulator.scenes.building import DONE, END, chunk, each_word, finish, say, streamed, think, words
from deepchat.simulator.scenes.words import CUT, FOX, REST, THOUGHT

THOUGHT_USAGE: dict[str, object] = {
    "prompt_tokens": 12,
    "completion_tokens": 24,
    "total_tokens": 36,
    "completion_tokens_details": {"reasoning_tokens": 15},
}
STOP = finish("stop", THOUGHT_USAGE) + DONE
LENGTH = finish("length", THOUGHT_USAGE) + DONE
BOTH_FIELDS = b"".join(chunk({"reasoning": word, "reasoning_content": word}) for word in words(THOUGHT))
WITH_DETAILS = chunk({"reasoning": THOUGHT, "reasoning_details": [{"type": "reasoning.text", "text": THOUGHT}]})
MISTRAL = chunk(
    {
        "content": [
            {"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]},
            {"type": "text", "text": CUT},
        ]
    }
)
SPLIT_TAGS = (say("<t"), say(f"hink>\n{THOUGHT}\n</"), say(f"think>\n\n{FOX}"))

SCENES = (
    streamed("reasoning-content", "DeepInfra's field", "Q42", think(THOUGHT), say(FOX), STOP),
    streamed("reasoning", "vLLM's and Ollama's field", "Q42", think(THOUGHT, "reasoning"), say(FOX), STOP),
    streamed("reasoning-twice", "the same thought in both fields", "Q42", BOTH_FIELDS, say(FOX), STOP),
    streamed("reasoning-details", "OpenRouter's field beside its details", "Q42", WITH_DETAILS, say(FOX), STOP),
    streamed("reasoning-parts", "Mistral's thought among the parts of the content", "Q41 W86", MISTRAL, say(REST), END),
    streamed("reasoning-beside-text", "in the text's own deltas", "Q42", each_word(beside={"reasoning": " hm"}), END),
    streamed("reasoning-amid-text", "after the first words", "Q42", say(CUT), think(THOUGHT), say(REST), STOP),
    streamed("reasoning-only", "a thought and no answer", "W89", think(THOUGHT), STOP),
    streamed("reasoning-cut", "the limit is reached while thinking", "W89 W94", think(THOUGHT), LENGTH),
    streamed("reasoning-broken", "the stream ends while thinking", "W67 W89", think(THOUGHT)),
    streamed("think-split", "a <think> block in the text, its tags split", "Q42", *SPLIT_TAGS, END),
    streamed("think-empty", "an empty <think> block", "Q42", say(f"<think>\n\n</think>\n\n{FOX}"), END),
    streamed("think-unclosed", "a <think> block that is never closed", "W89", say(f"<think>\n{THOUGHT}"), END),
    streamed("think-quoted", "an answer about the tag", "Q42", say(f"{FOX} The tag <think> is only a word."), END),
)
