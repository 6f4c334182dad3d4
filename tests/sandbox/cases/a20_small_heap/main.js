let made = 0;
for (let i = 0; i < 1_000_000; i++) made += new Array(100).fill(i).length / 100;
console.log(made);
