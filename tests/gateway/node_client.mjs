// OpenAI's client for Node at the gateway whose address is given; prints what it found as JSON.
import OpenAI from "openai";

const [baseURL, what] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: "sk-mine", maxRetries: 0 });
const ask = { model: "support", messages: [{ role: "user", content: "Hi" }] };

const tasks = {
  async chat() {
    const { data, request_id } = await client.chat.completions.create(ask).withResponse();
    return { text: data.choices[0].message.content, usage: data.usage.prompt_tokens, request_id };
  },
  async stream() {
    const texts = [];
    for await (const chunk of await client.chat.completions.create({ ...ask, stream: true })) {
      texts.push(chunk.choices[0]?.delta?.content ?? "");
    }
    return { texts: texts.filter(Boolean) };
  },
  async error() {
    try {
      await tasks.stream();
      return { error: null };
    } catch (error) {
      return { error: error.constructor.name, status: error.status ?? null, code: error.code ?? null };
    }
  },
  async embeddings() {
    const found = await client.embeddings.create({ model: "support", input: ["a"], encoding_format: "float" });
    return { length: found.data[0].embedding.length };
  },
  async models() {
    const names = [];
    for await (const model of client.models.list()) names.push(model.id);
    return { names };
  },
};

console.log(JSON.stringify(await tasks[what]()));
