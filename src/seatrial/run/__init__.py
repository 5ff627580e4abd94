"""Send Cases to a Target on a Schedule and keep what happens: `plan`, `engine`, `journal`, `replay`, `resume`."""
