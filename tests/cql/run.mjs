// Runs translated libraries over patients, one line of JSON per patient in and out.
//   node run.mjs ELM_FOLDER < patients.ndjson > results.ndjson
// In:  {"as_of": "2026-01-15", "complaint": null, "bundle": {...}, "ask": {"LIBRARY": ["definition"]}}
// Out: {"LIBRARY": {"definition": value}}
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);
const cql = require("cql-execution");
const fhir = require("cql-exec-fhir");

const folder = process.argv[2];
const elm = {};
for (const file of readdirSync(folder)) {
  elm[file.replace(/\.json$/, "")] = JSON.parse(readFileSync(join(folder, file), "utf8"));
}
const repository = new cql.Repository(elm);
const libraries = {};
const library = (name) => (libraries[name] ??= new cql.Library(elm[name], repository));
const source = fhir.PatientSource.FHIRv401();

for await (const line of createInterface({ input: process.stdin })) {
  const { as_of, complaint, bundle, ask } = JSON.parse(line);
  const parameters = { AsOf: cql.Date.parse(as_of), Complaint: complaint ?? "" };
  source.reset();
  source.loadBundles([bundle]);
  const patient = source.currentPatient();
  const contexts = {};
  const found = {};
  for (const [name, definitions] of Object.entries(ask)) {
    const context = new cql.PatientContext(library(name), patient, null, parameters);
    // Each library would work the facts out again; this keeps them for all libraries.
    if (contexts.DolentiFacts) context.library_context.Facts = contexts.DolentiFacts;
    contexts[name] = context;
    found[name] = {};
    for (const definition of definitions) {
      const value = await library(name).expressions[definition].execute(context);
      context.set(definition, value);
      found[name][definition] = value === undefined ? null : value;
    }
  }
  process.stdout.write(JSON.stringify(found) + "\n");
}
