// json-rules-engine as a child process: a line of resolved facts per patient in, answers out.
//   node json_rules_engine.mjs PACKAGES RULES.json < patients > answers
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [, , packages, rules] = process.argv;
const { Engine } = createRequire(packages + "/")("json-rules-engine");
// Without this, the first missing fact would end the run with an error.
const options = { allowUndefinedFacts: true };
const engine = new Engine(JSON.parse(readFileSync(rules, "utf8")), options);

for await (const line of createInterface({ input: process.stdin })) {
  const { results, failureResults } = await engine.run(JSON.parse(line));
  const found = {};
  for (const one of [...results, ...failureResults]) found[one.name] = one.result;
  process.stdout.write(JSON.stringify({ rules: found }) + "\n");
}
