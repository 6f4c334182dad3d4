console.log(require("fs").readFileSync(`${__dirname}/words.txt`, "utf8"));
