import config from "./codegen.mjs";

export default { ...config, schema: `${process.env.BASE}/graphql` };
