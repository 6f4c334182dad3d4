const numbers = [];
for (;;) numbers.push({ number: numbers.length });
