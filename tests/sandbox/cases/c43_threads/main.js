const { Worker, isMainThread, parentPort, workerData } = require("worker_threads");

const start = (from) =>
  new Promise((resolve) => new Worker(__filename, { workerData: from }).once("message", resolve));

async function main() {
  const sums = await Promise.all([0, 5].map(start));
  console.log(25);
  console.log(sums[0] + sums[1]);
}

if (isMainThread) main();
else parentPort.postMessage([0, 1, 2, 3, 4].reduce((sum, number) => sum + workerData + number, 0));
