"""Graphs and models of frameworks: TensorFlow, Keras, ONNX, read without their libraries."""
