"""What keys mean that say it nowhere else, as `Record.key`; a test holds that no key is left without a meaning."""

from collections.abc import Iterable

_ENDPOINT = {
    "model": "the model's name, as the endpoint wants it; `${NAME}` is read from the environment",
    "headers": "go with every request; a value may be `${NAME}`",
    "price": "wins over the price list",
    "timeouts": "how long each phase may take",
    "retries": "how often to try again; a number is `attempts`",
    "max_bytes": "the largest answer that is read; 16 MiB without it",
}
_TOOL = {
    "name": "what the model calls it",
    "description": "what the model is told of it",
}
_FOREIGN = {
    "ask": "the field of the question; with it, rows are foreign",
    "expect": "the field of the right answer",
    "id": "the field that names the case",
    "reference": "the field of a model answer",
    "context": "the field of the documents",
    "checks": "on every row",
    "tags": "on every row; `$.field` is read from the row",
    "tools": "offered with every row",
    "params": "go to the endpoint with every row",
    "variables": "for `{{ name }}` in the rows' texts",
}


def _of(record: str, words: dict[str, str]) -> Iterable[tuple[str, str]]:
    return ((f"{record}.{key}", text) for key, text in words.items())


SUITE_FILE = dict(
    [
        *_of("SuiteModel", {"schedule": "when requests are due; without it, as soon as another one is back"}),
        *_of("CaseModel", {"tools": "offered to the model"}),
        *_of("FromModel", _FOREIGN),
        *_of("FieldModel", {"regex": "takes what it finds: its first group where it has one, the last match"}),
        *_of("ToolModel", _TOOL),
        *_of("OpenAIModel", _ENDPOINT),
        *_of("OpenAIModel", {"stream": "ask for a stream; without one there is no time to the first token"}),
        *_of("OpenAIModel", {"kind": "which door is asked; `chat` without it"}),
        *_of("HttpModel", _ENDPOINT),
        *_of("HttpModel", {"method": "how it is asked; with GET the top values of `request` become the query"}),
        *_of("HttpModel", {"usage": "JSONPaths of the counts `input`, `output`, `cached`, `reasoning`"}),
        *_of("HttpModel", {"finish_reason": "the JSONPath of why the answer ended"}),
        *_of("PythonModel", {"timeouts": "`total` is how long a call may take"}),
        *_of("RecordedModel", {"id": "the field of the case's id; `id` or `case` without it"}),
        *_of("RecordedModel", {"answer": "the field of the answer; `answer` or `text` without it"}),
        *_of("RecordedModel", {"question": "the field of the question, for rows without an id; `question` without it"}),
        *_of("RecordedModel", {"latency": "the field of the seconds it took; `latency` without it"}),
        *_of("RecordedModel", {"usage": "the field of the token counts; `usage` without it"}),
        *_of("RecordedModel", {"repeat": "the field of the repeat's number; `repeat` without it"}),
        *_of("RecordedModel", {"price": "what the counted tokens cost", "model": "the model's name, for reports"}),
        *_of("PriceModel", {"input": "tokens asked", "output": "tokens answered"}),
        *_of("PriceModel", {"cached": "tokens read from the endpoint's cache", "currency": "three letters"}),
        *_of("TimeoutsModel", {"connect": "name, TCP and TLS", "total": "all of it"}),
        *_of("TimeoutsModel", {"first_byte": "from the start to the first byte, or the first token of a stream"}),
        *_of("TimeoutsModel", {"between_chunks": "between two reads after that"}),
        *_of("RetriesModel", {"attempts": "requests sent for one question, refusals for rate (429) not counted"}),
        *_of("RetriesModel", {"base": "a random part of `base` x 2^n seconds lies between attempts", "cap": "at most"}),
        *_of("RetriesModel", {"patience": "how long one question waits for a rate limit in all"}),
    ]
)
"""For the records of `seatrial.yaml`."""

