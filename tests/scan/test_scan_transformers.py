"""Configuration of Hugging Face's libraries."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.looking import ids, mutated, seen
from making.templates import ESCAPES, HONEST
from scanning import scanned

BERT = {"architectures": ["BertModel"], "model_type": "bert", "hidden_size": 8, "transformers_version": "4.40.0"}
TOKENS = {"tokenizer_class": "LlamaTokenizer", "added_tokens_decoder": {"0": {"content": "<unk>"}}, "bos_token": "<s>"}
PIPELINE = {
    "_class_name": "StableDiffusionPipeline",
    "_diffusers_version": "0.27",
    "unet": ["diffusers", "UNet2DConditionModel"],
    "safety_checker": ["stable_diffusion", "StableDiffusionSafetyChecker"],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "image_encoder": [None, None],
}
MODULES = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}]


def scan(whole, name="config.json"):
    """What is said of an object as JSON."""
    return seen(json.dumps(whole).encode(), name)


@pytest.mark.parametrize(
    "whole",
    [
        BERT,
        TOKENS,
        PIPELINE,
        MODULES,
        TOKENS | {"chat_template": HONEST["qwen"]},
        TOKENS | {"chat_template": [{"name": name, "template": text} for name, text in sorted(HONEST.items())]},
        {"chat_template": HONEST["mistral"]},
        {"metadata": {"total_size": 8}, "weight_map": {"a": "model-00001-of-00002.safetensors"}},
        BERT | {"auto_map": None, "_attn_implementation": "flash_attention_2", "trust_remote_code": False},
        {"peft_type": "LORA", "auto_mapping": None, "base_model_name_or_path": "org/model"},
        {"model_type": "a", "vocab": {f"word{number}": number for number in range(2000)}},
    ],
)
def test_honest_configurations_are_clean(whole):
    """Settings, vocabularies, templates and components of the libraries' own are clean."""
    found = scan(whole)
    assert (found.verdict, "transformers" in found.formats) == ("clean", True)


@pytest.mark.parametrize(
    ("verdict", "rule", "whole"),
    [
        ("review", "custom-code", BERT | {"auto_map": {"AutoModel": "modeling_x.XModel"}}),
        ("review", "custom-code", BERT | {"auto_map": {"AutoConfig": "org/repo--configuration_x.XConfig"}}),
        ("review", "custom-code", BERT | {"text_config": {"auto_map": {"AutoConfig": "configuration_x.X"}}}),
        ("review", "custom-code", TOKENS | {"auto_map": {"AutoTokenizer": ["tokenization_x.X", None]}}),
        ("review", "custom-code", BERT | {"trust_remote_code": True}),
        ("review", "custom-code", BERT | {"custom_pipelines": {"run": {"impl": "pipe.Pipe"}}}),
        ("review", "custom-code", PIPELINE | {"unet": ["my_unet", "MyUnet"]}),
        ("review", "custom-code", PIPELINE | {"_class_name": ["my_pipeline", "MyPipeline"]}),
        ("review", "custom-code", [MODULES[0], {"idx": 1, "name": "1", "path": "1", "type": "custom_st.Layer"}]),
        ("review", "kernel-from-hub", BERT | {"attn_implementation": "someone/attention"}),
        ("attack", "leaves-folder", BERT | {"auto_map": {"AutoModel": "../../evil.Model"}}),
        ("attack", "leaves-folder", PIPELINE | {"unet": ["../../../tmp/x", "Y"]}),
        ("attack", "leaves-folder", {"weight_map": {"a": "../../../etc/model.bin"}}),
        ("attack", "leaves-folder", [MODULES[0] | {"path": "/etc"}]),
    ],
)
def test_code_of_others_is_told(verdict, rule, whole):
    """Names of code, kernels and paths out of the folder are told."""
    found = scan(whole)
    assert (found.verdict, f"transformers.{rule}" in [each.id for each in found.findings]) == (verdict, True)


@pytest.mark.parametrize("text", ESCAPES[:6])
@pytest.mark.parametrize("shape", ["text", "list", "object"])
def test_templates_of_every_shape_are_judged(text, shape):
    """One template, a list with names, or an object of them: all are looked at, and the place is named."""
    given = {"text": text, "list": [{"name": "tool_use", "template": text}], "object": {"tool_use": text}}[shape]
    found = scan(TOKENS | {"chat_template": given}, "tokenizer_config.json")
    where = "chat_template" if shape == "text" else "chat_template.tool_use"
    assert (found.verdict, found.findings[0].member) == ("attack", where)


def test_keys_written_with_escapes_are_the_same_keys():
    """JSON may write a letter as its number."""
    data = json.dumps({"auto_map": {"AutoModel": "x.Y"}}).replace("auto_map", "auto\\u005fm\\u0061p").encode()
    assert ids(data, "data.bin") == ["transformers.custom-code"]


def test_a_template_given_twice_is_for_a_person():
    """Which of the two is used depends on the reader."""
    assert ids(b'{"chat_template": "a", "chat_template": "b"}') == ["transformers.duplicate-key"]


@pytest.mark.parametrize("data", [b'{"model_type": ', b'{"model_type": "\xff"}', b'{"model_type":' + b"[" * 9999])
def test_broken_json_could_not_be_read(data):
    """Cut, wrongly encoded and bottomless JSON is unread."""
    assert seen(data).verdict == "unread"


def test_other_json_is_left_to_others():
    """Data that speaks of none of their keys is not theirs."""
    assert "transformers" not in seen(b'{"question": "what is auto_map?"}').formats


_HONEST = json.dumps(TOKENS | {"chat_template": HONEST["gemma"], "auto_map": {"AutoTokenizer": ["x.Y", None]}}).encode()


@given(st.integers(0), st.integers(0, 255), st.integers(0, 300))
def test_any_change_still_gives_a_verdict(place, byte, cut):
    """Whatever is changed, the reader does not fail."""
    assert "file.reader-failed" not in ids(mutated(_HONEST, place, byte, cut))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "template", "config"]), inner),
    max_leaves=10,
)
_KEYS = ["auto_map", "chat_template", "_class_name", "_diffusers_version", "custom_pipelines", "text_config", "unet"]


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(_KEYS), _JSON, min_size=1) | st.lists(_JSON))
def test_any_values_give_a_verdict(whole):
    """Whatever the keys hold, the reader does not fail."""
    assert "file.reader-failed" not in ids(json.dumps(whole).encode())


@pytest.mark.parametrize("name", ["rows.jsonl", "runs/ROWS.NDJSON"])
def test_rows_are_no_configuration(name):
    """A journal or a data set may have a key of theirs in every row; no loader reads it as a configuration."""
    row = b'{"chat_template": "x", "model_type": "llama"}\n'
    assert "transformers" in scanned(row, "config.json").formats
    assert scanned(row * 3, name).verdict == "clean"
