const cells = new Uint8Array(1 << 30).fill(1);
console.log(cells.length);