PERSONA = dict(
    [
        *_of("Persona", {"name": "its name, and its model's", "description": "one sentence"}),
        *_of("Persona", {"extends": "a shipped persona or a file; the keys given here replace that one's"}),
        *_of("Persona", {"seed": "decides everything that is left to chance"}),
        *_of("Persona", {"models": "the names that it answers to; `*` is any; its own name without it"}),
        *_of("Persona", {"languages": "the languages that it tells apart, the first is used when in doubt"}),
        *_of("Persona", {"system_prompt": "what it leaks when it was sent no system message"}),
        *_of("Persona", {"echo": "repeat the last user message and know nothing"}),
        *_of("Persona", {"context_tokens": "the longest prompt; a longer one is refused with 400"}),
        *_of("Persona", {"patient": "whether it makes questions legible and mends words before it gives up"}),
        *_of("Persona", {"reads": "whether it looks in the message itself for what it does not know"}),
        *_of("Persona", {"readings": "how words and signs are read that stand for others: `pls: please`"}),
        *_of("Persona", {"lexicon": "by language, words that there are beside keywords"}),
        *_of("Persona", {"familiar": "words that the condition `unfamiliar_words` does not strike at"}),
        *_of("Persona", {"fallback": "by language: what it says when it knows nothing"}),
        *_of("Persona", {"refusal": "by language: how it refuses"}),
        *_of("Persona", {"wrong": "by language: a wrong answer where no fact can be made wrong"}),
        *_of("Persona", {"facts": "values that answers quote as `{name}` or `{table[slot]}`"}),
        *_of("Persona", {"slots": "what a question can name"}),
        *_of("Persona", {"dialogues": "by slot and language: what it asks back when the slot is missing"}),
        *_of("Persona", {"knowledge": "what it knows", "refuses": "what it refuses to speak of"}),
        *_of("Persona", {"latency": "how fast it is", "limits": "requests and tokens a minute"}),
        *_of("Persona", {"faults": "what is planted"}),
        *_of("Entry", {"id": "names it", "topic": "for `when: {topic: ...}`"}),
        *_of("Entry", {"keywords": "by language: what a question must hold"}),
        *_of("Entry", {"needs": "slots that must be named", "answers": "by language"}),
        *_of("Entry", {"json": "the answer when JSON is asked for", "tool": "the call it makes when offered"}),
        *_of("Entry", {"category": "what /v1/moderations calls a refused topic"}),
        *_of("Slot", {"words": "value -> the words for it", "pattern": "finds the value instead"}),
        *_of("Slot", {"integer": "turn the value into a number", "default": "when the question names none"}),
        *_of("Tool", {"name": "of the function", "arguments": "quote slots and facts"}),
        *_of("Tool", {"done": "by language: what it says once the tool's result is there"}),
        *_of("Tool", {"then": "the call that follows the result"}),
        *_of("Latency", {"first_token": "time to the first token", "inter_token": "time between tokens"}),
        *_of("Latency", {"jitter": "how much both vary", "queue": "one virtual server that everybody waits for"}),
        *_of("Queue", {"rate": "how many requests it serves in a second, `200/s`"}),
        *_of("Limits", {"rpm": "requests a minute", "tpm": "tokens a minute"}),
        *_of("When", {"language": "the question's language", "topic": "of the entry that answers"}),
        *_of("When", {"upper_case": "it is written in capitals"}),
        *_of("When", {"typo": "a keyword was only recognised by mending it"}),
        *_of("When", {"paraphrase": "a keyword was met by another than the usual wording"}),
        *_of("When", {"unfamiliar_words": "it holds a word that is not among the persona's `familiar` ones"}),
        *_of("When", {"turns": "the user has spoken at least so often"}),
        *_of("When", {"json": "JSON is asked for", "stream": "a stream is asked for"}),
        *_of("When", {"name_in": "it holds one of these words", "keyword": "it holds all of these"}),
        *_of("When", {"matches": "the expression finds something in it"}),
        *_of("When", {"after": "from so long after the start on", "until": "up to so long after the start"}),
        *_of("When", {"every": "each n-th request, in order of arrival"}),
        *_of("Planted", {"name": "its name; the kind without one", "kind": "which fault"}),
        *_of("Planted", {"rate": "how many of the requests that meet the conditions are struck"}),
        *_of("Planted", {"when": "its conditions", "sticky": "the same text is always struck, or never"}),
    ]
)
"""For the records of persona files."""
