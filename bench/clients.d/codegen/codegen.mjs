export default {
  schema: "generated/schema.graphql",
  documents: "codegen/*.ts",
  ignoreNoDocuments: false,
  generates: {
    "generated/codegen/": {
      preset: "client",
      presetConfig: { persistedDocuments: true },
      config: { useTypeImports: true, enumsAsTypes: true, scalars: { DateTime: "string", Date: "string", Url: "string" } },
    },
  },
};
