"""One document of a run, and the formats that show it: terminal, HTML, Markdown, JUnit, SARIF, JSON, GitHub."""
