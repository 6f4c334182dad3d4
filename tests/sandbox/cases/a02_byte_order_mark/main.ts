import * as readline from "readline";

const add = (a: number, b: number): number => a + b;

readline.createInterface({ input: process.stdin }).on("line", (line: string) => {
  const [a, b] = line.split(" ").map(Number);
  console.log(add(a, b));
});
