const { spawnSync } = require("child_process");

console.log(spawnSync("/bin/true").error ? "refused" : "started");
