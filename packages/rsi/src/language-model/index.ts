export { languageModel, type LanguageModelOptions } from "./language-model.ts";
