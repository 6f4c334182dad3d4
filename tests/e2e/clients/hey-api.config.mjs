/** hey-api's own choices, except that Node runs what it writes as it stands: imports name their files. */
export default {
  input: "../../../build/clients/openapi.json",
  output: { path: "../../../build/clients/hey-api", module: { extension: ".ts" } },
};
