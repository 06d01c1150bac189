// Translates a CQL library, and those it includes, to ELM (JSON). Any remark is an error.
//   node translate.mjs CQL_FOLDER ROOT_LIBRARY ELM_FOLDER
// Node resolves packages from the folder of this file, so it runs beside node_modules.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import {
  CqlTranslator,
  LibraryManager,
  ModelManager,
  createLibrarySourceProvider,
  createModelInfoProvider,
  createUcumService,
  stringAsSource,
} from "@cqframework/cql/cql-to-elm";

const [, script, from, root, to] = process.argv;
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
// Only days and months are used, which are CQL's own words and need no conversion of units.
const refuse = () => {
  throw new Error("no units are converted here");
};
const units = createUcumService(refuse, () => null, refuse, refuse);
const libraries = new LibraryManager(models, undefined, undefined, units);
libraries.librarySourceLoader.registerProvider(
  createLibrarySourceProvider((name) =>
    stringAsSource(readFileSync(join(from, `${name}.cql`), "utf8")),
  ),
);

// The root library includes all the others, so that each is translated once.
mkdirSync(to, { recursive: true });
const source = readFileSync(join(from, `${root}.cql`), "utf8");
const translator = CqlTranslator.fromText(source, libraries);
const said = translator.exceptions.asJsReadonlyArrayView();
for (const one of said) {
  const at = one.locator;
  const where = at ? `${at.librarySourceName ?? ""} ${at}` : "";
  process.stderr.write(`${where}: ${one.message}\n`);
}
// cql-execution keeps the value of every numbered node, for tools that show them. Nobody looks here.
const plain = (elm) =>
  JSON.stringify(JSON.parse(elm, (key, value) => (key === "localId" || key === "annotation" ? undefined : value)));
writeFileSync(join(to, `${root}.json`), plain(translator.toJson()));
for (const [id, library] of translator.libraries.asJsReadonlyMapView()) {
  writeFileSync(join(to, `${id.id}.json`), plain(CqlTranslator.convertToJson(library)));
}
process.exit(said.length ? 1 : 0);
