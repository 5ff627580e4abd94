"""Keras configs and `.keras` archives."""

import base64
import json
import marshal

from making.zips import Member, archive


def layer(name, config=None, module="keras.layers", registered=None):
    """A serialised layer of Keras 3."""
    return {"module": module, "class_name": name, "config": config or {}, "registered_name": registered}


def model(*layers, **more):
    """A Sequential of Keras 3."""
    whole = layer("Sequential", {"name": "sequential", "layers": list(layers)}, "keras")
    return {**whole, **more}


def function(name, module, registered="function"):
    """A serialised function."""
    return {"module": module, "class_name": "function", "config": name, "registered_name": registered}


def code(of):
    """A function's code, as Keras stores it."""
    return base64.b64encode(marshal.dumps(of.__code__)).decode()


def lambda_layer(of):
    """A Lambda layer of Keras 3."""
    value = {"class_name": "__lambda__", "config": {"code": code(of), "defaults": None, "closure": None}}
    return layer("Lambda", {"name": "lambda", "function": value})


def old_lambda(of):
    """A Lambda layer of Keras 2."""
    value = {"class_name": "__tuple__", "items": [code(of), None, None]}
    config = {"name": "lambda", "function": value, "function_type": "lambda", "module": "__main__"}
    return {"class_name": "Lambda", "config": config}


def dumped(whole):
    """A config as text."""
    return json.dumps(whole).encode()


def keras_file(whole, weights=b"\x89HDF\r\n\x1a\n"):
    """A `.keras` archive; its weights are no whole HDF5 file."""
    about = json.dumps({"keras_version": "3.8.0", "date_saved": "2025-01-01@00:00:00"}).encode()
    return archive(Member("metadata.json", about), Member("config.json", dumped(whole)))


HONEST = {
    "dense": layer("Dense", {"units": 4, "kernel_initializer": layer("GlorotUniform", {}, "keras.initializers")}),
    "normalisation": layer("BatchNormalization", {"axis": [3], "dtype": layer("DTypePolicy", {}, "keras")}),
    "lookup": layer("StringLookup", {"vocabulary": ["a", "b"], "mask_token": None}),
    "vectorization": layer("TextVectorization", {"vocabulary": None, "standardize": "lower_and_strip_punctuation"}),
    "operation": layer("Add", {}, "keras.src.ops.numpy", "Add"),
    "backend": layer("Adam", {}, "keras.src.backend.torch.optimizers.torch_adam", "Adam"),
    "activation": layer("Activation", {"activation": function("gelu", "keras.activations")}),
    "loss": layer("MeanMetricWrapper", {"fn": function("mean_squared_error", "keras.losses")}, "keras.metrics"),
    "own loss": layer("Dense", {"loss": function("mse", "builtins")}),
    "hub": layer("GPT2Backbone", {}, "keras_hub.src.models.gpt2.gpt2_backbone", "keras_hub>GPT2Backbone"),
    "old": {"class_name": "Dense", "config": {"units": 3, "kernel_constraint": None}},
    "shape": layer("InputLayer", {"batch_shape": [None, 4], "sparse": False}),
    "tensor": layer("Dense", {"value": {"class_name": "__tensor__", "config": {"value": 1.0, "dtype": "float32"}}}),
    "schedule": layer("CosineDecay", {"decay_steps": 3}, "keras.optimizers.schedules"),
}  # fmt: skip
