const fs = require("fs");

const opens = (path) => {
    try {
        return fs.readFileSync(path).length > 0;
    } catch (error) {
        return false;
    }
};
const parent = (pid) => {
    try {
        return fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(" ")[3];
    } catch (error) {
        return "1";
    }
};

if (Object.keys(process.env).some((name) => name.startsWith("AWS"))) console.log(process.env);
for (const pid of [process.ppid, parent(process.ppid)]) {
    if (opens(`/proc/${pid}/environ`)) console.log(`open: ${pid}`);
}
console.log("closed");
