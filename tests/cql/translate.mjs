// Translates every .cql file of a folder to ELM (JSON) in another folder.
//   node translate.mjs CQL_FOLDER ELM_FOLDER
// Node resolves packages from the folder of this file, so it runs beside node_modules.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import {
  CqlTranslator,
  LibraryManager,
  ModelManager,
  createLibrarySourceProvider,
  createModelInfoProvider,
  stringAsSource,
} from "@cqframework/cql/cql-to-elm";

const [, script, from, to] = process.argv;
const fhir = createRequire(import.meta.url).resolve("cql-exec-fhir");
const MODELS = {
  System: join(dirname(script), "system-modelinfo.xml"),
  FHIR: join(dirname(fhir), "modelInfos", "fhir-modelinfo-4.0.1.xml"),
};

const models = new ModelManager();
models.modelInfoLoader.registerModelInfoProvider(
  createModelInfoProvider((name) =>
    MODELS[name] ? stringAsSource(readFileSync(MODELS[name], "utf8")) : null,
  ),
);
const libraries = new LibraryManager(models);
libraries.librarySourceLoader.registerProvider(
  createLibrarySourceProvider((name) =>
    stringAsSource(readFileSync(join(from, `${name}.cql`), "utf8")),
  ),
);

mkdirSync(to, { recursive: true });
let wrong = 0;
for (const file of readdirSync(from).filter((name) => name.endsWith(".cql")).sort()) {
  const translator = CqlTranslator.fromText(readFileSync(join(from, file), "utf8"), libraries);
  for (const said of translator.exceptions.asJsReadonlyArrayView()) {
    wrong += 1;
    const where = said.locator ? `${said.locator.startLine}:${said.locator.startChar}` : "";
    process.stderr.write(`${file}:${where}: ${said.message}\n`);
  }
  writeFileSync(join(to, file.replace(/cql$/, "json")), translator.toJson());
}
process.exit(wrong ? 1 : 0);
